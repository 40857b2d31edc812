//go:build sandbox

package trail

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/samples"
)

// scene is a dataset of the engine, its registry, and a repository.
type scene struct {
	t      *testing.T
	client *bigquery.Client
	held   Dataset
	reg    cache.Registry
	bare   string
	kept   string // a commit of the repository's main branch
}

func newScene(t *testing.T) *scene {
	t.Helper()
	client, name := bqtest.Open(t, "trail")
	held, err := OpenDataset(client, name)
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{t: t, client: client, held: held, reg: held.Registry(), bare: filepath.Join(t.TempDir(), "code.git")}
	if err := s.reg.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := git.PlainInitWithOptions(s.bare, &git.PlainInitOptions{Bare: true, InitOptions: git.InitOptions{DefaultBranch: "refs/heads/main"}}); err != nil {
		t.Fatal(err)
	}
	s.kept = s.commit("main")
	return s
}

// commit makes a branch with a commit of its own.
func (s *scene) commit(branch string) string {
	s.t.Helper()
	repo, err := git.PlainOpen(s.bare)
	if err != nil {
		s.t.Fatal(err)
	}
	store := func(kind plumbing.ObjectType, encode func(plumbing.EncodedObject) error) plumbing.Hash {
		o := repo.Storer.NewEncodedObject()
		o.SetType(kind)
		if err := encode(o); err != nil {
			s.t.Fatal(err)
		}
		hash, err := repo.Storer.SetEncodedObject(o)
		if err != nil {
			s.t.Fatal(err)
		}
		return hash
	}
	who := object.Signature{Name: "test", Email: "test@example.com", When: time.Unix(1700000000, 0)}
	tree := store(plumbing.TreeObject, (&object.Tree{}).Encode)
	commit := store(plumbing.CommitObject, (&object.Commit{Author: who, Committer: who, Message: branch, TreeHash: tree}).Encode)
	if err := repo.Storer.SetReference(plumbing.NewHashReference(plumbing.NewBranchReferenceName(branch), commit)); err != nil {
		s.t.Fatal(err)
	}
	return commit.String()
}

func (s *scene) table(name string) bq.Table {
	return bq.Table{Project: s.held.project, Dataset: s.held.name, Name: name}
}

// do runs a statement; TABLE in it stands for the table.
func (s *scene) do(name, sql string) {
	s.t.Helper()
	sql = strings.ReplaceAll(sql, "TABLE_NAME", s.table(name).SQL())
	job, err := s.client.Query(sql).Run(s.t.Context())
	if err == nil {
		var status *bigquery.JobStatus
		if status, err = job.Wait(s.t.Context()); err == nil {
			err = status.Err()
		}
	}
	if err != nil {
		s.t.Fatal(sql, err)
	}
}

