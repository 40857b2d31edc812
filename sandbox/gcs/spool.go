package gcs

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
)

// inMemory is the size up to which an upload is kept in memory rather than in a file.
const inMemory = 8 << 20

// spooled reads the body of an upload before it hands the request on: the server holds
// a lock over all buckets while it reads, so one slow client would stall every other.
func spooled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost && r.Method != http.MethodPut {
			next.ServeHTTP(w, r)
			return
		}
		body, done, err := spool(r.Body)
		defer done()
		if err != nil {
			http.Error(w, "read the upload: "+err.Error(), http.StatusBadRequest)
			return
		}
		r = r.Clone(r.Context())
		r.Body = body
		next.ServeHTTP(w, r)
	})
}

// spool reads everything; done removes what it took. An empty body comes back as
// http.NoBody, which the server tells apart.
func spool(body io.Reader) (_ io.ReadCloser, done func(), err error) {
	nothing := func() {}
	var buffer bytes.Buffer
	n, err := io.CopyN(&buffer, body, inMemory)
	if err == io.EOF {
		if n == 0 {
			return http.NoBody, nothing, nil
		}
		return io.NopCloser(&buffer), nothing, nil
	}
	if err != nil {
		return nil, nothing, err
	}
	file, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return nil, nothing, fmt.Errorf("make a file for the upload: %w", err)
	}
	done = func() {
		file.Close()
		os.Remove(file.Name())
	}
	if _, err := io.Copy(file, io.MultiReader(&buffer, body)); err != nil {
		return nil, done, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, done, err
	}
	return io.NopCloser(file), done, nil
}
