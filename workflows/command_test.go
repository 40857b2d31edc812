package workflows

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

const commit = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"

var allOfDataflow = Dataflow{Region: "us-east1", TempLocation: "gs://b-1/t", StagingLocation: "gs://b-2/s", ServiceAccount: "w@p.example.com",
	Subnetwork: "regions/us-east1/subnetworks/s", MachineType: "n1-standard-2", MaxWorkers: 3, JobTimeout: "24h", StuckAfter: "30m", CancelStuck: true, WorkerImage: "r.example.com/p/i:tag"}

func TestCommand(t *testing.T) {
	const tail = " --runner=direct --start=2024-01-02 --end=2024-01-09 --tail-days=2 --backfill-days=1 --modes=bf,bfd,bftruncate --param=min_gap_length=6 --param=n_hours_before=12"
	own := *sample(t)
	own.Description = "changed"
	for reason, c := range map[string]struct {
		change     func(*Arguments)
		descriptor *Descriptor
		repository string
		commit     string
		want       string
	}{
		"all defaults": {want: "dagger call --project=dit-sandbox mode-equivalence --pipeline=sample-gaps --ref=" + commit + tail + " --dest-dataset=dit"},
		"all arguments": {change: func(a *Arguments) {
			a.Start, a.End, a.TailDays, a.BackfillDays, a.Modes, a.DestDataset, a.Project = "2024-01-01", "2024-01-05", ptr(1), ptr(3), " bfd, bf", "elsewhere", "my-project"
			a.Params, a.Sources = []string{"min_gap_length=1.50"}, []string{"messages=my-project.d.t"}
		}, want: "dagger call --project=my-project mode-equivalence --pipeline=sample-gaps --ref=" + commit +
			" --runner=direct --start=2024-01-01 --end=2024-01-05 --tail-days=1 --backfill-days=3 --modes=bf,bfd --param=min_gap_length=1.5 --param=n_hours_before=12 --source=messages=my-project.d.t --dest-dataset=elsewhere"},
		"other data": {change: func(a *Arguments) { a.Settings = []string{"--days=12", "--sandbox-data=my data"} },
			want: "dagger call --project=dit-sandbox --days=12 '--sandbox-data=my data' mode-equivalence --pipeline=sample-gaps --ref=" + commit + tail + " --dest-dataset=dit"},
		"pinned sources": {change: func(a *Arguments) { a.PinSourceAt = "2024-01-10T12:00:00.5+02:00" },
			want: "dagger call --project=dit-sandbox mode-equivalence --pipeline=sample-gaps --ref=" + commit + tail + " --pin-source-at=2024-01-10T10:00:00.5Z --dest-dataset=dit"},
		"Dataflow": {change: func(a *Arguments) {
			a.Runner, a.Dataflow = DataflowRunner, Dataflow{Region: "us-east1", TempLocation: "gs://b-1/t/"}
		},
			want: "dagger call --project=dit-sandbox --region=us-east1 --temp-location=gs://b-1/t mode-equivalence --pipeline=sample-gaps --ref=" + commit +
				strings.Replace(tail, "direct", "dataflow", 1) + " --dest-dataset=dit"},
		"Dataflow with all": {change: func(a *Arguments) {
			a.Runner, a.Dataflow = DataflowRunner, allOfDataflow
		},
			want: "dagger call --project=dit-sandbox --region=us-east1 --temp-location=gs://b-1/t --staging-location=gs://b-2/s --service-account=w@p.example.com" +
				" --subnetwork=regions/us-east1/subnetworks/s --machine-type=n1-standard-2 --max-workers=3 --job-timeout=24h --stuck-after=30m --cancel-stuck=true mode-equivalence --pipeline=sample-gaps --ref=" + commit +
				strings.Replace(tail, "direct", "dataflow --worker-image=r.example.com/p/i:tag", 1) + " --dest-dataset=dit"},
		"a list": {change: func(a *Arguments) { a.Params = []string{"ssvids=b,a"} },
			want: "dagger call --project=dit-sandbox mode-equivalence --pipeline=sample-gaps --ref=" + commit + tail + ` '--param="ssvids=a,b"' --dest-dataset=dit`},
		"a descriptor of one's own, of a known name": {descriptor: &own,
			want: "dagger call --project=dit-sandbox mode-equivalence --descriptor=NAME.yaml --ref=" + commit + tail + " --dest-dataset=dit"},
		"a repository elsewhere": {repository: "https://example.com/fork.git",
			want: "dagger call --project=dit-sandbox mode-equivalence --pipeline=sample-gaps --ref=" + commit + " --repo-url=https://example.com/fork.git" + tail + " --dest-dataset=dit"},
		"a directory": {repository: "directory",
			want: "dagger call --project=dit-sandbox mode-equivalence --pipeline=sample-gaps --ref=" + commit + " --repo=DIRECTORY" + tail + " --dest-dataset=dit"},
		"files as they are": {repository: "directory", commit: FilesPrefix + strings.Repeat("ab", 32),
			want: "dagger call --project=dit-sandbox mode-equivalence --pipeline=sample-gaps --ref=. --repo=DIRECTORY --without-snapshot --cache=off" + tail + " --dest-dataset=dit"},
	} {
		a, d := arguments(), sample(t)
		if c.commit == "" {
			c.commit = commit
		} else {
			a.Ref = "."
		}
		if c.change != nil {
			c.change(&a)
		}
		if c.descriptor != nil {
			d = c.descriptor
		}
		if c.repository == "" {
			c.repository = d.Repository
		}
		r, err := a.Check(d)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, ModeEquivalence(r.At(c.commit), c.repository).Command); diff != "" {
			t.Errorf("%s (-want +got)\n%s", reason, diff)
		}
	}
}

