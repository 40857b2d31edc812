package main

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Do all trigger patterns of a pipeline give the same tables? Each mode runs on the same sources at one commit; all pairs are compared.
//
// The modes, with M = end minus tail-days and W = backfill-days:
//
//	bf              one backfill [start, end)
//	bfd             a backfill [start, M), then a daily run [E-W, E) for each E in M+1 .. end
//	bftruncate      a backfill [start, end), then the same daily runs over it again
//	mutate-recover  a backfill [start, M), the daily runs on a source that lacks rows, then again on the true source
//
// Prints the verdict of every pair, the tables, the runs and what came from the run cache. Exits with 0 when all pairs are
// equal, 1 when tables differ, 2 on bad arguments, 3 when a comparison was not possible, 4 when a pipeline failed, 5 on
// trouble around it.
//
// Examples:
//
//	dagger call mode-equivalence --pipeline=sample-gaps --ref=main
//	dagger call mode-equivalence --pipeline=sample-gaps --ref=main --modes=bf,bfd --param=min_gap_length=12 --dry-run
//	dagger call --project=my-project --credentials=file://key.json --temp-location=gs://my-bucket/tmp \
//	  mode-equivalence --descriptor=./my-pipeline.yaml --ref=v1.2.0 --source=messages=my-project.ais.messages
//
// +cache="never"
func (m *Dit) ModeEquivalence(
	ctx context.Context,
	// Name of a built-in pipeline; see the function pipelines.
	// +optional
	pipeline string,
	// A pipeline descriptor of your own, a YAML file, instead of a built-in one; docs/pipelines.md explains its fields.
	// +optional
	descriptor *dagger.File,
	// Branch, tag or full commit of the pipeline.
	ref string,
	// Directory with a git repository to take the pipeline from, instead of the descriptor's repository. What is not
	// committed there is not seen.
	// +optional
	repo *dagger.Directory,
	// URL of a git repository to take the pipeline from, instead of the descriptor's.
	// +optional
	repoUrl string,
	// First day, YYYY-MM-DD. The default is the descriptor's.
	// +optional
	start string,
	// Day after the last one, YYYY-MM-DD: ranges are half-open, [start, end). The default is the descriptor's.
	// +optional
	end string,
	// Days at the end of the range that are run daily. The default is the descriptor's.
	// +optional
	tailDays *int,
	// Days that each daily run covers. The default is the descriptor's.
	// +optional
	backfillDays *int,
	// Modes to run, comma separated. The default is the descriptor's. A single mode runs and compares nothing.
	// +optional
	modes string,
	// Slug that groups runs: lower-case letters, digits, '_' and '-', at most 32. The default is solo_ and six digits.
	// +optional
	experimentId string,
	// Id of this call, 12 hexadecimal digits that no call had before, for whoever has to know it beforehand, such as a CI job that
	// cancels its call when it is stopped itself. The default is random.
	// +optional
	runId string,
	// Dataset for the output tables and the run registry; made if it does not exist.
	// +default="dit"
	destDataset string,
	// Parameter of the pipeline, name=value; repeatable.
	// +optional
	param []string,
	// Source table, name=project.dataset.table, instead of the descriptor's; repeatable.
	// +optional
	source []string,
	// How the pipeline is run: direct (in its container) or dataflow (as jobs of Dataflow, which the sandbox has too).
	// +default="direct"
	runner string,
	// Image that Dataflow's workers run: it must hold the pipeline at the same commit, with the same Beam and Python; see the function
	// worker-image. The default is Beam's own image; on the sandbox, the pipeline's environment itself.
	// +optional
	workerImage string,
	// End once the first Dataflow job of each run is submitted; see them end with the function wait, and ask again for the rest. Not
	// on the sandbox, which ends with the call.
	// +default=false
	detach bool,
	// What to do with results of earlier runs: use them; refresh (run again and register); off (run, register, never look);
	// require (fail unless everything is there).
	// +default="use"
	cache string,
	// Print the plan and stop: what would run, with keys, table names and ranges. Touches nothing.
	// +default=false
	dryRun bool,
	// text, json, markdown or junit.
	// +default="text"
	format string,
	// Exit with 0 whatever was found, so that the report comes on standard output; otherwise it is the error's message. The
	// exit code is in the JSON.
	// +default=false
	exitZero bool,
) (string, error) {
	d, err := loadDescriptor(ctx, pipeline, descriptor)
	if err != nil {
		return "", err
	}
	formats := []string{"text", "json", "markdown", "junit"}
	if m.Explaining {
		formats = formats[:2]
	}
	if err := oneOf("format", format, formats...); err != nil {
		return "", err
	}
	if err := oneOf("cache", cache, "use", "refresh", "off", "require"); err != nil {
		return "", err
	}
	arguments := workflows.Arguments{
		Ref: ref, Start: start, End: end, TailDays: tailDays, BackfillDays: backfillDays, Modes: modes,
		ExperimentID: experimentId, RunID: cmp.Or(runId, newRunID()), DestDataset: destDataset, Project: m.Project,
		Params: param, Sources: source, Sandbox: m.Credentials == nil,
		Runner: runner, Dataflow: m.dataflow(workerImage), Detach: detach,
	}
	request, err := arguments.Check(d)
	if err != nil {
		return "", exit(workflows.ExitArguments, err.Error())
	}
	if detach && m.Credentials == nil {
		return "", exit(workflows.ExitArguments, "--detach: the sandbox ends with the call, and its jobs with it; leave it out")
	}
	started := time.Now()
	if m.Credentials == nil && !dryRun {
		// The sandbox takes two seconds to start: it may as well do so while the ref is looked up. Whoever needs it first waits
		// for it, and sees why if it does not come. The call must not end before the start has: a session that closes in the
		// middle of it leaves the service behind, and with it the lock on its tables.
		starting := make(chan struct{})
		go func() {
			defer close(starting)
			_, _ = m.Sandbox().Start(ctx)
		}()
		defer func() { <-starting }()
	}
	repository, err := m.repository(d, repo, repoUrl)
	if err != nil {
		return "", err
	}
	commit, err := m.resolve(ctx, repository, ref)
	if err != nil {
		return "", err
	}
	plan := workflows.ModeEquivalence(request, repository.Name, commit)
	if dryRun {
		if format == "json" {
			text, err := json.MarshalIndent(plan, "", "  ")
			return string(text), err
		}
		return plan.String(), nil
	}
	return m.execute(ctx, started, plan, m.tree(repository, commit), how{cache, format, exitZero, detach})
}

// The built-in pipelines, one a line: name, repository, what it is.
func (m *Dit) Pipelines() (string, error) {
	var text string
	for _, name := range workflows.Pipelines() {
		d, err := workflows.Builtin(name)
		if err != nil {
			return "", err
		}
		text += d.Name + "\t" + d.Repository + "\t" + d.Description + "\n"
	}
	return text, nil
}
