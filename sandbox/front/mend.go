package front

import "net/http"

// mendAnswer gives errors the form that clients decide by: Google answers a server error
// with a JSON body, and the engine's web framework, when it fails itself, with plain text.
func mendAnswer(r *http.Response) error {
	if r.StatusCode >= 500 && r.Header.Get("Content-Type") != "application/json" {
		replaceBody(r, "internalError", "the sandbox's BigQuery engine failed; its log says why")
	}
	return nil
}
