package front

import "net/http"

// mendAnswer gives answers the form that clients decide by.
func mendAnswer(r *http.Response) error {
	// Google answers a server error with a JSON body, and the engine's web framework, when it
	// fails itself, with plain text.
	if r.StatusCode >= 500 && r.Header.Get("Content-Type") != "application/json" {
		replaceBody(r, "internalError", "the sandbox's BigQuery engine failed; its log says why")
	}
	// Clients that take 308 for the redirect it has become ask for another sign of "go on".
	if r.StatusCode == http.StatusPermanentRedirect && r.Request.Header.Get("X-GUploader-No-308") == "yes" {
		r.StatusCode, r.Status = http.StatusOK, ""
		r.Header.Set("X-HTTP-Status-Code-Override", "308")
	}
	return nil
}
