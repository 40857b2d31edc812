package front

import (
	"context"
	"errors"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// isBigQuery tells the paths of the BigQuery REST API, uploads included. Older clients
// put /resumable before the path of an upload.
func isBigQuery(path string) bool {
	path = strings.TrimPrefix(path, "/resumable")
	return strings.HasPrefix(path, "/bigquery/v2/") ||
		strings.HasPrefix(path, "/upload/bigquery/v2/") ||
		strings.HasPrefix(path, "/discovery/v1/apis/bigquery/")
}

// newREST passes requests on to the engine as they are. Host and scheme stay those of
// the client: the engine builds the address of a resumable upload from them.
func newREST(address string) http.Handler {
	target := &url.URL{Scheme: "http", Host: address}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.SetXForwarded()
			r.Out.Host = r.In.Host
			r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, "/resumable")
			r.Out.URL.RawPath = strings.TrimPrefix(r.In.URL.RawPath, "/resumable")
			if isChunk(r.In) {
				r.Out.Method = http.MethodPut
			}
		},
		Transport:      restTransport(),
		ModifyResponse: mendAnswer,
		ErrorHandler:   unavailable,
	}
}

// isChunk tells a part of a resumable upload. Clients send it by PUT or, as Go's does, by POST.
func isChunk(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Query().Has("upload_id")
}

// restTransport keeps enough idle connections for several pipelines at once; the default
// of two per host would open a new one for almost every request.
func restTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.MaxIdleConnsPerHost = 64
	transport.DisableCompression = true
	return transport
}

// unavailable answers for an engine that does not: 503, which clients retry.
func unavailable(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) { // the client went away: nobody reads an answer
		return
	}
	log.Printf("%s %s: the BigQuery engine did not answer: %v", r.Method, r.URL.Path, err)
	fail(w, http.StatusServiceUnavailable, "backendError", "the sandbox's BigQuery engine did not answer: %v", err)
}
