package fault_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	bqstorage "cloud.google.com/go/bigquery/storage/apiv1"
	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"cloud.google.com/go/storage"
	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/GlobalFishingWatch/dit/sandbox/fault"
	"github.com/GlobalFishingWatch/dit/sandbox/front"
	"github.com/GlobalFishingWatch/dit/sandbox/gcs"
)

// world is the sandbox's front with real storage and services behind it that only count, behind rules, on
// a real server.
type world struct {
	testing.TB
	rules   *fault.Rules
	server  *httptest.Server
	carried atomic.Int64 // requests that BigQuery, its storage API or Dataflow had
	proto   atomic.Value // of the last request of Dataflow
}

// protocols runs a test over HTTP/1.1 in clear text and over HTTP/2 with TLS.
func protocols(t *testing.T, test func(*testing.T, *world)) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, http2)
			test(t, w)
		})
	}
}

func newWorld(t *testing.T, http2 bool) *world {
	t.Helper()
	objects, err := gcs.New(t.TempDir(), "b")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(objects.Close)
	w := &world{TB: t, rules: fault.New(front.Service)}
	engine := httptest.NewServer(http.HandlerFunc(w.engine))
	t.Cleanup(engine.Close)
	handler := front.New(front.Backends{REST: engine.Listener.Addr().String(), GRPC: w.storageAPI(), Storage: objects})
	w.server = httptest.NewUnstartedServer(w.rules.Wrap(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if front.Service(r) == front.Dataflow {
			w.proto.Store(r.Proto)
			w.engine(rw, r)
			return
		}
		handler.ServeHTTP(rw, r)
	})))
	w.server.Config.ConnContext = fault.ConnContext
	if w.server.EnableHTTP2 = http2; http2 {
		w.server.StartTLS()
	} else {
		w.server.Start()
	}
	t.Cleanup(w.server.Close)
	return w
}

// engine answers as BigQuery and Dataflow do, with the least that clients take.
func (w *world) engine(rw http.ResponseWriter, r *http.Request) {
	w.carried.Add(1)
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(map[string]any{
		"id": "an-id-that-makes-the-answer-long-enough-to-be-cut-in-half", "name": "n", "currentState": "JOB_STATE_RUNNING",
		"datasetReference": map[string]string{"projectId": "p", "datasetId": "d"},
		"jobReference":     map[string]string{"projectId": "p", "jobId": "j"},
		"status":           map[string]string{"state": "DONE"},
	})
}

type readAPI struct {
	storagepb.UnimplementedBigQueryReadServer
	w *world
}

func (a readAPI) CreateReadSession(_ context.Context, r *storagepb.CreateReadSessionRequest) (*storagepb.ReadSession, error) {
	a.w.carried.Add(1)
	return &storagepb.ReadSession{Name: "projects/p/locations/l/sessions/s", Table: r.GetReadSession().GetTable()}, nil
}

func (a readAPI) ReadRows(_ *storagepb.ReadRowsRequest, stream storagepb.BigQueryRead_ReadRowsServer) error {
	a.w.carried.Add(1)
	for range 3 {
		if err := stream.Send(&storagepb.ReadRowsResponse{RowCount: 1}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) storageAPI() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	server := grpc.NewServer()
	storagepb.RegisterBigQueryReadServer(server, readAPI{w: w})
	go server.Serve(listener)
	w.Cleanup(server.Stop)
	return listener.Addr().String()
}

// fault puts a rule in force in the place of all others and returns its counters.
func (w *world) fault(format string, args ...any) func() fault.Listed {
	w.Helper()
	rule, err := fault.Parse(fmt.Sprintf(format, args...))
	if err != nil {
		w.Fatal(err)
	}
	w.rules.Clear()
	w.carried.Store(0)
	id := w.rules.Add(rule)
	return func() fault.Listed {
		for _, listed := range w.rules.List() {
			if listed.ID == id {
				return listed
			}
		}
		return fault.Listed{}
	}
}

func (w *world) options(path string) []option.ClientOption {
	return []option.ClientOption{option.WithEndpoint(w.server.URL + path), option.WithHTTPClient(w.server.Client())}
}

func (w *world) bigquery() *bigquery.Client {
	w.Helper()
	c, err := bigquery.NewClient(w.Context(), "p", w.options("/bigquery/v2/")...)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { c.Close() })
	return c
}

// object puts an object and returns it, for a client that tries again at once.
func (w *world) object(content []byte) *storage.ObjectHandle {
	w.Helper()
	c, err := storage.NewClient(w.Context(), append(w.options("/storage/v1/"), storage.WithJSONReads())...)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { c.Close() })
	object := c.Bucket("b").Object("o")
	to := object.NewWriter(w.Context())
	if _, err := bytes.NewReader(content).WriteTo(to); err != nil {
		w.Fatal(err)
	}
	if err := to.Close(); err != nil {
		w.Fatal(err)
	}
	return object
}

func (w *world) dataflow() *dataflow.ProjectsLocationsJobsService {
	w.Helper()
	s, err := dataflow.NewService(w.Context(), w.options("/")...)
	if err != nil {
		w.Fatal(err)
	}
	return s.Projects.Locations.Jobs
}

// reads is Google's client of the gRPC Storage Read API; the server must speak HTTP/2.
func (w *world) reads() *bqstorage.BigQueryReadClient {
	w.Helper()
	roots := w.server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c, err := bqstorage.NewBigQueryReadClient(w.Context(), option.WithEndpoint(w.server.Listener.Addr().String()), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, ""))))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { c.Close() })
	return c
}

// soon is a context for calls that are not to be tried again for long.
func (w *world) soon() context.Context {
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	w.Cleanup(cancel)
	return ctx
}
