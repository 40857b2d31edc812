//go:build sandbox

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	bqstorage "cloud.google.com/go/bigquery/storage/apiv1"
	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/GlobalFishingWatch/dit/sandbox/fault"
)

// fault puts a rule in force until the test ends. struck tells how often it struck.
func (w *world) fault(rule string) (struck func() int) {
	w.Helper()
	faults := "http://" + address + "/sandbox/faults"
	var added struct{ ID string }
	w.ask("POST", faults, rule, &added)
	w.Cleanup(func() { w.ask("DELETE", faults+"/"+added.ID, "", nil) })
	return func() int {
		var list struct {
			Faults []struct {
				ID     string
				Struck int
			}
		}
		w.ask("GET", faults, "", &list)
		for _, f := range list.Faults {
			if f.ID == added.ID {
				return f.Struck
			}
		}
		w.Fatalf("fault %s is not listed: %+v", added.ID, list)
		return 0
	}
}

func (w *world) ask(method, url, body string, into any) {
	w.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	content, _ := io.ReadAll(answer.Body)
	if answer.StatusCode >= 300 {
		w.Fatalf("%s %s: %d %s", method, url, answer.StatusCode, content)
	}
	if into != nil {
		if err := json.Unmarshal(content, into); err != nil {
			w.Fatal(err)
		}
	}
}

func isNotFound(err error) bool {
	e, ok := err.(*googleapi.Error)
	return ok && e.Code == http.StatusNotFound
}

// TestFaultDropsATable: by a read of its metadata, by a query that names it and by a load into it. Other
// tables stay, and a table that is made again stays too: it disappears once.
func TestFaultDropsATable(t *testing.T) {
	w := newWorld(t)
	for reason, request := range map[string]func() error{
		"tables.get": func() error { _, err := w.ds.Table("a").Metadata(t.Context()); return err },
		"query":      func() error { _, err := w.try("SELECT COUNT(*) FROM b, a JOIN a AS c USING (x)"); return err },
		"load": func() error {
			ref := bigquery.NewReaderSource(strings.NewReader(`{"x": 2}`))
			ref.SourceFormat = bigquery.JSON
			l := w.ds.Table("a").LoaderFrom(ref)
			l.CreateDisposition = bigquery.CreateNever
			job, err := l.Run(t.Context())
			if err != nil {
				return err
			}
			status, err := job.Wait(t.Context())
			if err == nil {
				err = status.Err()
			}
			return err
		},
	} {
		t.Run(reason, func(t *testing.T) {
			w := &world{t, w.Client, w.ds}
			w.do("CREATE OR REPLACE TABLE a (x INT64); CREATE OR REPLACE TABLE b (x INT64)")
			struck := w.fault("service=bigquery,drop-table,table=" + w.ds.DatasetID + ".a")
			w.metadata("b") // names another table: not struck
			if err := request(); err == nil || !strings.Contains(err.Error(), "otFound") && !isNotFound(err) && !strings.Contains(strings.ToLower(err.Error()), "not found") {
				t.Errorf("error %v, want one that the table is not found", err)
			}
			if _, err := w.ds.Table("a").Metadata(t.Context()); !isNotFound(err) {
				t.Errorf("the table is there: %v", err)
			}
			w.metadata("b")
			if n := struck(); n != 1 {
				t.Errorf("struck %d times, want 1", n)
			}
			w.do("CREATE TABLE a (x INT64)")
			w.metadata("a")
		})
	}
}

