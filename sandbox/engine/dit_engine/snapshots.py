"""Snapshots, and tables as they were: copy jobs from `table@milliseconds`.

The storage notes for each commit when its transaction began, unless that met another, and
the engine asks for the commit with the latest such time. So a statement that runs long can
change what the past was once it ends. Here a table is read as of the last commit before
the first one that began after the instant. That is settled once there is such a commit: all
later ones come after it. Where there is none yet, one is made.
"""

import datetime
import re
import time
import uuid

from sqlglot import exp

from local_bigquery.catalog import datasets, metadata, names, tables
from local_bigquery.engine import database
from local_bigquery.engine.database import quote
from local_bigquery.errors import BigQueryError, already_exists
from local_bigquery.jobs import copy
from local_bigquery.models import JobStatistics5, Table
from local_bigquery.sql.rules import tables as statements

from dit_engine import layouts

DECORATED = re.compile(r"^(.+)@(-?\d+)$")
COPIED = ("TABLE", "SNAPSHOT")

_check = statements._check

_AFTER = """
SELECT min(snapshot_id) FROM {lake}.ducklake_snapshot WHERE epoch_us(snapshot_time) > $moment * 1000
"""


def apply() -> None:
    copy._source = source
    statements._check = check


def take(cur, config) -> JobStatistics5:
    """A copy job with operationType SNAPSHOT, without what copies of all kinds keep."""
    given = tables.reference((config.sourceTables or [config.sourceTable])[0])
    destination = tables.reference(config.destinationTable)
    datasets.get(*destination[:2])
    base, moment = split(given)
    if moment is None:  # what is there by now, written in this millisecond too
        time.sleep(0.001)
        moment = _now()
    rows = past(base, moment)
    with database.writing(*destination):
        if tables.exists(*destination):
            raise already_exists("Table", names.label(*destination))
        names.table(destination[2])
        cur.execute(f"CREATE TABLE {tables.name(*destination)} AS SELECT * FROM {rows}")
        tables.record(*destination, tables.defaults(*destination).replace(**_definition(base, moment)))
    [(copied,)] = cur.sql(f"SELECT count(*) FROM {tables.name(*destination)}").fetchall()
    return JobStatistics5(copiedRows=str(copied), copiedLogicalBytes="0")


def _definition(base: tuple[str, str, str], moment: int) -> dict:
    when = datetime.datetime.fromtimestamp(moment / 1000, datetime.UTC)
    return layouts.of(base) | {
        "type": "SNAPSHOT",
        "snapshotDefinition": {
            "baseTableReference": dict(zip(("projectId", "datasetId", "tableId"), base)),
            "snapshotTime": when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03}Z",
        },
    }


def source(reference: tuple[str, str, str]) -> str:
    """What any other copy job reads."""
    base, moment = split(reference)
    if moment is None:
        tables.load(*base)
        return tables.name(*base)
    return past(base, moment)


def split(reference: tuple[str, str, str]) -> tuple[tuple[str, str, str], int | None]:
    """The table and the instant that a name asks for; a negative one is before now."""
    project, dataset, table = reference
    if not (match := DECORATED.match(table)):
        return reference, None
    moment = int(match[2])
    return (project, dataset, match[1]), moment if moment >= 0 else _now() + moment


def refusal(reference: tuple[str, str, str], kind: str) -> str:
    return f"{names.label(*reference)} is not allowed for this operation because it is currently a {kind}."


def past(reference: tuple[str, str, str], moment: int) -> str:
    """The table as it was, for FROM; an error when that cannot be known. What was truncated, and so made
    anew in the storage, is the same table as long as its creation time is."""
    label = f"{names.label(*reference)}@{moment}"
    now = _now()
    if moment > now:
        raise BigQueryError("invalid", f"Invalid snapshot time {moment} for table {label}. Cannot read after {now}.")
    after = fence(reference[0], moment)
    resource = tables.load(*reference)
    if resource.type not in COPIED:
        raise BigQueryError("invalid", refusal(reference, resource.type))
    kept = int(datasets.get(*reference[:2]).maxTimeTravelHours or 168) * 3600 * 1000
    earliest = max(now - kept, int(resource.creationTime))
    if moment < earliest:
        raise BigQueryError("invalid", f"Invalid snapshot time {moment} for table {label}. Cannot read before {earliest}.")
    return f"{tables.name(*reference)} AT (VERSION => {after - 1})"


def fence(project: str, moment: int) -> int:
    """The first commit that began after the instant: whatever is still to be committed comes after it."""
    lake = quote(f"__ducklake_metadata_{project}")
    while True:
        [(after,)] = database.fetch(_AFTER.format(lake=lake), {"moment": moment})
        if after is not None:
            return after
        name = quote(project, "main", f"fence_{uuid.uuid4().hex}")  # a schema that no dataset shows
        database.execute(f"CREATE TABLE {name} (x INTEGER)")
        database.execute(f"DROP TABLE {name}")


def immutable(reference: tuple[str, str, str]) -> None:
    """Refuses to write to a snapshot."""
    stored = metadata.load(Table, *reference)
    if stored and stored.type == "SNAPSHOT" and not tables.expired(stored):
        raise BigQueryError("invalid", refusal(reference, "SNAPSHOT"))


def check(tree, table, is_target: bool):
    """Statements that define a table anew, or alter its columns, are writes too."""
    kind = tree.args.get("kind")
    replaces = isinstance(tree, exp.Create) and tree.args.get("replace")
    if is_target and kind == "TABLE" and (replaces or isinstance(tree, exp.Alter)):
        immutable((table.catalog, table.db, table.name))
    return _check(tree, table, is_target)


def _now() -> int:
    return int(time.time() * 1000)
