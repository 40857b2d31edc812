// Package front is the one HTTP handler of the sandbox: it knows by host name and path
// which Google service a request is for, and answers it or passes it on.
package front

import (
	"net"
	"net/http"
	"strings"

	"github.com/GlobalFishingWatch/dit/sandbox/gcs"
)

// Backends are what stands behind the front.
type Backends struct {
	// REST and GRPC are host:port of the BigQuery engine's two interfaces, in clear text.
	REST, GRPC string
	// Storage serves Cloud Storage.
	Storage http.Handler
}

// New returns the handler for every host name and port of the sandbox.
func New(b Backends) http.Handler {
	return &router{
		bigquery: newREST(b.REST),
		storage:  b.Storage,
		read:     newGRPC(b.GRPC),
	}
}

type router struct {
	bigquery, storage, read http.Handler
}

// ServeHTTP routes by what cannot be mistaken first: gRPC, then the host names that
// serve one API, then paths, because one plain port answers for every service.
func (f *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch host := hostname(r); {
	case isGRPC(r):
		f.grpc(w, r)
	case host == "metadata.google.internal" || host == "169.254.169.254":
		metadata(w, r)
	case host == "dataflow.googleapis.com" || strings.HasPrefix(path, "/v1b3/"):
		dataflow(w, r)
	case isToken(path):
		token(w, r)
	case strings.HasSuffix(path, ":generateAccessToken"):
		impersonate(w, r)
	case isBigQuery(path):
		f.bigquery.ServeHTTP(w, r)
	case gcs.Is(r), host == "storage.googleapis.com", strings.HasSuffix(host, ".storage.googleapis.com"):
		f.storage.ServeHTTP(w, r)
	case path == "/" || path == "/healthz":
		w.WriteHeader(http.StatusOK)
	default:
		fail(w, http.StatusNotFound, "notFound", "the sandbox serves no %s %s on host %s", r.Method, path, r.Host)
	}
}

// hostname is the host a client asked for, without a port.
func hostname(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return strings.ToLower(host)
}
