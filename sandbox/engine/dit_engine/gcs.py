"""gs:// URIs: read straight from the directory of the storage server, written through it.

Both sides see the same files, so a read copies nothing. A write goes over HTTP because
the storage server lists only objects whose metadata it wrote itself.
"""

import contextlib
import pathlib
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from local_bigquery.errors import BigQueryError
from local_bigquery.jobs import extract, load, storage

# Files in which the storage server keeps metadata where extended attributes are missing.
SIDE_FILES = (".metadata", ".bucketMetadata")

endpoint = ""
_paths = storage.paths


def apply() -> None:
    load.paths = storage.paths = paths
    extract.written = storage.written = written


def paths(cur, uri: str) -> list[str]:
    found = [
        path
        for path in _paths(cur, uri)
        if not path.endswith(SIDE_FILES) and pathlib.Path(path).is_file()
    ]
    if not found:
        raise BigQueryError("notFound", f"Not found: URI {uri}")
    return found


@contextlib.contextmanager
def written(uri: str):
    if not uri.startswith("gs://"):
        raise BigQueryError("invalid", f"Invalid destination URI {uri}: only gs:// is served")
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    with tempfile.TemporaryDirectory() as directory:
        staged = pathlib.Path(directory) / "object"
        yield str(staged)
        query = urllib.parse.urlencode({"uploadType": "media", "name": name})
        request = urllib.request.Request(
            f"{endpoint}/upload/storage/v1/b/{urllib.parse.quote(bucket)}/o?{query}",
            data=staged.read_bytes(),
            headers={"Content-Type": "application/octet-stream"},
        )
        try:
            urllib.request.urlopen(request).close()
        except urllib.error.URLError as error:
            raise BigQueryError("invalid", f"Unable to write {uri}: {error}") from error
