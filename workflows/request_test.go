package workflows

import (
	"strings"
	"testing"
)

func ptr(n int) *int { return &n }

// dataflow spoils one of Dataflow's options.
func dataflow(spoil func(*Dataflow)) func(*Arguments) {
	return func(a *Arguments) {
		a.Runner, a.Dataflow = DataflowRunner, allOfDataflow
		spoil(&a.Dataflow)
	}
}

// A pipeline without a Beam step would run where it is, whatever it was told.
func TestDataflowNeedsABeamStep(t *testing.T) {
	d := *sample(t)
	d.Steps = []Command{{Name: "sql", Args: []Arg{{"run"}}}}
	a := arguments()
	a.Runner, a.Dataflow = DataflowRunner, allOfDataflow
	if _, err := a.Check(&d); err == nil || !strings.Contains(err.Error(), "beam: {}") {
		t.Errorf("error %v", err)
	}
	if r, err := a.Check(sample(t)); err != nil || r.Dataflow.Region != "us-east1" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestBadArgumentsAreRefused(t *testing.T) {
	for _, c := range []struct {
		reason string
		spoil  func(*Arguments)
		want   []string // all must be in the message: the value, and what is allowed
	}{
		{"no ref", func(a *Arguments) { a.Ref = "" }, []string{`""`, "--ref=main"}},
		{"a ref that would be an option", func(a *Arguments) { a.Ref = "--upload-pack=x" }, []string{"--upload-pack=x"}},
		{"unknown mode", func(a *Arguments) { a.Modes = "bf,daily" }, []string{`"daily"`, "bf, bfd, bftruncate, mutate-recover"}},
		{"no mode", func(a *Arguments) { a.Modes = " , " }, []string{"no mode", "bf, bfd"}},
		{"not a date", func(a *Arguments) { a.Start = "2024-02-30" }, []string{"2024-02-30", "2024-01-31"}},
		{"start after end", func(a *Arguments) { a.Start = "2024-02-01"; a.End = "2024-01-01" }, []string{"2024-02-01", "2024-01-01", "half-open"}},
		{"start after the default end", func(a *Arguments) { a.Start = "2024-02-01" }, []string{"start 2024-02-01 is not before end 2024-01-09 (the descriptor's default)"}},
		{"end before the default start", func(a *Arguments) { a.End = "2024-01-01" }, []string{"start 2024-01-02 (the descriptor's default) is not before end 2024-01-01;"}},
		{"empty range", func(a *Arguments) { a.Start = "2024-01-05"; a.End = "2024-01-05" }, []string{"not before"}},
		{"tail longer than the range", func(a *Arguments) { a.TailDays = ptr(8) }, []string{"8", "7 days"}},
		{"tail of nothing", func(a *Arguments) { a.TailDays = ptr(0) }, []string{"at least 1"}},
		{"negative backfill", func(a *Arguments) { a.BackfillDays = ptr(-1) }, []string{"-1", "at least 1"}},
		{"dailies before the start", func(a *Arguments) { a.BackfillDays = ptr(9) }, []string{"before start 2024-01-02", "lower backfill-days"}},
		{"modes that are the same runs", func(a *Arguments) {
			a.Start, a.End, a.TailDays, a.BackfillDays, a.Modes = "2024-01-02", "2024-01-03", ptr(1), ptr(1), "bf,bfd"
		}, []string{"same invocations"}},
		{"experiment id", func(a *Arguments) { a.ExperimentID = "My Run" }, []string{"My Run", "^[a-z0-9][a-z0-9_-]{0,31}$"}},
		{"experiment id too long", func(a *Arguments) { a.ExperimentID = strings.Repeat("a", 33) }, []string{"at most 32"}},
		{"dataset", func(a *Arguments) { a.DestDataset = "my-data.set" }, []string{"my-data.set", "letters, digits and underscores"}},
		{"unknown parameter", func(a *Arguments) { a.Params = []string{"min_gap=1"} }, []string{"min_gap", "min_gap_length"}},
		{"parameter without a value", func(a *Arguments) { a.Params = []string{"ssvids"} }, []string{"name=value"}},
		{"parameter twice", func(a *Arguments) { a.Params = []string{"ssvids=1", "ssvids=2"} }, []string{"twice"}},
		{"parameter of another type", func(a *Arguments) { a.Params = []string{"min_gap_length=long"} }, []string{"long", "1.5"}},
		{"NaN", func(a *Arguments) { a.Params = []string{"min_gap_length=NaN"} }, []string{"NaN", "finite"}},
		{"unknown source", func(a *Arguments) { a.Sources = []string{"position=a.b.c"} }, []string{"position", "messages, segments"}},
		{"source that is no table", func(a *Arguments) { a.Sources = []string{"messages=b.c"} }, []string{"b.c", "project.dataset.table"}},
		{"source in no possible project", func(a *Arguments) { a.Sources = []string{"messages=Project.d.t"} }, []string{"messages", "Project", "lower-case"}},
		{"source with a decorator", func(a *Arguments) { a.Sources = []string{"messages=project-1.d.t$2024"} }, []string{"decorator"}},
		{"project", func(a *Arguments) { a.Project = "My Project" }, []string{"My Project", "6 to 30"}},
		{"no source on the real cloud", func(a *Arguments) { a.Sandbox = false }, []string{"--source messages="}},
		{"unknown runner", func(a *Arguments) { a.Runner = "flink" }, []string{`"flink"`, "direct or dataflow"}},
		{"workers without Dataflow", func(a *Arguments) { a.Dataflow.WorkerImage = "r.example.com/i:tag" }, []string{"no workers", "--runner=dataflow"}},
		{"left running without jobs", func(a *Arguments) { a.Detach = true }, []string{"--detach", "--runner=dataflow"}},
		{"no region", dataflow(func(o *Dataflow) { o.Region = "" }), []string{"--region", "us-central1"}},
		{"a zone for a region", dataflow(func(o *Dataflow) { o.Region = "us-central1-a" }), []string{"us-central1-a"}},
		{"no temp location", dataflow(func(o *Dataflow) { o.TempLocation = "" }), []string{"--temp-location"}},
		{"a temp location that is no bucket", dataflow(func(o *Dataflow) { o.TempLocation = "/tmp" }), []string{"/tmp", "gs://bucket"}},
		{"a staging location that is no bucket", dataflow(func(o *Dataflow) { o.StagingLocation = "gs:/b" }), []string{"gs:/b", "gs://bucket"}},
		{"an account that is none", dataflow(func(o *Dataflow) { o.ServiceAccount = "me" }), []string{`"me"`, "e-mail"}},
		{"a subnetwork by its name", dataflow(func(o *Dataflow) { o.Subnetwork = "default" }), []string{"default", "regions/REGION"}},
		{"a subnetwork elsewhere", dataflow(func(o *Dataflow) { o.Subnetwork = "regions/us-west1/subnetworks/s" }), []string{"us-west1", "us-east1"}},
		{"a machine type", dataflow(func(o *Dataflow) { o.MachineType = "big one" }), []string{"big one", "n1-standard-2"}},
		{"negative workers", dataflow(func(o *Dataflow) { o.MaxWorkers = -1 }), []string{"-1"}},
		{"a timeout", dataflow(func(o *Dataflow) { o.JobTimeout = "a day" }), []string{"a day", "24h"}},
		{"a time that is negative", dataflow(func(o *Dataflow) { o.StuckAfter = "-1m" }), []string{"-1m", "90m"}},
		{"an image that is none", dataflow(func(o *Dataflow) { o.WorkerImage = "My Image" }), []string{"My Image", "sha256"}},
		{"a pin without a zone", func(a *Arguments) { a.PinSourceAt = "2024-01-31T12:00:00" }, []string{"--pin-source-at", "2024-01-31T12:00:00Z"}},
		{"a pin that is no instant", func(a *Arguments) { a.PinSourceAt = "noon" }, []string{"--pin-source-at", "noon", "2024-01-31T12:00:00Z"}},
		{"a source twice", func(a *Arguments) { a.Sources = []string{"messages=my-project.c.d", "messages=my-project.c.e"} }, []string{"messages", "given twice"}},
		{"run id", func(a *Arguments) { a.RunID = "x" }, []string{"12 hex"}},
	} {
		a := arguments()
		c.spoil(&a)
		_, err := a.Check(sample(t))
		if err == nil {
			t.Errorf("%s: accepted", c.reason)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not mention %q", c.reason, err, want)
			}
		}
	}
}

func TestModesInDeclaredOrderWithoutDuplicates(t *testing.T) {
	a := arguments()
	a.Modes = " bfd , bf,bfd "
	r, err := a.Check(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	if p := ModeEquivalence(r.At("c0ffee"), "repo"); strings.Join(p.Modes, " ") != "bf bfd" {
		t.Errorf("modes are %v", p.Modes)
	}
}

func TestEqualParametersHaveOneText(t *testing.T) {
	for _, pair := range [][2]string{{"min_gap_length=1", "min_gap_length=1.0"}, {"ssvids=b,a", "ssvids=a, b,a"}} {
		var got []string
		for _, s := range pair {
			v, err := resolveParams(sample(t).Params, []string{s})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, Digest(v))
		}
		if got[0] != got[1] {
			t.Errorf("%v are two values", pair)
		}
	}
}
