"""Snapshots, and tables as they were: copy jobs from `table@milliseconds`.

The storage notes for each commit when its transaction began, not when it ended, and the
engine asks for the commit with the latest such time. So a statement that runs long would
change what the past was once it ends, and one that ends after a shorter one would bring
that one's rows into a past before them. Here a table is read as of the last commit before
which nothing had begun later than the instant, and only once whatever began by then has
ended: two looks at one instant see the same. A write that runs across the instant counts
as done, or as not done, for both.
"""

import concurrent.futures
import datetime
import re
import time

from sqlglot import exp

from local_bigquery.catalog import datasets, metadata, names, tables
from local_bigquery.engine import database
from local_bigquery.engine.database import quote
from local_bigquery.errors import BigQueryError, already_exists
from local_bigquery.jobs import copy, runner, store
from local_bigquery.models import JobStatistics5, Table
from local_bigquery.sql.rules import tables as statements

from dit_engine import layouts

DECORATED = re.compile(r"^(.+)@(-?\d+)$")
COPIED = ("TABLE", "SNAPSHOT")

_check = statements._check

_VERSION = """
SELECT max(snapshot_id) FROM {lake}.ducklake_snapshot
WHERE snapshot_id < coalesce((SELECT min(snapshot_id) FROM {lake}.ducklake_snapshot
    WHERE epoch_us(snapshot_time) > $moment * 1000), 9223372036854775807)
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
    settle(moment)
    resource = tables.load(*reference)
    if resource.type not in COPIED:
        raise BigQueryError("invalid", refusal(reference, resource.type))
    lake = quote(f"__ducklake_metadata_{reference[0]}")
    [(version,)] = database.fetch(_VERSION.format(lake=lake), {"moment": moment})
    kept = int(datasets.get(*reference[:2]).maxTimeTravelHours or 168) * 3600 * 1000
    earliest = max(now - kept, int(resource.creationTime))
    if moment < earliest or version is None:
        raise BigQueryError("invalid", f"Invalid snapshot time {moment} for table {label}. Cannot read before {earliest}.")
    return f"{tables.name(*reference)} AT (VERSION => {version})"


def settle(moment: int) -> None:
    """Waits for the jobs that had begun by then: their writes will be of that time. Copies do not wait
    for one another, and a job that begins later has a later time."""
    for (project, job_id), running in list(runner._running.items()):
        job = store.load(project, job_id)
        if job is None or running.future is None or job.configuration.copy_ is not None:
            continue
        if job.statistics.startTime and int(job.statistics.startTime) <= moment:
            concurrent.futures.wait([running.future])


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
