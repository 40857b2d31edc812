"""One table is looked up by its name, and temporary tables only where there can be any.

The engine asks duckdb_tables() and duckdb_columns(), which list every column of every table
there is, results of queries among them, and then keeps one: each query took 50 ms at first
and 200 ms after some hundred others.
"""

import duckdb
from local_bigquery.catalog import tables
from local_bigquery.engine import database
from local_bigquery.engine.database import quote
from local_bigquery.jobs import query
from local_bigquery.sql.rules import partitions

_objects = database.objects
_execute = query.execute

_IN_LAKE = """
SELECT t.table_name, 'TABLE', coalesce(n.record_count, 0)
FROM {lake}.ducklake_table t JOIN {lake}.ducklake_schema s USING (schema_id)
LEFT JOIN {lake}.ducklake_table_stats n ON n.table_id = t.table_id
WHERE s.schema_name = $1 AND t.table_name = $2 AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL
UNION ALL
SELECT v.view_name, 'VIEW', 0
FROM {lake}.ducklake_view v JOIN {lake}.ducklake_schema s USING (schema_id)
WHERE s.schema_name = $1 AND v.view_name = $2 AND v.end_snapshot IS NULL AND s.end_snapshot IS NULL
"""


def apply() -> None:
    database.objects = objects
    tables.columns = columns
    partitions._hidden = hidden
    query.execute = execute


class _Fresh:
    """The cursor of a query outside sessions. It has no temporary tables: they are not looked for among all tables."""

    def __init__(self, cursor):
        self._cursor = cursor

    def __getattr__(self, name):
        return getattr(self._cursor, name)

    def sql(self, text, *args, **kwargs):
        if text == "SELECT table_name FROM duckdb_tables() WHERE temporary":
            text += " LIMIT 0"
        return self._cursor.sql(text, *args, **kwargs)


def execute(cur, project_id, job_id, config, dry_run=False, session=None):
    return _execute(cur if session else _Fresh(cur), project_id, job_id, config, dry_run, session)


def objects(project_id: str, dataset_id: str, table_id: str | None = None) -> list[tuple[str, str, int]]:
    if table_id is None:
        return _objects(project_id, dataset_id)
    if project_id == "emulator":
        try:
            [(rows,)] = database.fetch(f"SELECT count(*) FROM {quote(project_id, dataset_id, table_id)}")
        except duckdb.CatalogException:
            return []
        return [(table_id, "TABLE", rows)]
    lake = quote(f"__ducklake_metadata_{project_id}")
    try:
        return database.fetch(_IN_LAKE.format(lake=lake), [dataset_id, table_id])
    except (duckdb.CatalogException, duckdb.BinderException):  # a project that nobody has used yet, or no lake
        return _objects(project_id, dataset_id, table_id)


def _described(*name: str) -> list[tuple[str, bool]]:
    """The columns of one table, and whether each must have a value; none of one that is not there."""
    try:
        return database.fetch('SELECT name, "notnull" FROM pragma_table_info(?)', [quote(*name)])
    except (duckdb.CatalogException, duckdb.BinderException):
        return []


def columns(project_id: str, dataset_id: str, table_id: str):
    table = tables.physical(project_id, dataset_id, table_id)
    required = {name for name, must in _described(*table) if must}
    with database.cursor() as cur:
        try:
            relation = cur.sql(f"SELECT * FROM {quote(*table)} LIMIT 0")
        except duckdb.CatalogException:
            raise tables.not_found("Table", tables.names.label(project_id, dataset_id, table_id)) from None
        return [
            tables.types.field(column, t, column in required)
            for column, t in zip(relation.columns, relation.types)
            if column != tables.INGESTION_TIME or dataset_id == tables.RESULTS
        ]


def hidden(table) -> bool:
    if not (table.catalog and table.db) or not isinstance(table.this, partitions.exp.Identifier):
        return False
    return any(name == tables.INGESTION_TIME for name, _ in _described(table.catalog, table.db, table.name))
