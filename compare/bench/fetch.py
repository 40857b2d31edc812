"""Fetches two tables from BigQuery and compares them with datacompy: fetch.py API STORAGE-API LEFT RIGHT. Prints JSON."""

import json
import sys
import time

import datacompy
import grpc
import polars
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery, bigquery_storage
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport

api, storage_api, left, right = sys.argv[1:]
start = time.monotonic()
client = bigquery.Client("dit-sandbox", AnonymousCredentials(), client_options=ClientOptions(api_endpoint=api))
storage = bigquery_storage.BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=grpc.insecure_channel(
    storage_api, [("grpc.max_receive_message_length", -1)])))


def fetch(table):
    rows = client.query(f"SELECT * FROM `{table}`").result()
    return polars.from_arrow(rows.to_arrow(bqstorage_client=storage))


frames = fetch(left), fetch(right)
fetched = time.monotonic()
compared = datacompy.PolarsCompare(*frames, join_columns="id")
equal = compared.matches()
compared.report()
end = time.monotonic()
print(json.dumps({
    "equal": equal,
    "changed": len(compared.all_mismatch()) if not equal else 0,
    "fetch": fetched - start,
    "compare": end - fetched,
}))
