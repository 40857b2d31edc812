"""Loads of newline-delimited JSON as Beam's FILE_LOADS writes them.

A number for a TIMESTAMP is seconds since the epoch. A load without a schema takes the
schema of the table that is there, also under WRITE_TRUNCATE. A REQUIRED column of the
schema is one in the table, and a row without it is a bad row.
"""

import contextvars

from local_bigquery.catalog import tables
from local_bigquery.engine.database import quote
from local_bigquery.jobs import load, runner

NUMBER = r"\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*"

_json = contextvars.ContextVar("newline_delimited_json", default=False)
_textual, _decoded, _projection, _run = load._textual, load._decoded, load._projection, load.run


def apply() -> None:
    load._textual = textual
    load._decoded = decoded
    load._projection = projection
    runner.HANDLERS["load"] = load.run = run


def textual(field):
    return load._text(field) if field.type == "TIMESTAMP" else _textual(field)


def decoded(expression: str, field, depth: int = 0) -> str:
    if field.type != "TIMESTAMP" or field.mode == "REPEATED" or not _json.get():
        return _decoded(expression, field, depth)
    seconds = f"CAST({expression} AS DECIMAL(38, 6))"
    return (
        f"CASE WHEN regexp_full_match({expression}, '{NUMBER}') "
        f"THEN make_timestamptz(CAST({seconds} * 1000000 AS BIGINT)) "
        f"ELSE CAST({expression} AS TIMESTAMPTZ) END"
    )


def projection(config, fields, columns):
    token = _json.set(config.sourceFormat == "NEWLINE_DELIMITED_JSON")
    try:
        selected, bad = _projection(config, fields, columns)
    finally:
        _json.reset(token)
    if (config.sourceFormat or "CSV") in load.TEXT_FORMATS:
        bad = " OR ".join([bad, *(f"{quote(f.name)} IS NULL" for f in _required(fields))])
    return selected, bad


def _required(fields) -> list:
    return [field for field in fields if field.mode == "REQUIRED"]


def run(cur, config, upload):
    given = config.schema_ and config.schema_.fields
    textual_source = (config.sourceFormat or "CSV") in load.TEXT_FORMATS
    reference = tables.reference(config.destinationTable)
    if textual_source and not given and not config.autodetect and tables.exists(*reference):
        if fields := tables.columns(*reference):
            config = config.replace(schema={"fields": [field.dump() for field in fields]})
    statistics = _run(cur, config, upload)
    _require(cur, reference, (config.schema_ and config.schema_.fields) or [])
    return statistics


def _require(cur, reference: tuple[str, str, str], fields: list) -> None:
    """The engine makes the table from the rows, where every column may be NULL."""
    nullable = {f.name.casefold() for f in tables.columns(*reference) if f.mode == "NULLABLE"}
    for field in _required(fields):
        if field.name.casefold() in nullable:
            cur.execute(
                f"ALTER TABLE {tables.name(*reference)} "
                f"ALTER COLUMN {quote(field.name)} SET NOT NULL"
            )