// run makes a table and registers its run, as a run step does.
func (s *scene) run(name string, change func(*cache.Row)) cache.Row {
	s.t.Helper()
	s.do(name, "CREATE TABLE TABLE_NAME AS SELECT x, CONCAT('v', CAST(x AS STRING)) AS v FROM UNNEST(GENERATE_ARRAY(1, 9)) AS x")
	base, _, err := compare.FingerprintOf(s.t.Context(), s.client, s.table(name), compare.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	key := cache.Key{Pipeline: "p", Repository: "file://" + s.bare, Commit: s.kept, Params: map[string]string{"table": name}}
	now := time.Now().UTC().Truncate(time.Millisecond)
	row := cache.Row{ID: cache.ID{RunID: "run_" + name, Run: "bf"}, Workflow: "w", Key: key, Status: cache.Succeeded, Command: "dit " + name,
		Outputs:   map[string]cache.Output{"o": {Table: base.Table, Version: *base.Version, Fingerprint: base.Fingerprint}},
		StartedAt: now.Add(-time.Minute), FinishedAt: now, ExpiresAt: now.Add(time.Hour)}
	if change != nil {
		change(&row)
	}
	row.CacheKey = row.Key.Digest()
	if row.Status == cache.Running {
		if _, err := s.reg.Claim(s.t.Context(), row, time.Hour); err != nil {
			s.t.Fatal(err)
		}
	} else if err := s.reg.Insert(s.t.Context(), row); err != nil {
		s.t.Fatal(err)
	}
	return row
}

// The same with real tables, and real repositories.
func TestTrailOnEngine(t *testing.T) {
	s := newScene(t)
	gone := s.commit("gone")
	tip, err := samples.BuildRepo(filepath.Join(t.TempDir(), "sample"))
	if err != nil {
		t.Fatal(err)
	}
	view := func(name, definition string) {
		s.do(name, "CREATE OR REPLACE VIEW TABLE_NAME AS "+definition)
	}

	s.run("proven", nil)
	s.run("proven_sample", func(r *cache.Row) { r.Key.Repository, r.Key.Commit = "dit:samples/gaps", tip["refs/tags/v0.1.0"] })
	s.run("row_changed", nil)
	s.do("row_changed", "UPDATE TABLE_NAME SET v = 'other' WHERE x = 3")
	s.run("row_changed_back", nil)
	s.do("row_changed_back", "UPDATE TABLE_NAME SET v = 'other' WHERE x = 3")
	s.do("row_changed_back", "UPDATE TABLE_NAME SET v = 'v3' WHERE x = 3")
	s.run("label_changed", nil)
	var update bigquery.TableMetadataToUpdate
	update.SetLabel("seen", "yes")
	if _, err := s.table("label_changed").Of(s.client).Update(t.Context(), update, ""); err != nil {
		t.Fatal(err)
	}
	s.run("remade", nil)
	s.do("remade", "DROP TABLE TABLE_NAME")
	s.do("remade", "CREATE TABLE TABLE_NAME AS SELECT x, 'w' AS v FROM UNNEST(GENERATE_ARRAY(1, 9)) AS x")
	s.do("stray", "CREATE TABLE TABLE_NAME AS SELECT 1 AS x")
	s.run("commit_gone", func(r *cache.Row) { r.Key.Commit = gone })
	s.run("no_remote", func(r *cache.Row) { r.Key.Repository = "file:///no/such/repository" })
	s.run("directory", func(r *cache.Row) { r.Key.Repository = "directory" })
	s.run("cancelled", nil)
	if _, err := s.reg.Mark(t.Context(), "run_cancelled"); err != nil {
		t.Fatal(err)
	}
	s.run("running", func(r *cache.Row) { r.Status = cache.Running })
	for _, name := range []string{"view", "view_redefined"} {
		view(name, "SELECT 1 AS x")
		v, err := bq.Current(t.Context(), s.client, s.table(name))
		if err != nil {
			t.Fatal(err)
		}
		s.run("behind_"+name, func(r *cache.Row) {
			o := r.Outputs["o"]
			o.View = &cache.View{Table: s.table(name), Version: v}
			r.Outputs["o"] = o
		})
	}
	view("view_redefined", "SELECT 2 AS x")
	first := s.run("reused", nil)
	again := first
	again.ID, again.ReusedRunID, again.StartedAt = cache.ID{RunID: "again", Run: "bf"}, first.RunID, first.StartedAt.Add(time.Second)
	if ok, err := cache.Reuse(t.Context(), s.reg, again, first); err != nil || !ok {
		t.Fatal(ok, err)
	}

	now := time.Now()
	base, err := s.table("proven").Of(s.client).Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pin, _, err := bq.Snapshot(t.Context(), s.client, bq.Past{Base: s.table("proven"), At: now}, base.CreationTime, s.held.project, s.held.name, nil, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	s.do("pin_by_hand", "CREATE TABLE TABLE_NAME AS SELECT 1 AS x") // with the label of a pin
	update = bigquery.TableMetadataToUpdate{}
	update.SetLabel(bq.PinLabel, "1700000000000")
	if _, err := s.table("pin_by_hand").Of(s.client).Update(t.Context(), update, ""); err != nil {
		t.Fatal(err)
	}

	if err := os.Remove(filepath.Join(s.bare, "refs", "heads", "gone")); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", s.bare, "gc", "--quiet", "--prune=now").CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	report, err := Follow(t.Context(), s.held, s.reg, Repositories{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct {
		state  State
		reason string
	}{
		"proven": {Proven, ""}, "proven_sample": {Proven, ""}, "reused": {Proven, ""}, "view": {Proven, ""},
		"behind_view": {Proven, ""}, "behind_view_redefined": {Proven, ""},
		"label_changed":    {Proven, "metadata changed, rows did not"},
		"row_changed_back": {Proven, "metadata changed, rows did not"},
		"running":          {Making, "being made by run run_running"},
		"row_changed":      {Unexplained, "it was modified, and its fingerprint is not the one that was recorded"},
		"remade":           {Unexplained, "it was made anew, and its fingerprint is not the one"},
		pin.Name:           {Pinned, "snapshot of " + s.table("proven").String()},
		"pin_by_hand":      {Unexplained, "no registered run names it"},
		"stray":            {Unexplained, "no registered run names it"},
		"commit_gone":      {Unexplained, "commit " + gone + " is not in file://"},
		"no_remote":        {Unexplained, "cannot be proven: repository unreachable: /no/such/repository"},
		"directory":        {Unexplained, "cannot be proven: the repository was a directory"},
		"cancelled":        {Unexplained, "run run_cancelled, which made it, was cancelled; gc removes it"},
		"view_redefined":   {Unexplained, "its definition is not the one that was recorded"},
	}
	for _, f := range report.Tables {
		w, ok := want[f.Table.Name]
		delete(want, f.Table.Name)
		if !ok || f.State != w.state || !strings.HasPrefix(f.Reason, w.reason) || (w.reason == "") != (f.Reason == "") {
			t.Errorf("%s (%s) is %s: %q, want %s: %q", f.Table.Name, f.Kind, f.State, f.Reason, w.state, w.reason)
		}
		if f.Table.Name == "reused" && f.Proof != (Proof{"run_reused", "bf", "file://" + s.bare, s.kept, "dit reused"}) {
			t.Errorf("the proof of a table that was reused: %+v", f.Proof)
		}
	}
	if len(want) > 0 || report.Pinned != 1 || report.Unexplained != 9 || report.ExitCode() != 1 {
		t.Errorf("%d unexplained, exit code %d, not found: %v", report.Unexplained, report.ExitCode(), want)
	}
}

func TestDatasetOnEngine(t *testing.T) {
	s := newScene(t)
	report, err := Follow(t.Context(), s.held, s.reg, Repositories{})
	if err != nil || len(report.Tables) != 0 || report.ExitCode() != 0 {
		t.Errorf("an empty dataset: %+v, %v", report, err)
	}
	for _, name := range []string{"there_is_none", "bad-name", ""} {
		held, err := OpenDataset(s.client, name)
		if err == nil {
			_, err = Follow(t.Context(), held, held.Registry(), Repositories{})
		}
		if !errors.Is(err, ErrNoDataset) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
