"""The output: an append-only table of versions, and a view of the latest ones."""

import logging
from collections.abc import Sequence

from google.cloud import bigquery

from gaps.query import only
from gaps.run import Run, iso

log = logging.getLogger(__name__)

_SIDE = [
    ("timestamp", "TIMESTAMP"),
    ("msgid", "STRING"),
    ("seg_id", "STRING"),
    ("lat", "FLOAT"),
    ("lon", "FLOAT"),
    ("receiver_type", "STRING"),
]

SCHEMA = [
    {"name": "gap_id", "type": "STRING", "mode": "REQUIRED"},
    {"name": "ssvid", "type": "STRING", "mode": "REQUIRED"},
    {"name": "version", "type": "TIMESTAMP", "mode": "REQUIRED"},
    {"name": "is_closed", "type": "BOOLEAN", "mode": "REQUIRED"},
    *({"name": f"start_{n}", "type": t, "mode": "REQUIRED" if n == "timestamp" else "NULLABLE"} for n, t in _SIDE),
    {"name": "positions_before", "type": "INTEGER", "mode": "NULLABLE"},
    *({"name": f"end_{n}", "type": t, "mode": "NULLABLE"} for n, t in _SIDE),
    {"name": "duration_h", "type": "FLOAT", "mode": "NULLABLE"},
    {"name": "distance_km", "type": "FLOAT", "mode": "NULLABLE"},
    {"name": "implied_speed_knots", "type": "FLOAT", "mode": "NULLABLE"},
    {"name": "receiver_types", "type": "STRING", "mode": "REPEATED"},
]


def view_of(output: str) -> str:
    """The name of the view that holds the latest version of each gap."""
    return f"{output}_last_versions"


def prepare(client: bigquery.Client, output: str, run: Run, ssvids: Sequence[str] = ()) -> None:
    """Creates the table and the view where they are missing, and takes the table back to what was known at run.start.

    Everything known later is deleted, to the right of run.end too: it was built on what this run is about to replace.
    """
    table = bigquery.Table(output, [bigquery.SchemaField.from_api_repr(f) for f in SCHEMA])
    table.time_partitioning = bigquery.TimePartitioning(bigquery.TimePartitioningType.MONTH, field="start_timestamp")
    table.clustering_fields = ["ssvid"]
    client.create_table(table, exists_ok=True)

    view = bigquery.Table(view_of(output))
    view.view_query = latest_versions(output)
    client.create_table(view, exists_ok=True)

    job = client.query(rewind(output, run, ssvids))
    job.result()
    log.info("took %s back to %s: %s rows deleted", output, iso(run.start), job.num_dml_affected_rows)


def latest_versions(output: str) -> str:
    """The view's query. A gap of exactly the least length opens and closes at one instant; then the closed one counts."""
    return f"""
SELECT * EXCEPT (version)
FROM `{output}`
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY gap_id, start_timestamp ORDER BY version DESC, is_closed DESC) = 1
"""


def rewind(output: str, run: Run, ssvids: Sequence[str] = ()) -> str:
    """The statement that deletes what became known at run.start or later, of the given vessels or of all."""
    return f"DELETE FROM `{output}` WHERE version >= TIMESTAMP '{iso(run.start)}' {only(ssvids)}"
