"""Streaming inserts take a number for a TIMESTAMP, seconds since the epoch, as Beam sends it."""

import datetime
import decimal
import re

from local_bigquery.catalog import tabledata, tables

from dit_engine import snapshots

NUMBER = re.compile(r"\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

_insert_all = tabledata.insert_all


def apply() -> None:
    tabledata.insert_all = insert_all


def insert_all(project_id: str, dataset_id: str, table_id: str, body) -> dict:
    snapshots.immutable((project_id, dataset_id, table_id))
    fields = tables.fields(tables.load(project_id, dataset_id, table_id))
    rows = []
    for row in body.rows or []:
        given = row.dump()
        if isinstance(given.get("json"), dict):
            given["json"] = _row(fields, given["json"])
        rows.append(given)
    return _insert_all(project_id, dataset_id, table_id, body.replace(rows=rows))


def _row(fields: list, values: dict) -> dict:
    by_name = {field.name.casefold(): field for field in fields}
    return {
        key: _value(by_name[key.casefold()], value) if key.casefold() in by_name else value
        for key, value in values.items()
    }


def _value(field, value):
    if isinstance(value, list):
        return [_value(field, item) for item in value]
    if field.type == "RECORD" and isinstance(value, dict):
        return _row(field.fields or [], value)
    if field.type == "TIMESTAMP" and not isinstance(value, bool) and value is not None:
        if NUMBER.fullmatch(str(value)):
            micros = int((decimal.Decimal(str(value).strip()) * 1_000_000).to_integral_value())
            return (EPOCH + datetime.timedelta(microseconds=micros)).isoformat()
    return value
