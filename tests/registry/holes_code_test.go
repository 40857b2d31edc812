//go:build sandbox

package registry_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// The older system stored what uncommitted code had made under the sha of HEAD, where the next run of HEAD found it. Here code
// comes from commits alone: what is named HEAD is what HEAD holds.
func TestHole1(t *testing.T) {
	dir := t.TempDir()
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("code", "committed")
	tree, err := repo.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Add("code"); err != nil {
		t.Fatal(err)
	}
	commit, err := tree.Commit("one", &git.CommitOptions{Author: &object.Signature{Name: "n", Email: "n@example.com", When: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	write("code", "changed")
	write("more", "untracked")
	dit := func(args ...string) []byte {
		out, err := exec.Command(filepath.Join(world.bin, "dit"), args...).Output()
		if err != nil {
			t.Fatalf("dit %s: %v", strings.Join(args, " "), err)
		}
		return out
	}
	var found struct{ SHA string }
	if err := json.Unmarshal(dit("git", "resolve", "--repo", dir, "--ref", "HEAD"), &found); err != nil || found.SHA != commit.String() {
		t.Fatalf("HEAD is %q, want %s (%v)", found.SHA, commit, err)
	}
	out := filepath.Join(t.TempDir(), "out")
	dit("git", "checkout", "--repo", dir, "--commit", found.SHA, "--out", out)
	entries, err := os.ReadDir(out)
	if err != nil || len(entries) != 1 {
		t.Fatalf("the checkout has %v, want the one file that is committed (%v)", entries, err)
	}
	if text, err := os.ReadFile(filepath.Join(out, "code")); err != nil || string(text) != "committed" {
		t.Errorf("the code that would run is %q, want what is committed (%v)", text, err)
	}
}

// other is the direct runner under another name.
type other struct{ runners.Direct }

func (other) Kind() string { return "other" }

// In the older system the result of a local run answered for one on Dataflow.
func TestHole2(t *testing.T) {
	c, _ := answers(t, question{tag: "hole_2", modes: "bf"}, "run-bf", steps.Succeeded)
	for _, runner := range []runners.Runner{runners.Direct{}, other{}} {
		tables, _, err := steps.Runner{Plan: c.plan, Sources: read[steps.Sources](t, c.sources), Environments: map[string]steps.Environment{"": {Packages: "days==1.0"}}, Policy: "use",
			Runner: runner, Client: world.client, Registry: world.reg}.Lookup(t.Context(), "run-bf")
		if err != nil || (tables != nil) != (runner.Kind() == "direct") {
			t.Errorf("runner %s: found %v, %v", runner.Kind(), tables != nil, err)
		}
	}
}

// In the older system only one file of those that say how a pipeline is called was in the key, and every comment in it. Here it
// is what shapes the tables, all of it, and nothing else.
func TestHole11(t *testing.T) {
	q := question{tag: "hole_11", modes: "bf"}
	answers(t, q, "run-bf", steps.Succeeded)
	q.changed = func(d *workflows.Descriptor) {
		d.Description, d.Outputs[0].Tolerances = "other words", map[string]workflows.Tolerance{"speed": {Absolute: 1}}
	}
	answers(t, q, "run-bf", steps.Cached)
	q.changed = func(d *workflows.Descriptor) { d.Steps[0].Args = append(d.Steps[0].Args, workflows.Arg{"--tag=other"}) }
	_, r := answers(t, q, "run-bf", steps.Succeeded)
	if !strings.Contains(r.outcome.Cache, "descriptor is") {
		t.Errorf("%q does not say that the descriptor has changed", r.outcome.Cache)
	}
}

// The older system recorded the commit of the directory that it was started in, whatever code ran.
func TestHole12(t *testing.T) {
	c := ask(t, question{tag: "hole_12", modes: "bf"}).source(t)
	repo, err := git.PlainInit(c.dir, false) // where the process is started
	if err != nil {
		t.Fatal(err)
	}
	tree, err := repo.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	here, err := tree.Commit("here", &git.CommitOptions{AllowEmptyCommits: true, Author: &object.Signature{Name: "n", Email: "n@example.com", When: time.Now()}})
	if err != nil || here.String() == c.plan.Bindings[0].Commit {
		t.Fatal("the test proves nothing: ", err)
	}
	c.run(t, newProxy(t), "run-bf").want(t, steps.Succeeded)
	rows := audit(t, "hole_12")
	if len(rows) != 1 || rows[0].Key.Commit != c.plan.Bindings[0].Commit {
		t.Errorf("%d rows, the first of commit %s; want one of %s", len(rows), rows[0].Key.Commit, c.plan.Bindings[0].Commit)
	}
}
