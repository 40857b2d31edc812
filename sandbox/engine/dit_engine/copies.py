"""Copy jobs keep the layout of the source and honour destinationExpirationTime."""

from local_bigquery.catalog import metadata, tables
from local_bigquery.jobs import copy, runner
from local_bigquery.models import Table

from dit_engine import layouts, snapshots

_run = copy.run


def apply() -> None:
    runner.HANDLERS["copy"] = copy.run = run


def run(cur, config, upload):
    source, _ = snapshots.split(tables.reference((config.sourceTables or [config.sourceTable])[0]))
    destination = tables.reference(config.destinationTable)
    changes = {}
    if config.operationType == "SNAPSHOT":
        statistics = snapshots.take(cur, config)
    else:
        layout = layouts.of(source)
        fresh = not tables.exists(*destination) or config.writeDisposition == "WRITE_TRUNCATE"
        statistics = _run(cur, config, upload)
        changes = layout if fresh else {}
    if config.destinationExpirationTime:
        changes["expirationTime"] = _milliseconds(config.destinationExpirationTime)
    if changes:
        stored = metadata.load(Table, *destination) or tables.defaults(*destination)
        tables.record(*destination, stored.replace(**changes))
    return statistics


def _milliseconds(value) -> str:
    """BigQuery takes RFC 3339 here; the Go client writes it as such."""
    import datetime

    moment = datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return str(int(moment.timestamp() * 1000))