func TestShort(t *testing.T) {
	for commit, want := range map[string]string{commit: "c0ffee00c0", FilesPrefix + "0123456789abcdef": "files:0123456789", "abc": "abc", "": ""} {
		if got := Short(commit); got != want {
			t.Errorf("%q gives %q, want %q", commit, got, want)
		}
	}
}

// What the shell and then Dagger's flags read in the line is what was asked.
func TestCommandIsReadBack(t *testing.T) {
	for _, value := range []string{"plain", "two words", "a,b", `"quoted"`, `it's "so", really`, `back\slash`, "$HOME `id` ;&|", " ", "ünï*?"} {
		d := *sample(t)
		d.Params = []Param{{Name: "text", Type: StringParam}, {Name: "other", Type: StringParam, Default: "full"}}
		a := arguments()
		a.Params = []string{"text=" + value, "other="}
		r, err := a.Check(&d)
		if err != nil {
			t.Fatal(err)
		}
		line := r.command("mode-equivalence", "https://example.com/it's a fork.git")
		out, err := exec.Command("sh", "-c", "printf '%s\\0' "+line).Output()
		if err != nil {
			t.Fatal(err)
		}
		f := pflag.NewFlagSet("", pflag.ContinueOnError)
		f.ParseErrorsAllowlist.UnknownFlags = true
		params, url := f.StringSlice("param", nil, ""), f.String("repo-url", "", "")
		if err := f.Parse(strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a.Params, *params); diff != "" || *url != "https://example.com/it's a fork.git" {
			t.Errorf("%s (-want +got)\n%s%s", line, diff, *url)
		}
	}
}

// The command is about a call, keys are about its work.
func TestCommandChangesNoKey(t *testing.T) {
	a, b := plan(t, func(*Arguments) {}), plan(t, func(a *Arguments) { a.DestDataset = "elsewhere" })
	if a.Command == b.Command || a.Command == "" {
		t.Errorf("the commands are %q and %q", a.Command, b.Command)
	}
	if diff := cmp.Diff(keys(a), keys(b)); diff != "" {
		t.Error(diff)
	}
}
