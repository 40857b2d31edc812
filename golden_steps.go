package main

import (
	"context"
	"encoding/json"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// goldenFiles are the recordings that steps of a plan found or made, and the tables of those found, as JSON by step id.
type goldenFiles struct {
	mu                 sync.Mutex
	recordings, tables map[string]string
}

func newGoldenFiles() *goldenFiles {
	return &goldenFiles{recordings: map[string]string{}, tables: map[string]string{}}
}

// put notes what the step left in a directory; tables only where it found some.
func (g *goldenFiles) put(ctx context.Context, s workflows.Step, out *dagger.Directory) error {
	recording, err := out.File("golden.json").Contents(ctx)
	tables := ""
	if err == nil && s.Kind == workflows.GoldenStep {
		tables, err = out.File("tables.json").Contents(ctx)
	}
	if err != nil {
		return stepError(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.recordings[s.ID] = recording
	if tables != "" {
		g.tables[s.ID] = tables
	}
	return nil
}

// find looks for the golden tables that the plan compares with. Without them there is nothing to run for.
func (g *goldenFiles) find(ctx context.Context, now *dagger.Container, plan *workflows.Plan, planFile, sources *dagger.File) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, s := range plan.Of(workflows.GoldenStep) {
		all.Go(func() error {
			return g.put(ctx, s, now.WithFile("/in/plan.json", planFile).WithFile("/in/sources.json", sources).
				WithExec([]string{"dit", "step", "golden", "--plan", "/in/plan.json", "--sources", "/in/sources.json", "--id", s.ID, "--out", "/out"}).
				Directory("/out"))
		})
	}
	return all.Wait()
}

// keep records the tables of a run, once they are there, as golden ones; nothing where the run has none, which its outcome tells.
func (g *goldenFiles) keep(ctx context.Context, now *dagger.Container, s workflows.Step, planFile, sources *dagger.File, r *run) error {
	var made struct{ Failed string }
	if err := json.Unmarshal([]byte(r.tables()), &made); err != nil || made.Failed != "" {
		return err
	}
	return g.put(ctx, s, now.WithFile("/in/plan.json", planFile).WithFile("/in/sources.json", sources).
		WithNewFile("/in/run/tables.json", r.tables()).WithNewFile("/in/run/outcome.json", r.outcome).
		WithExec([]string{"dit", "step", "keep", "--plan", "/in/plan.json", "--sources", "/in/sources.json", "--id", s.ID, "--run", "/in/run", "--out", "/out"}).
		Directory("/out"))
}

// in puts what was found and made where the report looks for it.
func (g *goldenFiles) in(results *dagger.Directory) *dagger.Directory {
	for id, text := range g.recordings {
		results = results.WithNewFile("goldens/"+id+".json", text)
	}
	for id, text := range g.tables {
		results = results.WithNewFile("tables/"+id+".json", text)
	}
	return results
}
