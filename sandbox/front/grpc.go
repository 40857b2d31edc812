package front

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
)

// storageServices are the gRPC services that the engine serves: the Storage Read and Write APIs.
var storageServices = []string{
	"/google.cloud.bigquery.storage.v1.BigQueryRead/",
	"/google.cloud.bigquery.storage.v1.BigQueryWrite/",
}

// gRPC status codes, as sent in the trailer grpc-status.
const (
	grpcUnimplemented = "12"
	grpcUnavailable   = "14"
)

func isGRPC(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}

// newGRPC passes gRPC calls on over HTTP/2 without TLS, streams in both directions.
func newGRPC(address string) http.Handler {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	target := &url.URL{Scheme: "http", Host: address}
	return &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     &http.Transport{Protocols: protocols, DisableCompression: true},
		FlushInterval: -1, // every message at once: a stream waits for each answer
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			failGRPC(w, grpcUnavailable, "the sandbox's BigQuery engine did not answer: "+err.Error())
		},
	}
}

// isStorageAPI tells the calls that the engine serves.
func isStorageAPI(path string) bool {
	return slices.ContainsFunc(storageServices, func(service string) bool { return strings.HasPrefix(path, service) })
}

// failGRPC answers a call with an error alone, in gRPC's trailers-only form.
func failGRPC(w http.ResponseWriter, code, message string) {
	header := w.Header()
	header.Set("Content-Type", "application/grpc")
	header.Set("Grpc-Status", code)
	header.Set("Grpc-Message", url.PathEscape(message))
	w.WriteHeader(http.StatusOK)
}
