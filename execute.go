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
func (m *Dit) execute(ctx context.Context, started time.Time, plan *workflows.Plan, tree *dagger.Directory, how how) (string, error) {
	text, err := json.Marshal(plan)
	if err != nil {
		return "", err
	}
	planFile := dag.Directory().WithNewFile("plan.json", string(text)).File("plan.json")
	cloud := worker().With(m.withCloud)
	// Whoever asks the world what is there must not be answered by a layer, even if the same was asked before.
	now := cloud.WithEnvVariable("DIT_NONCE", newRunID())

	image, err := m.pinned(ctx, plan)
	if err != nil {
		return "", err
	}
	// The two ground steps, side by side: the pipeline's environment, and a look at the sources.
	var pipeline *dagger.Container
	var sources *dagger.File
	ground, groundCtx := errgroup.WithContext(ctx)
	ground.Go(func() (err error) {
		pipeline, err = install(groundCtx, plan.Descriptor, tree)
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
		return nil
	})
	if err := ground.Wait(); err != nil {
		return "", err
	}

	workers, err := m.workersOf(ctx, plan, pipeline, image)
	if err != nil {
		return "", err
	}
	// What the cache can answer needs no container of its own, and no run before it.
	packages := pipeline.File(packagesPath)
	if m.Explaining {
		return explanation(ctx, now, planFile, sources, packages, workers.image, how.format)
	}
	found, err := lookup(ctx, now.WithEnvVariable("DIT_BUILD_ID", m.BuildID), planFile, sources, packages, workers.image, how.cache)
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
	environment := pipeline.WithFile(toolPath, ditBinary()).With(m.withCloud).
		WithFile("/in/plan.json", planFile).
		WithFile("/in/sources.json", sources).
		WithEnvVariable("DIT_NONCE", newRunID()).
		WithEnvVariable("DIT_BUILD_ID", m.BuildID).
		WithEnvVariable("DIT_COMMIT", digest)
	if workers.service != nil {
		environment = environment.WithServiceBinding("workers", workers.service)
	}
	var waiting sync.WaitGroup
	verdicts := make([]string, len(plan.Steps))
	for i, s := range plan.Steps {
		switch s.Kind {
		case workflows.RunStep:
			waiting.Go(func() { runs[s.ID].do(ctx, environment, runs[s.Run.From], workers.image, how) })
		case workflows.CompareStep:
			waiting.Go(func() {
				verdicts[i] = compareStep(ctx, cloud, plan, s, runs[s.Compare.LeftStep].tables(), runs[s.Compare.RightStep].tables())
			})
		}
	}
	waiting.Wait()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	results := dag.Directory().WithFile("plan.json", planFile).WithFile("sources.json", sources)
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
func lookup(ctx context.Context, cloud *dagger.Container, plan, sources, packages *dagger.File, image, cache string) (map[string]*dagger.Directory, error) {
	if cache == "off" || cache == "refresh" {
		return nil, nil
	}
	out := cloud.WithFile("/in/plan.json", plan).WithFile("/in/sources.json", sources).WithFile("/in/packages.txt", packages).
		WithExec([]string{"dit", "step", "lookup", "--plan", "/in/plan.json", "--sources", "/in/sources.json", "--environment", "/in/packages.txt", "--worker-image", image, "--cache", cache, "--out", "/out"}).
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

// compareStep compares one output of two modes and returns the verdict's JSON. It depends on the tables alone, so a
// comparison of the same tables is answered by the layer cache; a comparison that broke is never kept.
func compareStep(ctx context.Context, cloud *dagger.Container, plan *workflows.Plan, s workflows.Step, left, right string) string {
	var output []byte
	for _, o := range plan.Descriptor.Outputs {
		if o.Name == s.Compare.Output {
			output, _ = json.Marshal(o)
		}
	}
	verdict, err := cloud.
		WithNewFile("/in/left.json", left).
		WithNewFile("/in/right.json", right).
		WithExec([]string{"dit", "step", "compare", "--left", "/in/left.json", "--right", "/in/right.json", "--output", string(output), "--out", "/out/verdict.json"}).
		File("/out/verdict.json").Contents(ctx)
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
