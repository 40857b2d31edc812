"""Extracts to Avro, written row by row.

DuckDB 1.5.5's own Avro writer loses rows when its input comes in more than one chunk, and
reports the full count: 38 of 70 arrived in the file. Beam's EXPORT reads such files.
"""

import fastavro

from local_bigquery.engine import types
from local_bigquery.grpc import read
from local_bigquery.jobs import extract

_write = extract.write


def apply() -> None:
    extract.write = write


def write(cur, query: str, params: dict, config) -> int:
    if (config.destinationFormat or "CSV").upper() != "AVRO":
        return _write(cur, query, params, config)
    relation = cur.sql(query, params=params or None)
    columns = list(zip(relation.columns, relation.types))
    fields = [read._avro_field(types.field(name, kind)) for name, kind in columns]
    schema = fastavro.parse_schema({"type": "record", "name": "Root", "fields": fields})
    selected = ", ".join(read._column(name, kind, read.AVRO) for name, kind in columns)
    codec = extract.AVRO_CODECS.get((config.compression or "NONE").upper(), "null")
    rows = 0
    for uri in extract._uris(config):
        rows = 0

        def records():
            nonlocal rows
            reader = cur.execute(f"SELECT {selected} FROM ({query})", params or None)
            for batch in reader.to_arrow_reader():
                rows += batch.num_rows
                yield from batch.to_pylist()

        with extract.written(uri.replace("*", "000000000000")) as target:
            with open(target, "wb") as file:
                fastavro.writer(file, schema, records(), codec=codec)
    return rows
