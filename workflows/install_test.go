package workflows

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstalled(t *testing.T) {
	d := sample(t)
	before := Digest(d)
	got, err := d.Installed(InstallChanges{Python: "3.13", Beam: "2.72.0", FullDeps: true, Constraints: []string{"numpy<2"}})
	if err != nil {
		t.Fatal(err)
	}
	want := Install{Python: "3.13", Beam: "2.72.0", Constraints: []string{"numpy<2"}}
	if diff := cmp.Diff(want, got.Install); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if Digest(d) != before {
		t.Error("the descriptor itself was changed")
	}
	if same, err := d.Installed(InstallChanges{}); err != nil || Digest(same) != before || same.digest() != d.digest() {
		t.Errorf("no changes change something: %v", err)
	}
}

// Each change alone is another run to the cache, and in the line that asks again.
func TestInstallChangesAreInKeyAndCommand(t *testing.T) {
	seen := map[string]string{sample(t).digest(): "none"}
	for flags, c := range map[string]InstallChanges{
		"--python=3.12":                 {Python: "3.12"},
		"--beam=2.72.0":                 {Beam: "2.72.0"},
		"--full-deps":                   {FullDeps: true},
		"--constraints=CONSTRAINTS.txt": {Constraints: []string{"numpy<2"}},
		"--python=3.12 --beam=2.72.0 --full-deps --constraints=CONSTRAINTS.txt": {Python: "3.12", Beam: "2.72.0", FullDeps: true, Constraints: []string{"numpy<2"}},
	} {
		d, err := sample(t).Installed(c)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[d.digest()]; ok {
			t.Errorf("%s has the digest of %s", flags, other)
		}
		seen[d.digest()] = flags
		r, err := arguments().Check(d)
		if err != nil {
			t.Fatal(err)
		}
		want := "dagger call --project=dit-sandbox " + flags + " mode-equivalence --pipeline=sample-gaps --ref="
		if got := ModeEquivalence(r.At(commit), d.Repository).Command; !strings.HasPrefix(got, want) {
			t.Errorf("the command is %s, want %s…", got, want)
		}
	}
}

func TestInstallChangesRefused(t *testing.T) {
	unlocked := *sample(t)
	unlocked.Install.Lock = ""
	for want, c := range map[string]InstallChanges{
		`--python "3"`:                {Python: "3"},
		`--python "3.11.4"`:           {Python: "3.11.4"},
		`--beam "2.72"`:               {Beam: "2.72"},
		`--beam "2.72.0; rm"`:         {Beam: "2.72.0; rm"},
		"has no lock file":            {FullDeps: true},
		`"-r other.txt" is an option`: {Constraints: []string{"numpy<2", "-r other.txt"}},
	} {
		if _, err := unlocked.Installed(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: the error is %v, want %s", c, err, want)
		}
	}
}

func TestParseConstraints(t *testing.T) {
	got, err := ParseConstraints("c.txt", []byte("# ours\r\n\nnumpy<2 # the last that works\n  grpcio==1.60.0  \nx @ https://example.com/x.whl#sha256=1"))
	if diff := cmp.Diff([]string{"numpy<2", "grpcio==1.60.0", "x @ https://example.com/x.whl#sha256=1"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	for _, text := range []string{"", "\n", "# nothing\n", "  # nothing"} {
		if got, err := ParseConstraints("c.txt", []byte(text)); err == nil || !strings.Contains(err.Error(), "c.txt") {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
