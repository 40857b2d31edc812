"""Jobs: one run per job id, none left running by a killed process, old ones swept."""

import threading
import time

from local_bigquery.engine import database
from local_bigquery.engine.database import quote
from local_bigquery.errors import BigQueryError, already_exists
from local_bigquery.jobs import runner, store

# Much less than the day that BigQuery keeps both: the engine lists all tables, results among
# them, several times for each query, so each result makes all later queries slower.
RESULTS_MS = 5 * 60 * 1000
RECORDS_MS = 3600 * 1000

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


def keep_swept() -> None:
    """Sweeps at the start and once a minute, for as long as the process lives."""
    while True:
        sweep(int(time.time() * 1000))
        time.sleep(60)


def sweep(now: int) -> None:
    """Drops results of jobs that ended long ago and, later, their records."""
    rows = database.fetch(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = 'emulator' AND schema_name = '_results'"
    )
    results = {name for (name,) in rows}
    jobs = database.fetch(
        "SELECT project_id, job_id, creation_time FROM emulator.jobs "
        "WHERE creation_time < ? AND state = 'DONE'",
        [now - RESULTS_MS],
    )
    for project_id, job_id, created in jobs:
        name = f"{project_id}:{job_id}"
        if name in results:
            if _ended(project_id, job_id) < now - RESULTS_MS:
                database.execute(f"DROP TABLE IF EXISTS {quote('emulator', '_results', name)}")
        elif created < now - RECORDS_MS:
            store.delete(project_id, job_id)


def _ended(project_id: str, job_id: str) -> int:
    """When the job ended, in milliseconds since 1970: what took long is kept as long."""
    return int(store.load(project_id, job_id).statistics.endTime or 0)
