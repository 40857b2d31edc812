"""The pipeline of pipeline.py on bad days: what it does when Google fails, is cut off, loses rows."""

import json
import urllib.request

from google.cloud import bigquery
from pipeline import PROJECT, check, run, seed

FAULTS = "https://bigquery.googleapis.com/sandbox/faults"
QUERY = {"query": f"SELECT ssvid, ts, lat FROM `{PROJECT}.work.messages_view`"}


def ask(method, rule=None):
    request = urllib.request.Request(FAULTS, method=method, data=rule and rule.encode())
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or "null")


def day(client, table, rows, *rules):
    """Runs the pipeline under the rules: it succeeds, and leaves so many rows. Each rule struck."""
    for rule in rules:
        ask("POST", rule)
    run(QUERY, "FILE_LOADS", table, "EXPORT")
    struck = {fault["rule"]: fault["struck"] for fault in ask("GET")["faults"]}
    ask("DELETE")
    print(f"BEAM {struck}", flush=True)
    assert all(struck.values()), struck
    got = client.get_table(f"work.{table}")
    assert got.num_rows == rows, (table, got.num_rows, rows)


def main():
    client = bigquery.Client()
    seed(client)
    day(client, "tried_again", 5,
        "service=bigquery,method=POST,path=*/jobs,status=503,count=2",
        "service=bigquery,method=GET,status=429,rate=0.2,seed=1,count=2",
        "service=storage,status=503,rate=0.2,seed=1,count=3",
        "service=bigquery,path=*/jobs/*,delay=300ms,count=2")
    check(client, "tried_again", 5)
    # The load was begun, the client does not know: the job id keeps it from doing it twice.
    day(client, "cut", 5, "service=bigquery,method=POST,path=*/jobs,table=*.cut,cut=after,count=1")
    day(client, "short", 3, "short-load=2,count=1,table=work.*")
    print("ALL OK")


if __name__ == "__main__":
    main()
