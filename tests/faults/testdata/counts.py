"""Counts the messages of each vessel and day: a Beam pipeline that misbehaves when DIT_TEST_DEED says how.

What is in the environment is not in the key of a run: the same question can be asked again without the deed."""

import argparse
import os
import signal
import sys
import time
from collections import Counter

import apache_beam as beam
from apache_beam.io.gcp.bigquery import BigQueryDisposition, ReadFromBigQuery, WriteToBigQuery
from apache_beam.options.pipeline_options import PipelineOptions
from google.cloud import bigquery

DEED = os.environ.get("DIT_TEST_DEED", "")
PAUSE = float(os.environ.get("DIT_TEST_PAUSE", "0"))
SCHEMA = [("day", "DATE"), ("vessel", "STRING"), ("messages", "INTEGER")]


def arguments():
    p = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("--start", "--end", "--source", "--output", "--project"):
        p.add_argument(name, required=True)
    p.add_argument("--tag", help="changes nothing")
    p.add_argument("--no-wait", action="store_true")
    return p.parse_known_args()


def prepare(args):
    """Makes the table when it is missing, and takes the days of the range out of it: done again, a run gives the same."""
    client = bigquery.Client(project=args.project)
    client.create_table(bigquery.Table(args.output, [bigquery.SchemaField(*f) for f in SCHEMA]), exists_ok=True)
    client.query_and_wait(f"DELETE FROM `{args.output}` WHERE day >= '{args.start}' AND day < '{args.end}'")


def slowly(group, pause):
    time.sleep(pause)
    return group[1]


def counts(rows):
    for (day, vessel), n in Counter((row["timestamp"].date().isoformat(), row["vessel"]) for row in rows).items():
        yield {"day": day, "vessel": vessel, "messages": n}


def submit(args, options):
    pipeline = beam.Pipeline(options=options)
    (
        pipeline
        | "Read" >> ReadFromBigQuery(
            table=":".join(args.source.split(".", 1)), method=ReadFromBigQuery.Method.DIRECT_READ,
            row_restriction=f"timestamp >= '{args.start}' AND timestamp < '{args.end}'")
        | "All" >> beam.GroupBy(lambda _: 0)
        | "Slowly" >> beam.Map(slowly, PAUSE)
        | "Count" >> beam.FlatMap(counts)
        | "Write" >> WriteToBigQuery(
            ":".join(args.output.split(".", 1)), schema={"fields": [{"name": n, "type": t} for n, t in SCHEMA]},
            method=WriteToBigQuery.Method.FILE_LOADS, create_disposition=BigQueryDisposition.CREATE_NEVER,
            write_disposition=BigQueryDisposition.WRITE_APPEND)
    )
    return pipeline.run()


def renamed(argv, suffix):
    """The options, with another name for the job."""
    return [word + suffix if word.startswith("--job_name=") else word for word in argv]


def main():
    args, beam_args = arguments()
    beam_args = ["--project", args.project, *beam_args]
    if DEED == "nothing":
        return
    if DEED == "silent":
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
    print("working", flush=True)
    if DEED == "renamed":
        beam_args = renamed(beam_args, "-renamed")
    prepare(args)
    result = submit(args, PipelineOptions(beam_args))
    if DEED == "two":
        submit(args, PipelineOptions(renamed(beam_args, "-more")))
    if DEED == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if not args.no_wait:
        result.wait_until_finish()


if __name__ == "__main__":
    sys.exit(main())
