package front

import (
	"net"
	"net/http"
	"strings"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow"
	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
	"github.com/GlobalFishingWatch/dit/sandbox/gcs"
)

// The services, as Service names them.
const (
	BigQuery        = "bigquery"
	BigQueryStorage = "bigquerystorage"
	Storage         = "storage"
	Dataflow        = "dataflow"
	Token           = "token" // OAuth's tokens and IAM's
)

// Service tells which service of Google's a request is for, "" for none that the sandbox has. It goes by
// what cannot be mistaken first: gRPC, then the host names that serve one API, then paths, because one
// plain port answers for every service.
func Service(r *http.Request) string {
	path := r.URL.Path
	switch host := hostname(r); {
	case isGRPC(r):
		switch {
		case isStorageAPI(path):
			return BigQueryStorage
		case strings.HasPrefix(path, dataflow.GRPCPrefix):
			return Dataflow
		}
		return ""
	case isMetadata(r):
		return ""
	case host == "dataflow.googleapis.com", strings.HasPrefix(path, "/v1b3/"), strings.HasPrefix(path, lease.Path):
		return Dataflow
	case isToken(path) || isImpersonation(path):
		return Token
	case isBigQuery(path):
		return BigQuery
	case gcs.Is(r), host == "storage.googleapis.com", strings.HasSuffix(host, ".storage.googleapis.com"):
		return Storage
	}
	return ""
}

func isMetadata(r *http.Request) bool {
	host := hostname(r)
	return host == "metadata.google.internal" || host == "169.254.169.254"
}

// hostname is the host a client asked for, without a port.
func hostname(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return strings.ToLower(host)
}
