#!/bin/sh
# Runs a Beam pipeline against a sandbox inside network and mount namespaces of its own,
# so that Google's host names lead to the sandbox for this process alone.
# A worker for Dataflow jobs is there as well.
# usage: unshare -n -m --propagation private beam.sh SANDBOX PYTHON PIPELINE WORKDIR [OPTION…]
set -eu
sandbox=$1 python=$2 pipeline=$3 work=$4
shift 4
ip link set lo up
names=$("$sandbox" ca --out "$work/ca" && openssl x509 -in "$work/ca/server.pem" -noout -ext subjectAltName |
    tr ',' '\n' | sed -n 's/.*DNS://p' | tr '\n' ' ')
printf '127.0.0.1 %s\n' "$names" >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts
: >"$work/resolv.conf"
mount --bind "$work/resolv.conf" /etc/resolv.conf
"$sandbox" serve --data "$work/data" --ca "$work/ca" 2>"$work/sandbox.log" &
pid=$!
trap 'kill $pid; wait $pid' EXIT
tries=0
until "$python" -c 'import socket; socket.create_connection(("bigquery.googleapis.com", 443), 1)' 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || { cat "$work/sandbox.log" >&2; exit 1; }
    sleep 0.1
done
printf '{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r"}' >"$work/adc.json"
bundle=$work/ca/bundle.pem
export GOOGLE_APPLICATION_CREDENTIALS="$work/adc.json" GOOGLE_CLOUD_PROJECT=dit-sandbox \
    REQUESTS_CA_BUNDLE="$bundle" SSL_CERT_FILE="$bundle" HTTPLIB2_CA_CERTS="$bundle" \
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH="$bundle" CURL_CA_BUNDLE="$bundle" \
    NO_GCE_CHECK=true GOOGLE_API_USE_CLIENT_CERTIFICATE=false
"$sandbox" worker --python "$python" 2>"$work/worker.log" &
worker=$!
trap 'kill $worker $pid; wait $worker $pid' EXIT
"$python" "$pipeline" "$@" || {
    for log in sandbox worker; do echo "--- $log log" >&2; tail -c 3000 "$work/$log.log" >&2; done
    exit 1
}
