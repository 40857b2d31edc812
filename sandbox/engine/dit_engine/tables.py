"""tables.get answers with a true version, row count and creation time.

The engine's own etag covers metadata only, its row count is an estimate that ignores
deletes, and a table made by a query or a load has no stored metadata, so its creation
time is "now" at every look and its expiry never comes.
"""

import hashlib
import json
import threading
import uuid

from local_bigquery.catalog import metadata, tables
from local_bigquery.engine import database
from local_bigquery.models import Table

from dit_engine import snapshots, versions

_load, _write, _save = tables.load, tables.write, metadata.save
_saving = threading.Lock()


def apply() -> None:
    versions.prepare()
    tables.load = load
    tables.write = write
    metadata.save = save


def load(project_id: str, dataset_id: str, table_id: str) -> Table:
    resource = _load(project_id, dataset_id, table_id)
    if dataset_id == tables.RESULTS:
        return resource
    reference = (project_id, dataset_id, table_id)
    stored = metadata.load(Table, *reference)
    modified = int(stored.lastModifiedTime or 0) if stored else 0
    version = versions.read(reference, stored and stored.etag, modified)
    changes = {"etag": version.token, "lastModifiedTime": str(version.modified_ms)}
    if version.created_ms is not None and not (stored and stored.creationTime):
        changes["creationTime"] = str(version.created_ms)
    if resource.type != "VIEW" and resource.schema_ and resource.schema_.fields:
        changes |= _size(reference, len(resource.schema_.fields))
    return resource.replace(**changes)


def _size(reference: tuple[str, str, str], columns: int) -> dict:
    [(rows,)] = database.fetch(f"SELECT count(*) FROM {tables.name(*reference)}")
    size = str(tables.logical_bytes(rows, columns))
    return {
        "numRows": str(rows),
        "numBytes": size,
        "numTotalLogicalBytes": size,
        "numActiveLogicalBytes": size,
    }


def write(cur, query, params, reference, config, *args, **kwargs) -> bool:
    snapshots.immutable(reference)
    created = _write(cur, query, params, reference, config, *args, **kwargs)
    if reference[1] != tables.RESULTS and metadata.load(Table, *reference) is None:
        tables.record(*reference, tables.defaults(*reference))
    return created


def save(resource, *keys: str):
    """Gives each save of table metadata an etag of its own: the engine hashes the
    content, so a change and its undoing would end at the old etag."""
    if not isinstance(resource, Table):
        return _save(resource, *keys)
    with _saving:  # of two at once, the engine's own database refuses one
        saved = _save(resource, *keys)
        etag = hashlib.sha256(f"{saved.etag}|{uuid.uuid4()}".encode()).hexdigest()[:32]
        body = saved.dump() | {"etag": etag}
        database.execute(
            "UPDATE emulator.tables SET resource = ? "
            "WHERE project_id = ? AND dataset_id = ? AND table_id = ?",
            [json.dumps(body), *keys],
        )
        return saved.replace(etag=etag)
