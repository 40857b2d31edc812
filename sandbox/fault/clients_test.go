package fault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/GlobalFishingWatch/dit/sandbox/fault"
	"github.com/GlobalFishingWatch/dit/sandbox/front"
)

func TestFrontAndFaultsHaveTheSameServices(t *testing.T) {
	for _, service := range []string{front.BigQuery, front.BigQueryStorage, front.Storage, front.Dataflow, front.Token} {
		if _, err := fault.Parse("status=503,service=" + service); err != nil {
			t.Error(err)
		}
	}
}

// TestErrorsAreWhatClientsSee: the code, the reason, and whether the client tries again: then it succeeds
// after the rule's count is over.
func TestErrorsAreWhatClientsSee(t *testing.T) {
	protocols(t, func(t *testing.T, w *world) {
		bq, object, jobs := w.bigquery(), w.object([]byte("hello")), w.dataflow()
		get := map[string]func() error{
			"bigquery": func() error { _, err := bq.Dataset("d").Metadata(w.soon()); return err },
			"storage":  func() error { _, err := object.Attrs(w.soon()); return err },
			"dataflow": func() error { _, err := jobs.Get("p", "r", "j").Context(w.soon()).Do(); return err },
		}
		for _, tt := range []struct {
			service, effect string
			code            int // 0: the client tries again, and succeeds
			reason          string
		}{
			{"bigquery", "status=403", 403, "quotaExceeded"},
			{"bigquery", "status=403,reason=accessDenied", 403, "accessDenied"},
			{"bigquery", "status=403,reason=rateLimitExceeded", 0, ""},
			{"bigquery", "status=429", 0, ""},
			{"bigquery", "status=500", 0, ""},
			{"bigquery", "status=503", 0, ""},
			{"bigquery", "status=404", 404, "notFound"},
			{"bigquery", "status=400", 400, "invalid"},
			{"storage", "status=503", 0, ""},
			{"storage", "status=429", 0, ""},
			{"storage", "status=403", 403, "quotaExceeded"},
			{"storage", "status=412", 412, "conditionNotMet"},
			{"dataflow", "status=503", 503, "backendError"},
			{"dataflow", "status=429", 429, "rateLimitExceeded"},
			{"dataflow", "status=409", 409, "duplicate"},
		} {
			count := w.fault("service=%s,%s,count=1", tt.service, tt.effect)
			err := get[tt.service]()
			var e *googleapi.Error
			switch {
			case tt.code == 0 && err == nil:
			case tt.code != 0 && errors.As(err, &e) && e.Code == tt.code && len(e.Errors) == 1 && e.Errors[0].Reason == tt.reason && strings.Contains(e.Message, "injected by fault"):
			default:
				t.Errorf("%s, %s: error %v, want %d %s", tt.service, tt.effect, err, tt.code, tt.reason)
			}
			seen := 1
			if tt.code == 0 {
				seen = 2
			}
			if c := count(); c.Struck != 1 || c.Seen != seen {
				t.Errorf("%s, %s: %d requests, %d struck; want %d and 1", tt.service, tt.effect, c.Seen, c.Struck, seen)
			}
		}
	})
}

func TestErrorsOfTokens(t *testing.T) {
	w := newWorld(t, false)
	w.fault("service=token,status=401,reason=invalid_grant")
	for path, want := range map[string]string{
		"/token": `{"error":"invalid_grant","error_description":"injected`, // OAuth's own form
		"/v1/projects/-/serviceAccounts/x:generateAccessToken": `"reason":"invalid_grant"`,
	} {
		answer, err := http.Post(w.server.URL+path, "application/x-www-form-urlencoded", nil)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 401 || !strings.Contains(string(content), want) {
			t.Errorf("%s: %d %s, want %s", path, answer.StatusCode, content, want)
		}
	}
}

// TestALateAnswerWasCarriedOut: the client waits for it, or gives up when the work is done.
func TestALateAnswerWasCarriedOut(t *testing.T) {
	protocols(t, func(t *testing.T, w *world) {
		const delay = 400 * time.Millisecond
		w.fault("service=dataflow,delay=%v", delay)
		begin := time.Now()
		if _, err := w.dataflow().Get("p", "r", "j").Context(t.Context()).Do(); err != nil || time.Since(begin) < delay {
			t.Errorf("answered after %v, %v; want %v", time.Since(begin), err, delay)
		}
		ctx, cancel := context.WithTimeout(t.Context(), delay/2)
		defer cancel()
		if _, err := w.dataflow().Create("p", "r", &dataflow.Job{}).Context(ctx).Do(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the deadline", err)
		}
		if n := w.carried.Load(); n != 2 {
			t.Errorf("%d requests were carried out, want 2", n)
		}
		if got := w.proto.Load(); !strings.HasSuffix(t.Name(), got.(string)) {
			t.Errorf("the client spoke %s", got)
		}
	})
}

// TestTwoFaultsMakeALateError: rules that strike lie around each other.
func TestTwoFaultsMakeALateError(t *testing.T) {
	w := newWorld(t, false)
	w.fault("service=dataflow,delay=200ms")
	second, _ := fault.Parse("status=503")
	w.rules.Add(second)
	begin := time.Now()
	_, err := w.dataflow().Get("p", "r", "j").Context(t.Context()).Do()
	if err == nil || !strings.Contains(err.Error(), "503") || time.Since(begin) < 200*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begin))
	}
}