// TestFaultLosesRowsOfALoad: the job succeeds, rows are missing, the sources are as they were and the
// copies gone.
func TestFaultLosesRowsOfALoad(t *testing.T) {
	w := newWorld(t)
	folder := w.ds.DatasetID
	for i := range 3 {
		var lines strings.Builder
		for j := range 4 {
			fmt.Fprintf(&lines, "{\"x\": %d}\n", 4*i+j)
		}
		putObject(t, fmt.Sprintf("%s/temp dir/part-%d.json", folder, i), lines.String())
	}
	part := func(name string) string { return "gs://dit-sandbox/" + folder + "/temp dir/part-" + name + ".json" }
	load := func(table string, uris ...string) *bigquery.LoadStatistics {
		ref := bigquery.NewGCSReference(uris...)
		ref.SourceFormat = bigquery.JSON
		ref.Schema = bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}
		return w.wait(w.ds.Table(table).LoaderFrom(ref).Run(t.Context())).Statistics.Details.(*bigquery.LoadStatistics)
	}
	for i, tt := range []struct {
		lost int
		uris []string
		want string
	}{
		{1, []string{part("0"), part("1")}, "[[7 21]]"}, // 0 to 6
		{6, []string{part("0"), part("1"), part("2")}, "[[6 15]]"},
		{5, []string{part("*")}, "[[7 21]]"},
		{100, []string{part("2")}, "[[0 <nil>]]"},
	} {
		table := fmt.Sprintf("a%d", i)
		struck := w.fault(fmt.Sprintf("short-load=%d,count=1,table=%s.%s", tt.lost, folder, table))
		statistics := load(table, tt.uris...)
		got := w.do("SELECT COUNT(*), SUM(x) FROM " + table)
		if fmt.Sprint(got) != tt.want || struck() != 1 || fmt.Sprint(statistics.OutputRows) != fmt.Sprint(got[0][0]) {
			t.Errorf("short-load=%d of %v: %v, want %s; outputRows %d; struck %d times", tt.lost, tt.uris, got, tt.want, statistics.OutputRows, struck())
		}
		load(table, part("0")) // the count is over
		if again := w.do("SELECT COUNT(*) FROM " + table); again[0][0].(int64) != got[0][0].(int64)+4 {
			t.Errorf("after the fault: %v rows, want %v more than 4", again, got)
		}
	}
	struck := w.fault("short-load=1,table=" + folder + ".whole")
	if load("whole", part("*")); fmt.Sprint(w.do("SELECT COUNT(*) FROM whole")) != "[[11]]" || struck() != 1 {
		t.Error("the sources have changed")
	}
	// A load of something else is not struck.
	source := bigquery.NewReaderSource(strings.NewReader("1\n2\n"))
	source.Schema = bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}
	w.wait(w.ds.Table("whole").LoaderFrom(source).Run(t.Context()))
	if n := struck(); n != 1 {
		t.Errorf("a load of CSV was struck")
	}
	it := objects(t).Bucket("dit-sandbox").Objects(t.Context(), nil)
	for {
		object, err := it.Next()
		if err == iterator.Done {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(object.Name, "sandbox-faults/") {
			t.Errorf("the copy %s was left", object.Name)
		}
	}
}

// TestFaultsOfClientsSpareTheEngine: an extract writes through the sandbox's storage. A rule for storage is
// for clients; one that says internal is for the engine.
func TestFaultsOfClientsSpareTheEngine(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a AS SELECT 1 AS x")
	extract := func() error {
		job, err := w.ds.Table("a").ExtractorTo(bigquery.NewGCSReference("gs://dit-sandbox/" + w.ds.DatasetID + "/out.csv")).Run(t.Context())
		if err != nil {
			return err
		}
		status, err := job.Wait(t.Context())
		if err == nil {
			err = status.Err()
		}
		return err
	}
	clients := w.fault("service=storage,method=POST,path=/upload/storage/v1/b/dit-sandbox/o,status=503")
	if err := extract(); err != nil || clients() != 0 {
		t.Errorf("a fault for clients: struck %d times, extract: %v", clients(), err)
	}
	engine := w.fault("service=storage,internal,status=503")
	if err := extract(); err == nil || !strings.Contains(err.Error(), "503") || engine() == 0 || clients() != 0 {
		t.Errorf("a fault for the engine: struck %d times, extract: %v", engine(), err)
	}
}

// TestFaultsFromTheStart: rules of the configuration are in force at the first request.
func TestFaultsFromTheStart(t *testing.T) {
	rule, err := fault.Parse("service=bigquery,path=*/datasets/d,status=403,count=1")
	if err != nil {
		t.Fatal(err)
	}
	in, err := start(t.TempDir(), rule)
	if err != nil {
		t.Fatal(err)
	}
	defer in.stop()
	_, err = dial(t, in.address).Dataset("d").Metadata(t.Context())
	if e, ok := err.(*googleapi.Error); !ok || e.Code != http.StatusForbidden || e.Errors[0].Reason != "quotaExceeded" {
		t.Errorf("first request: %v, want 403 quotaExceeded", err)
	}
	if _, err = dial(t, in.address).Dataset("d").Metadata(t.Context()); !isNotFound(err) {
		t.Errorf("second request: %v, want 404", err)
	}
}

// TestFaultOfTheStorageAPI: Google's client tries a session again that is unavailable; it says in a header
// which table it is for.
func TestFaultOfTheStorageAPI(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a AS SELECT 1 AS x")
	client, err := bqstorage.NewBigQueryReadClient(t.Context(), option.WithEndpoint(address), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	struck := w.fault("service=bigquerystorage,path=*/CreateReadSession,status=503,count=2,table=" + w.ds.DatasetID + ".a")
	session, err := client.CreateReadSession(t.Context(), &storagepb.CreateReadSessionRequest{
		Parent: "projects/" + project,
		ReadSession: &storagepb.ReadSession{
			Table:      "projects/" + project + "/datasets/" + w.ds.DatasetID + "/tables/a",
			DataFormat: storagepb.DataFormat_ARROW,
		},
	})
	if err != nil || len(session.GetStreams()) == 0 || struck() != 2 {
		t.Errorf("session %v, %v; struck %d times, want a session after 2 errors that are tried again", session, err, struck())
	}
}
