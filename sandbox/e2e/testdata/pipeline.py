"""An ordinary Beam pipeline over BigQuery, and its checks. It knows nothing of a sandbox."""

import datetime
import sys
import time

import apache_beam as beam
from apache_beam.io.gcp.bigquery import BigQueryDisposition, ReadFromBigQuery, WriteToBigQuery
from apache_beam.options.pipeline_options import PipelineOptions
from google.api_core.exceptions import NotFound
from google.cloud import bigquery

PROJECT = "dit-sandbox"
SCHEMA = {
    "fields": [
        {"name": "ssvid", "type": "STRING", "mode": "REQUIRED"},
        {"name": "start", "type": "TIMESTAMP"},
        {"name": "hours", "type": "FLOAT"},
        {"name": "day", "type": "DATE"},
        {"name": "tags", "type": "STRING", "mode": "REPEATED"},
        {"name": "first", "type": "RECORD", "fields": [
            {"name": "at", "type": "TIMESTAMP"}, {"name": "lat", "type": "FLOAT"}]},
    ]
}
LAYOUT = {"timePartitioning": {"type": "MONTH", "field": "start"}, "clustering": {"fields": ["ssvid"]}}


def seed(client):
    client.create_dataset("work", exists_ok=True)
    client.query_and_wait("""
        CREATE OR REPLACE TABLE work.messages (ssvid STRING, ts TIMESTAMP, lat FLOAT64) PARTITION BY DATE(ts);
        INSERT work.messages SELECT CONCAT('v', CAST(MOD(n, 5) AS STRING)),
            TIMESTAMP_ADD(TIMESTAMP '2024-01-01 00:00:00+00', INTERVAL n HOUR), n / 7
        FROM UNNEST(GENERATE_ARRAY(0, 99)) AS n;
        CREATE OR REPLACE VIEW work.messages_view AS SELECT * FROM work.messages WHERE lat < 10;
    """)


def delete_first(client):
    """The hook that pipelines run before they append: idempotent re-runs."""
    try:
        job = client.query("DELETE FROM work.gaps WHERE DATE(start) >= '2024-01-01'")
        job.result()
        return job.num_dml_affected_rows
    except NotFound:
        return None


def gap(key_rows):
    key, rows = key_rows
    rows = sorted(rows, key=lambda r: r["ts"])
    start = rows[0]["ts"]
    return {
        "ssvid": key, "start": start.timestamp(), "hours": len(rows) * 0.5,
        "day": start.date().isoformat(), "tags": ["a", "b"],
        "first": {"at": start.timestamp(), "lat": rows[0]["lat"]},
    }


def run(source, method_write, table, read_method):
    options = PipelineOptions(
        ["--project", PROJECT, "--temp_location", "gs://dit-sandbox/tmp", "--region", "us-central1", "--save_main_session",
         *sys.argv[1:]])
    begin = time.time()
    with beam.Pipeline(options=options) as p:
        (
            p
            | ReadFromBigQuery(method=read_method, use_standard_sql=True, **source)
            | beam.Map(lambda r: (r["ssvid"], r))
            | beam.GroupByKey()
            | beam.Map(gap)
            | WriteToBigQuery(
                f"{PROJECT}:work.{table}", schema=SCHEMA, method=method_write,
                additional_bq_parameters=LAYOUT,
                create_disposition=BigQueryDisposition.CREATE_IF_NEEDED,
                write_disposition=BigQueryDisposition.WRITE_APPEND)
        )
    print(f"BEAM {read_method} {method_write} {table}: {time.time() - begin:.1f} s", flush=True)


def check(client, table, rows):
    got = client.get_table(f"work.{table}")
    assert got.num_rows == rows, (table, got.num_rows, rows)
    assert got.time_partitioning.type_ == "MONTH", got.time_partitioning
    assert got.time_partitioning.field == "start"
    assert got.clustering_fields == ["ssvid"], got.clustering_fields
    assert got.schema[0].mode == "REQUIRED", got.schema[0]
    row = list(client.query_and_wait(f"SELECT * FROM work.{table} WHERE ssvid = 'v1' LIMIT 1"))[0]
    assert row.start == datetime.datetime(2024, 1, 1, 1, tzinfo=datetime.timezone.utc), row
    assert row["first"]["at"] == row.start and row.tags == ["a", "b"], row
    assert row.day == datetime.date(2024, 1, 1)
    return got


def main():
    client = bigquery.Client()
    seed(client)
    query = {"query": f"SELECT ssvid, ts, lat FROM `{PROJECT}.work.messages_view`"}
    assert delete_first(client) is None
    run(query, "FILE_LOADS", "gaps", "EXPORT")
    first = check(client, "gaps", 5)
    assert delete_first(client) == 5
    run(query, "FILE_LOADS", "gaps", "EXPORT")
    second = check(client, "gaps", 5)
    assert second.etag != first.etag and second.modified > first.modified
    run({"table": f"{PROJECT}:work.messages"}, "FILE_LOADS", "gaps", "DIRECT_READ")
    check(client, "gaps", 10)
    run(query, "STREAMING_INSERTS", "streamed", "DIRECT_READ")
    check(client, "streamed", 5)
    run(query, "STREAMING_INSERTS", "streamed_from_files", "EXPORT")
    check(client, "streamed_from_files", 5)
    left = [d.dataset_id for d in client.list_datasets() if d.dataset_id != "work"]
    assert not left, f"temporary datasets are left: {left}"
    try:
        client.query_and_wait("SELECT * FROM work.absent")
    except NotFound:
        pass
    else:
        sys.exit("a query of a table that is not there succeeded")
    print("ALL OK")


if __name__ == "__main__":
    main()
