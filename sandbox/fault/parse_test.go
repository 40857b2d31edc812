package fault

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Rule
	}{
		{"service=dataflow,method=POST,path=*/jobs,status=503,rate=0.3,count=5",
			Rule{Service: "dataflow", Method: "POST", Path: "*/jobs", Status: 503, Rate: 0.3, Count: 5}},
		{" status = 403 , reason = quotaExceeded ", Rule{Status: 403, Reason: "quotaExceeded", Rate: 1}},
		{"delay=1m5s,after=3,rate=0,seed=7", Rule{Delay: 65 * time.Second, After: 3, Rate: 0, Seed: 7}},
		{"cut=body,service=storage,internal", Rule{Cut: CutBody, Service: "storage", Internal: true, Rate: 1}},
		{"table=raw.*,drop-table", Rule{Table: "raw.*", DropTable: true, Count: 1, Rate: 1}},
		{"table=raw.*,drop-table,count=3", Rule{Table: "raw.*", DropTable: true, Count: 3, Rate: 1}},
		{"short-load=2,table=*out*", Rule{ShortLoad: 2, Table: "*out*", Rate: 1}},
		{"job=daily-*,label=dit-run:a*,job-fail=Write,after=30s", Rule{Job: "daily-*", Label: "dit-run:a*", JobFail: "Write", JobAfter: 30 * time.Second, Rate: 1}},
		{"job-hang,after=2,after=1s", Rule{JobHang: true, After: 2, JobAfter: time.Second, Rate: 1}},
		{"service=dataflow,job-lose-worker=true", Rule{Service: "dataflow", JobLoseWorker: true, Rate: 1}},
		{"job-cancel", Rule{JobCancel: true, Rate: 1}},
	} {
		got, err := Parse(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", tt.text, got, err, tt.want)
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Errorf("Parse(%q) = %+v, %v; want %+v again", got.String(), again, err, got)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     `unknown word ""; allowed are service, method, path,`,
		"service=bigquery,":                    `unknown word ""`,
		"sevice=bigquery,status=503":           `unknown word "sevice"; allowed are service,`,
		"service=spanner,status=503":           `service="spanner": must be one of bigquery, bigquerystorage, storage, dataflow, token`,
		"method=post,status=503":               `method="post": must be one of GET, POST`,
		"path=jobs,status=503":                 `path="jobs": must be a glob over the whole path`,
		"status=600":                           `status="600": must be one of 400, 401, 403`,
		"status=503,status=500":                "status is there twice",
		"status":                               `status="": must be`,
		"delay=5":                              `delay="5": must be a duration over 0, such as 5s`,
		"delay=-1s":                            `must be a duration over 0`,
		"cut=during":                           `cut="during": must be one of before, after, body`,
		"status=503,rate=1.1":                  `rate="1.1": must be a number from 0 to 1`,
		"status=503,rate=NaN":                  `rate="NaN": must be`,
		"status=503,count=0":                   `count="0": must be a whole number from 1 on`,
		"status=503,after=-1":                  `after="-1": must be a number from 1 on`,
		"status=503,after=1,after=2":           `after="2": must be`,
		"status=503,internal=no":               `internal="no": must be no value, or true`,
		"status=503,path=*\xff":                `path="*\xff": must be`,
		"label=x,job-hang":                     `label="x": must be KEY:GLOB`,
		"service=bigquery,rate=0.5":            "exactly one effect, this one has 0",
		"status=503,delay=1s":                  "exactly one effect, this one has 2 [status delay]",
		"delay=1s,reason=x":                    "reason goes with status",
		"status=503,seed=1":                    "seed goes with a rate",
		"drop-table":                           "drop-table needs table=GLOB",
		"service=storage,table=*,status=503":   "table goes with service=bigquery",
		"service=bigquerystorage,short-load=1": "short-load goes with service=bigquery",
		"service=bigquery,job-hang":            "job-hang goes with service=dataflow",
		"job-cancel,path=*/jobs":               "job-cancel is for jobs: choose them with job and label",
		"job=x,status=503":                     "job and label choose Dataflow jobs",
		"status=503,after=5s":                  "after with a duration goes with the faults of jobs",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "fault ") {
			t.Errorf("Parse(%q): error %v, want one with %q", text, err, want)
		}
	}
}

func TestParseJSON(t *testing.T) {
	got, err := ParseJSON([]byte(`{"service": "bigquery", "table": "a.b", "drop-table": true, "rate": 0.25, "seed": 18446744073709551615, "after": "2"}`))
	want := Rule{Service: "bigquery", Table: "a.b", DropTable: true, Rate: 0.25, Seed: 1<<64 - 1, After: 2, Count: 1}
	if err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	for text, want := range map[string]string{
		`{"status": 503`:                    "not a JSON object",
		`{"status": [503]}`:                 `the value of "status" must be text, a number or true`,
		`{"status": 503, "internal": null}`: `the value of "internal"`,
		`{"drop-table": false}`:             `drop-table="false": must be no value, or true`,
		`{"path": "/a,b", "status": 503}`:   `path="/a,b": must be`,
	} {
		if _, err := ParseJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseJSON(%s): error %v, want one with %q", text, err, want)
		}
	}
}

// FuzzParse: no text makes the parser or a match panic, and what is read prints back to an equal rule.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"service=dataflow,method=POST,path=*/jobs,status=503,rate=0.3,count=5",
		"table=raw.*,drop-table", "short-load=2,seed=3,rate=0.5", "job-fail=2,after=2,after=30s,label=k:v*", "cut=after,internal,after=1",
		`path=/a[(\*,status=500`, "delay=1h2m3.5s,reason=a=b", "status=503,rate=1e-300", "status=503,rate=-0", "status=429,rate=0x1p-2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(r.String())
		if err != nil || again != r {
			t.Errorf("%q is %+v, printed as %q, which is %+v, %v", text, r, r, again, err)
		}
		match(r.Path, text)
		match(r.Table, text)
		r.isForJob(text, map[string]string{text: text})
	})
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		glob, text string
		want       bool
	}{
		{"", "x", true}, {"*", "", true}, {"a.b", "a.b", true}, {"a.b", "axb", false}, {"*/jobs", "/v1b3/projects/p/locations/r/jobs", true},
		{"*/jobs", "/p/jobs/1", false}, {"a*b*c", "a\nbxc", true}, {"a*", "ba", false}, {"[a]", "a", false},
	} {
		if got := match(tt.glob, tt.text); got != tt.want {
			t.Errorf("match(%q, %q) = %v, want %v", tt.glob, tt.text, got, tt.want)
		}
	}
}
