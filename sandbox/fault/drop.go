package fault

import (
	"context"
	"log"
	"net/http"
	"net/url"
)

// drop drops tables as a client would and tells whether one was there.
func drop(ctx context.Context, service http.Handler, tables []table) bool {
	dropped := false
	for _, t := range tables {
		status, answer := call(ctx, service, http.MethodDelete, "http://bigquery.googleapis.com/bigquery/v2/projects/"+url.PathEscape(t.project)+
			"/datasets/"+url.PathEscape(t.dataset)+"/tables/"+url.PathEscape(t.name), "", nil)
		switch {
		case status < 300:
			dropped = true
		case status != http.StatusNotFound:
			log.Printf("fault: drop %s: %d %s", t, status, answer)
		}
	}
	return dropped
}
