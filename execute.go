package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// how a plan is executed and told of.
type how struct {
	cache, format    string
	exitZero, detach bool
}

// execute turns each step of the plan into a container and waits for the ends. What is independent runs side by side; what
// one step hands to the next are small JSON files.
func (m *Dit) execute(ctx context.Context, started time.Time, plan *workflows.Plan, repository *repository, how how) (string, error) {
	text, err := json.Marshal(plan)
	if err != nil {
		return "", err
	}
	planFile := dag.Directory().WithNewFile("plan.json", string(text)).File("plan.json")
	cloud := worker().With(m.withCloud)
	now := cloud.With(anew)

	// The ground steps, side by side: the environments of all versions, and a look at the sources and at what is golden of them.
	var versions map[string]*version
	var sources *dagger.File
	goldens := newGoldenFiles()
	ground, groundCtx := errgroup.WithContext(ctx)
	ground.Go(func() (err error) {
		versions, err = m.versions(groundCtx, plan, repository)
		return err
	})
	ground.Go(func() error {
		sources = now.WithFile("/in/plan.json", planFile).
			WithExec([]string{"dit", "step", "source", "--plan", "/in/plan.json", "--out", "/out/sources.json", "--look=" + strconv.FormatBool(m.Explaining),
				"--vessels", strconv.Itoa(m.Data.Vessels), "--days", strconv.Itoa(m.Data.Days), "--seed", strconv.Itoa(m.Data.Seed)}).
			File("/out/sources.json")
		if _, err := sources.Sync(groundCtx); err != nil {
			return stepError(err)
		}
		return goldens.find(groundCtx, now, plan, planFile, sources)
	})
	if err := ground.Wait(); err != nil {
		return "", err
	}
	environments, err := environmentsFile(versions)
	if err != nil {
		return "", err
	}
	// What the cache can answer needs no container of its own, and no run before it.
	if m.Explaining {
		return explanation(ctx, now, planFile, sources, environments, how.format)
	}
	found, err := lookup(ctx, now.WithEnvVariable("DIT_BUILD_ID", m.BuildID), planFile, sources, environments, how.cache)
	if err != nil {
		return "", err
	}
	runs := map[string]*run{}
	for _, s := range plan.Of(workflows.RunStep) {
		runs[s.ID] = &run{step: s, found: found[s.ID], ended: make(chan struct{})}
	}
	digest, err := dag.CurrentModule().Source().Digest(ctx) // a module does not know its commit
	if err != nil {
		return "", err
	}
	inputs := func(c *dagger.Container) *dagger.Container {
		return c.WithFile(toolPath, ditBinary()).With(m.withCloud).
			WithFile("/in/plan.json", planFile).
			WithFile("/in/sources.json", sources).
			WithFile("/in/environments.json", environments).
			With(anew).
			WithEnvVariable("DIT_BUILD_ID", m.BuildID).
			WithEnvVariable("DIT_COMMIT", digest)
	}
	var waiting sync.WaitGroup
	verdicts, unkept := make([]string, len(plan.Steps)), make([]error, len(plan.Steps))
	tables := func(step string) string {
		if golden, ok := goldens.tables[step]; ok {
			return golden
		}
		return runs[step].tables()
	}
	for i, s := range plan.Steps {
		switch s.Kind {
		case workflows.RunStep:
			waiting.Go(func() { runs[s.ID].do(ctx, versions[s.Binding].container(inputs), runs[s.Run.From], how) })
		case workflows.CompareStep:
			waiting.Go(func() { verdicts[i] = compareStep(ctx, cloud, plan, s, tables) })
		case workflows.KeepStep:
			waiting.Go(func() { unkept[i] = goldens.keep(ctx, now, s, planFile, sources, runs[s.Golden.Run]) })
		}
	}
	waiting.Wait()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	for _, err := range unkept {
		if err != nil {
			return "", err
		}
	}
	results := goldens.in(dag.Directory()).WithFile("plan.json", planFile).WithFile("sources.json", sources).WithFile("environments.json", environments)
	for id, r := range runs {
		results = results.WithNewFile("outcomes/"+id+".json", r.outcome).WithNewFile("tables/"+id+".json", r.tables())
	}
	for i, s := range plan.Steps {
		if s.Kind == workflows.CompareStep {
			results = results.WithNewFile("verdicts/"+s.ID+".json", verdicts[i])
		}
	}
	return report(ctx, cloud, results, how, started)
}

// lookup asks the run cache for all runs at once and returns the directories of those it can answer.
func lookup(ctx context.Context, cloud *dagger.Container, plan, sources, environments *dagger.File, cache string) (map[string]*dagger.Directory, error) {
	if cache == "off" || cache == "refresh" {
		return nil, nil
	}
	out := cloud.WithFile("/in/plan.json", plan).WithFile("/in/sources.json", sources).WithFile("/in/environments.json", environments).
		WithExec([]string{"dit", "step", "lookup", "--plan", "/in/plan.json", "--sources", "/in/sources.json", "--environments", "/in/environments.json", "--cache", cache, "--out", "/out"}).
		Directory("/out")
	ids, err := out.Entries(ctx)
	if err != nil {
		return nil, stepError(err)
	}
	found := map[string]*dagger.Directory{}
	for _, id := range ids {
		id = strings.TrimSuffix(id, "/")
		found[id] = out.Directory(id)
	}
	return found, nil
}

// compareStep compares one output of two runs and returns the verdict's JSON. It depends on the tables alone, so a
// comparison of the same tables is answered by the layer cache; a comparison that broke is never kept.
func compareStep(ctx context.Context, cloud *dagger.Container, plan *workflows.Plan, s workflows.Step, tables func(step string) string) string {
	output, _ := json.Marshal(plan.Descriptor.Output(s.Compare.Output))
	args := []string{"dit", "step", "compare", "--left", "/in/left.json", "--right", "/in/right.json", "--output", string(output), "--out", "/out/verdict.json"}
	c := cloud.WithNewFile("/in/left.json", tables(s.Compare.LeftStep)).
		WithNewFile("/in/right.json", tables(s.Compare.RightStep))
	if s.Compare.AgainStep != "" {
		c = c.WithNewFile("/in/again.json", tables(s.Compare.AgainStep))
		args = append(args, "--again", "/in/again.json")
	}
	if s.Compare.Expect != nil {
		expected, _ := json.Marshal(s.Compare.Expect)
		args = append(args, "--expect", string(expected))
	}
	verdict, err := c.WithExec(args).File("/out/verdict.json").Contents(ctx)
	if err != nil {
		text, _ := json.Marshal(map[string]string{"error": fmt.Sprint(stepError(err))})
		return string(text)
	}
	return verdict
}

// report registers the verdicts and prints the conclusion; its exit code is the workflow's.
func report(ctx context.Context, cloud *dagger.Container, results *dagger.Directory, how how, started time.Time) (string, error) {
	seconds := fmt.Sprintf("%.1f", time.Since(started).Seconds())
	return output(ctx, cloud.WithDirectory("/in", results),
		[]string{"dit", "step", "report", "--in", "/in", "--format", how.format, "--seconds", seconds, "--register"}, how.exitZero)
}
