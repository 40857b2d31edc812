package front

import "net/http"

// metadata says that there is no metadata server: an answer without the header
// Metadata-Flavor is how client libraries learn, at once, that they are not on Google Cloud.
func metadata(w http.ResponseWriter, r *http.Request) {
	fail(w, http.StatusNotFound, "notFound", "the sandbox is not a Google Cloud machine: it has no %s", r.URL.Path)
}
