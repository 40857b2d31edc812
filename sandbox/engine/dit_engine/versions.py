"""The version token of a table: a name for its exact state.

The engine stores every table in DuckLake, whose catalog records each commit and
the tables it touched, in the same transaction as the data. The token is read from
that record. So it moves with every write whatever its form (load, copy, DML inside
a script, EXECUTE IMMEDIATE, streaming), never without one (a rolled-back write is
not in the record), and a killed process leaves either both or neither. No SQL is
parsed to find out what was written.
"""

import hashlib
import threading
from dataclasses import dataclass

from local_bigquery.engine import database
from local_bigquery.engine.database import quote

_lock = threading.Lock()

_OBJECT = """
WITH object AS (
    SELECT t.table_id AS id, t.table_uuid::VARCHAR AS uuid, t.begin_snapshot AS born
    FROM {lake}.ducklake_table t JOIN {lake}.ducklake_schema s USING (schema_id)
    WHERE s.schema_name = $dataset AND t.table_name = $table
    AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL
    UNION ALL
    SELECT v.view_id, v.view_uuid::VARCHAR, v.begin_snapshot
    FROM {lake}.ducklake_view v JOIN {lake}.ducklake_schema s USING (schema_id)
    WHERE s.schema_name = $dataset AND v.view_name = $table
    AND v.end_snapshot IS NULL AND s.end_snapshot IS NULL
), touched AS (
    SELECT snapshot_id AS id FROM {lake}.ducklake_snapshot_changes, object
    WHERE snapshot_id > born
    AND regexp_matches(changes_made, ':' || object.id || '(,|$)')
)
SELECT uuid, born, coalesce((SELECT max(id) FROM touched), born) AS last,
    (SELECT epoch_ms(snapshot_time) FROM {lake}.ducklake_snapshot
     WHERE snapshot_id = coalesce((SELECT max(id) FROM touched), born)),
    (SELECT epoch_ms(snapshot_time) FROM {lake}.ducklake_snapshot s
     WHERE s.snapshot_id = born)
FROM object
"""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS emulator.dit_versions (
    project_id VARCHAR, dataset_id VARCHAR, table_id VARCHAR,
    token VARCHAR NOT NULL, modified_ms BIGINT NOT NULL,
    PRIMARY KEY (project_id, dataset_id, table_id)
)
"""


@dataclass(frozen=True)
class Version:
    """One state of one table. Times are milliseconds since the epoch."""

    token: str
    created_ms: int | None
    modified_ms: int


def prepare() -> None:
    """Creates the table that remembers the last modification time given out."""
    database.execute(_SCHEMA)


def read(reference: tuple[str, str, str], stored_etag: str | None, stored_ms: int) -> Version:
    """The version of a table or view of a lake, or of a table that has no columns yet.

    stored_etag and stored_ms are those of the table's metadata (labels, description),
    which lives outside the lake and counts as part of the state.
    """
    uuid, born, last, modified, created = _lake(reference) or ("", 0, 0, 0, None)
    text = f"{uuid}|{born}|{last}|{stored_etag or ''}"
    token = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Version(token, created, _monotonic(reference, token, max(modified, stored_ms)))


def _lake(reference: tuple[str, str, str]) -> tuple | None:
    project, dataset, table = reference
    lake = quote(f"__ducklake_metadata_{project}")
    rows = database.fetch(
        _OBJECT.format(lake=lake), {"dataset": dataset, "table": table}
    )
    return rows[0] if rows else None


def _monotonic(reference: tuple[str, str, str], token: str, modified: int) -> int:
    """Makes lastModifiedTime grow with every token, even within one millisecond or
    when the clock goes back: the last value given out is kept per table name."""
    with _lock:
        rows = database.fetch(
            "SELECT token, modified_ms FROM emulator.dit_versions "
            "WHERE project_id = ? AND dataset_id = ? AND table_id = ?",
            list(reference),
        )
        if rows and rows[0][0] == token:
            return rows[0][1]
        if rows:
            modified = max(modified, rows[0][1] + 1)
        database.execute(
            "INSERT OR REPLACE INTO emulator.dit_versions VALUES (?, ?, ?, ?, ?)",
            [*reference, token, modified],
        )
        return modified
