"""The Beam pipeline: read positions, group them by vessel, find gaps, append them."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam
from apache_beam.io.gcp.bigquery import BigQueryDisposition, ReadFromBigQuery, WriteToBigQuery
from apache_beam.io.gcp.internal.clients.bigquery import DatasetReference
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineState
from google.cloud import bigquery

from gaps import tables
from gaps.query import positions_query
from gaps.run import Run
from gaps.track import Position, find_gaps

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A run and the tables it works on, each "project.dataset.table"."""

    run: Run
    project: str
    messages: str
    segments: str
    output: str
    temp_dataset: str | None = None  # "dataset" or "project.dataset"
    ssvids: Sequence[str] = ()
    beam_args: Sequence[str] = field(default_factory=list)
    wait: bool = True


class FindGaps(beam.PTransform):
    """From rows of query.positions_query to rows of the output table."""

    def __init__(self, run: Run):
        super().__init__()
        self.run = run

    def expand(self, rows: beam.PCollection) -> beam.PCollection:
        return (
            rows
            | "ByVessel" >> beam.Map(by_vessel).with_output_types(tuple[str, Any])
            | "Tracks" >> beam.GroupByKey()
            | "Gaps" >> beam.FlatMap(gap_rows, self.run)
        )


def by_vessel(row: dict[str, Any]) -> tuple[str, tuple]:
    """Splits a row into its vessel and a position, as a plain tuple: every coder knows those."""
    return row["ssvid"], tuple(row[name] for name in Position._fields)


def gap_rows(track: tuple[str, Iterable[tuple]], run: Run) -> Iterator[dict[str, Any]]:
    ssvid, positions = track
    for gap in find_gaps(ssvid, (Position(*p) for p in positions), run):
        Metrics.counter("gaps", "closed" if gap.end else "opened").inc()
        yield gap.row()


def execute(job: Job) -> bool:
    """Runs the job to its end, or until it is submitted, and tells whether that succeeded."""
    options = PipelineOptions(["--project", job.project, *job.beam_args])
    if not options.view_as(StandardOptions).runner:
        # The runner that Beam would come to in the end, without its attempt to download another one first.
        options.view_as(StandardOptions).runner = "FnApiRunner"
    tables.prepare(bigquery.Client(project=job.project), job.output, job.run, job.ssvids)

    query = positions_query(job.messages, job.segments, tables.view_of(job.output), job.run, job.ssvids)
    pipeline = beam.Pipeline(options=options)
    (
        pipeline
        | "Read" >> ReadFromBigQuery(query=query, use_standard_sql=True, temp_dataset=_dataset(job))
        | FindGaps(job.run)
        | "Write"
        >> WriteToBigQuery(
            ":".join(job.output.split(".", 1)),
            schema={"fields": tables.SCHEMA},
            method=WriteToBigQuery.Method.FILE_LOADS,
            create_disposition=BigQueryDisposition.CREATE_NEVER,
            write_disposition=BigQueryDisposition.WRITE_APPEND,
        )
    )
    result = pipeline.run()
    if not job.wait:
        log.info("submitted %s", result.job_id())
        return True
    state = result.wait_until_finish()
    for counter in result.metrics().query()["counters"]:
        if counter.key.metric.namespace == "gaps":
            log.info("%s gaps %s", counter.result, counter.key.metric.name)
    log.info("pipeline ended as %s", state)
    return state == PipelineState.DONE


def _dataset(job: Job) -> DatasetReference | None:
    if not job.temp_dataset:
        return None
    project, _, dataset = job.temp_dataset.rpartition(".")
    return DatasetReference(projectId=project or job.project, datasetId=dataset)
