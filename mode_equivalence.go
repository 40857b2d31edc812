package main

import (
	"context"

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
	// Branch, tag or full commit of the pipeline, or . for the files in --repo as they are, committed or not.
	ref string,
	// Directory with a git repository to take the pipeline from, instead of the descriptor's repository.
	// +optional
	repo *dagger.Directory,
	// URL of a git repository to take the pipeline from, instead of the descriptor's.
	// +optional
	repoUrl string,
	// With the ref . take files along that git does not know yet, unless they are ignored.
	// +default=false
	includeUntracked bool,
	// With the ref . run the files as they are, without a snapshot; needs --cache=off.
	// +default=false
	withoutSnapshot bool,
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
	// Fail, with 3, unless each comparison is shown to have been able to fail, by the situations that the descriptor names.
	// +default=false
	requireEvidence bool,
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
	// Read all sources as they were at an instant, RFC 3339 with a zone, such as 2024-01-31T12:00:00Z: of each table a snapshot is made, which
	// later calls with the same instant share.
	// +optional
	pinSourceAt string,
	// Change a source before it is read, such as "drop_messages source=messages rate=0.1 seed=3"; repeatable, applied in order.
	// docs/versions.md has the library. One that changes nothing is refused.
	// +optional
	mutation []string,
	// Make tables of mutated sources instead of views.
	// +default=false
	materialiseMutations bool,
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
	return m.ask(ctx, question{
		pipeline: pipeline, descriptor: descriptor, repo: repo, repoURL: repoUrl,
		arguments: workflows.Arguments{
			Ref: ref, RequireEvidence: requireEvidence, Start: start, End: end, TailDays: tailDays, BackfillDays: backfillDays, Modes: modes,
			ExperimentID: experimentId, RunID: runId, DestDataset: destDataset, Params: param, Sources: source,
			PinSourceAt: pinSourceAt, Mutations: mutation, MaterialiseMutations: materialiseMutations,
			Runner: runner, Dataflow: m.dataflow(workerImage),
		},
		uncommitted: uncommitted{includeUntracked, withoutSnapshot}, how: how{cache, format, exitZero, detach}, dryRun: dryRun,
		plan: func(r *workflows.Request, repository string) (*workflows.Plan, error) {
			return workflows.ModeEquivalence(r, repository), nil
		},
	})
}
