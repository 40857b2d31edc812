"""Jobs: one run per job id, none left running by a killed process, old ones swept."""

import threading
import time

from local_bigquery.engine import database
from local_bigquery.engine.database import quote
from local_bigquery.errors import BigQueryError, already_exists
from local_bigquery.jobs import runner, store

# Less than the day that BigQuery keeps results: every look at a table is slower with each of them.
KEEP_MS = 3600 * 1000

_lock = threading.Lock()
_starting: set[tuple[str, str]] = set()
_submit = runner.submit


def apply() -> None:
    runner.submit = submit
    interrupted()


def submit(project_id: str, job_id: str, configuration, upload=None):
    """Two requests with one job id at the same time: the engine looks, then stores,
    and would run both. The second gets 409 as BigQuery answers."""
    key = (project_id, job_id)
    with _lock:
        if key in _starting:
            raise already_exists("Job", f"{project_id}:{job_id}")
        _starting.add(key)
    try:
        return _submit(project_id, job_id, configuration, upload)
    finally:
        with _lock:
            _starting.discard(key)


def interrupted() -> None:
    """Ends the jobs that the last process left: a client that polls one would wait forever."""
    rows = database.fetch("SELECT project_id, job_id FROM emulator.jobs WHERE state <> 'DONE'")
    for project_id, job_id in rows:
        job = store.load(project_id, job_id)
        error = BigQueryError("stopped", "The sandbox stopped while this job was running")
        store.save(runner._done(job, job.statistics, error))


def sweep() -> None:
    """Drops results and records of old jobs, as BigQuery drops anonymous results."""
    cutoff = int(time.time() * 1000) - KEEP_MS
    rows = database.fetch(
        "SELECT project_id, job_id FROM emulator.jobs WHERE creation_time < ?", [cutoff]
    )
    for project_id, job_id in rows:
        name = quote("emulator", "_results", f"{project_id}:{job_id}")
        database.execute(f"DROP TABLE IF EXISTS {name}")
        store.delete(project_id, job_id)
