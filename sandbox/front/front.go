// Package front is the one HTTP handler of the sandbox: it knows by host name and path
// which Google service a request is for, and answers it or passes it on.
package front

import "net/http"

// Backends are what stands behind the front.
type Backends struct {
	// REST and GRPC are host:port of the BigQuery engine's two interfaces, in clear text.
	REST, GRPC string
	// Storage serves Cloud Storage.
	Storage http.Handler
	// Dataflow serves the Dataflow API and its workers.
	Dataflow http.Handler
}

// New returns the handler for every host name and port of the sandbox.
func New(b Backends) http.Handler {
	return &router{
		bigquery: newREST(b.REST),
		storage:  b.Storage,
		dataflow: b.Dataflow,
		read:     newGRPC(b.GRPC),
	}
}

type router struct {
	bigquery, storage, dataflow, read http.Handler
}

// ServeHTTP routes by service, and answers by itself what is for none of them.
func (f *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch Service(r) {
	case BigQueryStorage:
		f.read.ServeHTTP(w, r)
	case Dataflow:
		f.dataflow.ServeHTTP(w, r)
	case Token:
		token(w, r)
	case BigQuery:
		f.bigquery.ServeHTTP(w, r)
	case Storage:
		f.storage.ServeHTTP(w, r)
	default:
		other(w, r)
	}
}

// other answers what no service of Google's is asked for.
func other(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case isGRPC(r):
		failGRPC(w, grpcUnimplemented, "the sandbox does not serve "+path)
	case isMetadata(r):
		metadata(w, r)
	case path == "/" || path == "/healthz":
		w.WriteHeader(http.StatusOK)
	default:
		fail(w, http.StatusNotFound, "notFound", "the sandbox serves no %s %s on host %s", r.Method, path, r.Host)
	}
}