// TestCutConnections: the client sees no answer, and the service had the request or not.
func TestCutConnections(t *testing.T) {
	protocols(t, func(t *testing.T, w *world) {
		for cut, carried := range map[string]int64{"before": 0, "after": 1, "body": 1} {
			for service, create := range map[string]func() error{
				"dataflow": func() error {
					_, err := w.dataflow().Create("p", "r", &dataflow.Job{}).Context(w.soon()).Do()
					return err
				},
				"bigquery": func() error { // through a proxy
					answer, err := w.server.Client().Post(w.server.URL+"/bigquery/v2/projects/p/jobs", "application/json", strings.NewReader("{}"))
					if err == nil {
						_, err = io.ReadAll(answer.Body)
						answer.Body.Close()
					}
					return err
				},
			} {
				count := w.fault("service=%s,cut=%s,count=1", service, cut)
				err := create()
				var e *googleapi.Error
				if err == nil || errors.As(err, &e) {
					t.Errorf("%s, cut=%s: error %v, want a broken connection", service, cut, err)
				}
				if n := w.carried.Load(); n != carried || count().Struck != 1 {
					t.Errorf("%s, cut=%s: carried out %d times, want %d; %+v", service, cut, n, carried, count())
				}
			}
		}
	})
}

// TestClientsGoOnAfterACut: Cloud Storage's client reads on where the answer ended; BigQuery's asks again.
func TestClientsGoOnAfterACut(t *testing.T) {
	protocols(t, func(t *testing.T, w *world) {
		content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		object := w.object(content)
		for _, cut := range []string{"before", "after", "body"} {
			count := w.fault("service=storage,method=GET,cut=%s,count=1", cut)
			from, err := object.NewReader(w.soon())
			var got []byte
			if err == nil {
				got, err = io.ReadAll(from)
				from.Close()
			}
			if err != nil || !bytes.Equal(got, content) || count().Struck != 1 || count().Seen < 2 {
				t.Errorf("cut=%s: read %d bytes, %v; %+v", cut, len(got), err, count())
			}
		}
	})
}

// TestACutConnectionTakesAllItsRequests: over HTTP/2 many share one.
func TestACutConnectionTakesAllItsRequests(t *testing.T) {
	w := newWorld(t, true)
	jobs := w.dataflow()
	w.fault("service=dataflow,path=*/slow,delay=1m")
	cut, _ := fault.Parse("service=dataflow,path=*/cut,cut=before")
	w.rules.Add(cut)
	slow := make(chan error, 1)
	go func() {
		_, err := jobs.Get("p", "r", "slow").Context(t.Context()).Do()
		slow <- err
	}()
	for w.carried.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := jobs.Get("p", "r", "cut").Context(w.soon()).Do(); err == nil {
		t.Error("no error")
	}
	select {
	case err := <-slow:
		if err == nil {
			t.Error("the request beside it was answered")
		}
	case <-time.After(10 * time.Second):
		t.Error("the request beside it still waits")
	}
}

// TestFaultsOfGRPC: the codes of Google's services; its client tries UNAVAILABLE again, a cut too.
func TestFaultsOfGRPC(t *testing.T) {
	w := newWorld(t, true)
	client := w.reads()
	request := &storagepb.CreateReadSessionRequest{Parent: "projects/p", ReadSession: &storagepb.ReadSession{Table: "projects/p/datasets/d/tables/t"}}
	for effect, want := range map[string]codes.Code{
		"status=429": codes.ResourceExhausted, "status=403": codes.PermissionDenied, "status=500": codes.Internal, "status=404": codes.NotFound,
		"status=503": codes.OK, "cut=before": codes.OK, "cut=after": codes.OK, "cut=body": codes.OK, "delay=1ms": codes.OK, // tried again
	} {
		count := w.fault("service=bigquerystorage,table=d.t,count=1,%s", effect)
		session, err := client.CreateReadSession(w.soon(), request)
		if status.Code(err) != want || count().Struck != 1 {
			t.Errorf("%s: %v, want %v; %+v", effect, err, want, count())
		}
		if want == codes.OK && session.GetTable() != "projects/p/datasets/d/tables/t" {
			t.Errorf("%s: session %v", effect, session)
		}
	}
	// Of the stream's 3 messages; a cut in the body may come after some.
	for effect, most := range map[string]int{"cut=before": 0, "cut=after": 0, "cut=body": 2, "delay=1ms": 3} {
		w.fault("path=*/ReadRows,count=1,%s", effect)
		rows, err := client.ReadRows(w.soon(), &storagepb.ReadRowsRequest{ReadStream: "s"})
		n := 0
		for err == nil {
			if _, err = rows.Recv(); err == nil {
				n++
			}
		}
		if n > most || errors.Is(err, io.EOF) != (n == 3) {
			t.Errorf("%s: %d messages, want %d at most; %v", effect, n, most, err)
		}
	}
}
