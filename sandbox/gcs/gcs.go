// Package gcs serves Cloud Storage from a directory: fake-gcs-server as a library,
// with the requests mended that real clients send and it does not take.
package gcs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsouza/fake-gcs-server/fakestorage"
)

// publicHost is the host name under which objects are reached by path.
const publicHost = "storage.googleapis.com"

// Server is a Cloud Storage whose objects are plain files below its root: bucket/object.
type Server struct {
	fake    *fakestorage.Server
	handler http.Handler
	root    string
}

// New opens the storage in root and makes the named buckets unless they exist.
func New(root string, buckets ...string) (*Server, error) {
	fake, err := fakestorage.NewServerWithOptions(fakestorage.Options{
		StorageRoot:     root,
		NoListener:      true,
		PublicHost:      publicHost,
		BucketsLocation: "US",
	})
	if err != nil {
		return nil, fmt.Errorf("open the object storage in %s: %w", root, err)
	}
	for _, bucket := range buckets {
		_, err := os.Stat(filepath.Join(root, bucket))
		if errors.Is(err, os.ErrNotExist) {
			fake.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: bucket})
		} else if err != nil {
			return nil, fmt.Errorf("open bucket %s: %w", bucket, err)
		}
	}
	s := &Server{fake: fake, root: root}
	s.handler = linked(spooled(named(fake.HTTPHandler())))
	return s, nil
}

// ServeHTTP answers the JSON API, uploads, batches and downloads by path.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == batchPath {
		s.batch(w, r)
		return
	}
	s.handler.ServeHTTP(w, r)
}

// Close releases the storage. Objects are on disk as soon as their upload is answered.
func (s *Server) Close() { s.fake.Stop() }

// Open opens an object, which is a plain file. The error is of os.ErrNotExist when there is none.
func (s *Server) Open(_ context.Context, bucket, object string) (io.ReadCloser, error) {
	name := filepath.Join(bucket, object)
	if !filepath.IsLocal(name) || strings.Contains(bucket, "/") {
		return nil, fmt.Errorf("open gs://%s/%s: %w", bucket, object, os.ErrNotExist)
	}
	return os.Open(filepath.Join(s.root, name))
}

// Paths are the prefixes of the JSON API, which needs no particular host name.
var Paths = []string{"/storage/v1/", "/upload/storage/v1/", "/download/storage/v1/", "/upload/resumable/", batchPath}

// Is tells whether a request is for Cloud Storage's JSON API by its path alone.
func Is(r *http.Request) bool {
	for _, prefix := range Paths {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return true
		}
	}
	return false
}

// named gives requests for /bucket/object the host name that the server expects,
// whatever address they came in by.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Is(r) {
			r = r.Clone(r.Context())
			r.Host = publicHost
		}
		next.ServeHTTP(w, r)
	})
}
