"""Starts the engine for the sandbox's front end.

usage: serve.py --data DIR --gcs-root DIR --gcs-url URL [--project ID]

Binds free ports on the loopback interface and prints them as one line of JSON on
standard output once it is ready. Ends when standard input ends, so it never outlives
the front end, and on SIGTERM after a checkpoint.
"""

import argparse
import asyncio
import gc
import json
import os
import pathlib
import signal
import socket
import sys
import threading


class Warm:
    """DuckDB with its extensions loaded, made while Python imports the rest.

    The two take about as long as each other and run side by side. The engine makes its
    connection itself; it is handed this one instead.
    """

    CONFIG = {"TimeZone": "UTC"}

    def __init__(self):
        self.connection = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        import duckdb

        self.connection = duckdb.connect(config=self.CONFIG)
        # A sandbox is mostly killed, and the next one replays what was not folded into the
        # files: 0.3 s a megabyte. The default of 16 MB would cost five seconds at each start.
        self.connection.execute("SET checkpoint_threshold = '1MB'")
        for name in ("ducklake", "spatial"):
            self.connection.execute(f"LOAD {name}")

    def hand_over(self, database) -> None:
        self.thread.join()
        duckdb = database.duckdb
        connect = duckdb.connect

        def once(*args, **kwargs):
            if args or kwargs != {"config": self.CONFIG} or self.connection is None:
                return connect(*args, **kwargs)
            return self.connection

        duckdb.connect = once
        try:
            database.connection()
        finally:
            duckdb.connect = connect


def stop_with_parent() -> None:
    def run():
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=run, daemon=True).start()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--gcs-root", type=pathlib.Path, required=True)
    parser.add_argument("--gcs-url", required=True)
    parser.add_argument("--project", default="dit-sandbox")
    return parser.parse_args()


def configure(args: argparse.Namespace) -> None:
    from local_bigquery.settings import settings

    settings.data_dir = args.data
    settings.default_project_id = args.project
    settings.default_dataset_id = "main"  # the lake's own hidden schema: no dataset of ours shows
    settings.gcs_local_root = args.gcs_root


def web_server():
    import uvicorn
    from local_bigquery.app import app

    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    )

    def stop(*_):
        server.should_exit = True

    # uvicorn handles the signal only while it serves, and raises it once more at its end:
    # ours keeps an early one from being lost and the second from killing the process.
    signal.signal(signal.SIGTERM, stop)
    return server


async def serve(server, rest: socket.socket) -> None:
    import anyio.to_thread

    # Clients that wait for a job hold a thread each; the default of 40 would stall others.
    anyio.to_thread.current_default_thread_limiter().total_tokens = 200
    await server.serve(sockets=[rest])


def main() -> None:
    args = arguments()
    gc.disable()  # nothing that the imports make is garbage
    stop_with_parent()
    warm = Warm()
    configure(args)
    from dit_engine import gcs, jobs, patches
    from local_bigquery.engine import database
    from local_bigquery.grpc import server

    gcs.endpoint = args.gcs_url.rstrip("/")
    warm.hand_over(database)
    patches.apply()
    rest = socket.create_server(("127.0.0.1", 0), backlog=1024)
    # An answer is two writes, header and body. Connections inherit this; without it the
    # second waits 40 ms for the first to be acknowledged.
    rest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    storage, storage_port = server.start("127.0.0.1", 0)
    web = web_server()
    gc.freeze()
    gc.enable()
    print(json.dumps({"rest": rest.getsockname()[1], "grpc": storage_port}), flush=True)
    threading.Thread(target=jobs.keep_swept, daemon=True).start()
    asyncio.run(serve(web, rest))
    storage.stop(None)
    database.connection().close()
    # Threads of jobs that still run would hold the exit; their writes are not committed.
    os._exit(0)


if __name__ == "__main__":
    main()
