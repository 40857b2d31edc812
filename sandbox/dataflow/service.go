// Package dataflow is a local Google Dataflow: the v1b3 API, by REST and gRPC, as unmodified
// clients use it, and a queue from which worker processes lease the jobs (package worker runs them).
// What it does not do it refuses with 501 and a sentence that says so.
package dataflow

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// Config says where the service keeps its state and whom it asks.
type Config struct {
	// Dir is the directory of the jobs, one file each; made when missing.
	Dir string
	// Open opens an object of Cloud Storage, for templates. An error of os.ErrNotExist means
	// that there is none.
	Open func(ctx context.Context, bucket, object string) (io.ReadCloser, error)
	// Faults may be nil.
	Faults Faults
}

// Service answers the Dataflow API and its workers. Close ends it.
type Service struct {
	config Config
	store  store
	mux    *http.ServeMux
	grpc   *grpc.Server
	limits limits

	mu      sync.Mutex
	jobs    map[string]*record
	workers map[string]*worker
	changed chan struct{} // closed and replaced when a poll may have something to wake for
	stop    chan struct{}
	stopped sync.WaitGroup
}

// limits are how long the service waits for whom.
type limits struct {
	image  time.Duration // for a worker that offers a job's image
	report time.Duration // for a report of a job
	watch  time.Duration // between two looks at the clock
}

var usualLimits = limits{image: 10 * time.Second, report: 15 * time.Second, watch: 200 * time.Millisecond}

// New opens the service. Jobs that were running when it last stopped are failed.
func New(c Config) (*Service, error) { return open(c, usualLimits) }

func open(c Config, l limits) (*Service, error) {
	s := &Service{config: c, store: store{c.Dir}, limits: l, workers: map[string]*worker{}, changed: make(chan struct{}), stop: make(chan struct{})}
	jobs, err := s.store.load(time.Now())
	if err != nil {
		return nil, err
	}
	s.jobs = jobs
	s.mux, s.grpc = s.routes(), newGRPC(s)
	s.stopped.Go(s.watch)
	return s, nil
}

// Close ends the polls that wait and the service's own work.
func (s *Service) Close() {
	close(s.stop)
	s.stopped.Wait()
}

// ServeHTTP answers the API, in its REST and gRPC forms, and the workers.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
		s.grpc.ServeHTTP(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// wake lets polls look again. The caller holds the lock.
func (s *Service) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}
