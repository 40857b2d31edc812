#!/bin/sh
# Installs the BigQuery engine into /opt/engine of a debian:trixie-slim container, as root.
# Expects requirements.txt beside this script; serve.py and dit_engine/ may come later. Safe to run again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-/opt/engine}
if ! python3 -c 'import ensurepip, sys; assert sys.version_info >= (3, 13)' 2>/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates python3 python3-venv >/dev/null
fi
mkdir -p "$root"
[ -x "$root/venv/bin/python" ] || python3 -m venv "$root/venv"
# --no-deps: requirements.txt is the whole closure, with the DuckDB override that a resolver refuses.
"$root/venv/bin/pip" install -q --no-deps --require-hashes -r "$here/requirements.txt"
site=$("$root/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# DuckDB looks for extensions below the home directory; the wheels carry the files.
version=$("$root/venv/bin/python" -c 'import duckdb; print("v" + duckdb.__version__)')
platform=$("$root/venv/bin/python" -c 'import duckdb; print(duckdb.sql("PRAGMA platform").fetchone()[0])')
extensions=$HOME/.duckdb/extensions/$version/$platform
mkdir -p "$extensions"
for name in avro ducklake httpfs icu json spatial; do
    cp "$site/duckdb_extension_$name/extensions/$version/$name.duckdb_extension" "$extensions/"
done
[ "$here" = "$root" ] || cp -R "$here/serve.py" "$here/dit_engine" "$root/"
"$root/venv/bin/python" -m compileall -q "$root/venv/lib" "$root/serve.py" "$root/dit_engine" || true
# Warm import: fails here, not at the first query, when a package or an extension is missing.
cd "$root" && "$root/venv/bin/python" - <<'PY'
import duckdb, local_bigquery
con = duckdb.connect(config={"autoinstall_known_extensions": "false"})
for name in ("ducklake", "spatial", "avro", "icu", "json", "httpfs"):
    con.execute(f"LOAD {name}")
PY
