package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// kind is what Google's services say along with an HTTP status.
type kind struct {
	reason string // in errors[]: BigQuery's and Cloud Storage's clients decide by it
	name   string // in status: the name of the gRPC code
	code   int    // the gRPC code
}

// statuses are those that rules can have. The codes are those of google.rpc.Code.
var statuses = map[int]kind{
	400: {"invalid", "INVALID_ARGUMENT", 3},
	401: {"authError", "UNAUTHENTICATED", 16},
	403: {"quotaExceeded", "PERMISSION_DENIED", 7},
	404: {"notFound", "NOT_FOUND", 5},
	408: {"requestTimeout", "DEADLINE_EXCEEDED", 4},
	409: {"duplicate", "ALREADY_EXISTS", 6},
	412: {"conditionNotMet", "FAILED_PRECONDITION", 9},
	429: {"rateLimitExceeded", "RESOURCE_EXHAUSTED", 8},
	500: {"internalError", "INTERNAL", 13},
	501: {"notImplemented", "UNIMPLEMENTED", 12},
	502: {"backendError", "UNAVAILABLE", 14},
	503: {"backendError", "UNAVAILABLE", 14},
	504: {"backendError", "DEADLINE_EXCEEDED", 4},
}

func statusList() string {
	var all []string
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		all = append(all, strconv.Itoa(status))
	}
	return strings.Join(all, ", ")
}

// refuse answers with an error in the form of the service that was asked.
func refuse(w http.ResponseWriter, r *http.Request, status int, reason, message string) {
	k := statuses[status]
	if reason == "" {
		reason = k.reason
	}
	switch {
	case isGRPC(r):
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", strconv.Itoa(k.code))
		w.Header().Set("Grpc-Message", url.PathEscape(reason+": "+message))
		w.WriteHeader(http.StatusOK)
	case strings.HasSuffix(r.URL.Path, "/token"): // OAuth has a form of its own
		writeJSON(w, status, map[string]any{"error": reason, "error_description": message})
	default:
		writeJSON(w, status, map[string]any{"error": map[string]any{
			"code":    status,
			"message": message,
			"status":  k.name,
			"errors":  []any{map[string]any{"domain": "global", "reason": reason, "message": message}},
		}})
	}
}

func isGRPC(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// says is the message of an injected error: nobody is to look for its cause in the pipeline.
func says(id string, r *http.Request) string {
	return fmt.Sprintf("injected by fault %s of the sandbox: %s %s", id, r.Method, r.URL.Path)
}
