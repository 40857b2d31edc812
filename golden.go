package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Golden are the functions about golden tables.
type Golden struct {
	Module *Dit // +private
}

// Golden tables: what one ref made, kept as the reference that others are held against. Recorded for main, they leave a pull request only
// its own side to run.
func (m *Dit) Golden() *Golden { return &Golden{m} }

// Keeps the tables that a ref makes as the golden ones, without expiry. They are the reference of the same pipeline, parameters, days and
// contents of the sources, until the same is recorded again or retired.
//
// The run comes from the run cache if that has it. Whoever looks meanwhile finds what was recorded before, or this, and never a part.
//
// Exits with 0 when all modes are recorded, 2 on bad arguments and sources whose contents nobody can name, 4 when the pipeline failed, 5
// on trouble around it.
//
// Examples:
//
//	dagger call golden record --pipeline=sample-gaps --ref=main
//	dagger call golden record --pipeline=sample-gaps --ref=v0.2.0 --modes=bf,bfd
//
// +cache="never"
func (g *Golden) Record(
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
	// Modes whose tables are kept, comma separated; mode-equivalence explains them. The default is the first of the descriptor's, most
	// often bf.
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
	return g.Module.ask(ctx, question{
		pipeline: pipeline, descriptor: descriptor, repo: repo, repoURL: repoUrl,
		arguments: workflows.Arguments{
			Golden: true, Ref: ref, Start: start, End: end, TailDays: tailDays, BackfillDays: backfillDays, Modes: modes,
			ExperimentID: experimentId, RunID: runId, DestDataset: destDataset, Params: param, Sources: source,
			PinSourceAt: pinSourceAt, Mutations: mutation, MaterialiseMutations: materialiseMutations,
			Runner: runner, Dataflow: g.Module.dataflow(workerImage),
		},
		uncommitted: uncommitted{includeUntracked: includeUntracked}, how: how{cache, format, exitZero, detach}, dryRun: dryRun,
		plan: workflows.GoldenRecord,
	})
}

// Does a ref still make the golden tables? Runs it, and compares each table with the golden one for the same pipeline, parameters, days
// and contents of the sources. Without such the call ends before anything is run, and says what the nearest recording differs in.
//
// Exits with 0 when all are equal, 1 when tables differ, 2 on bad arguments and when nothing was recorded, 3 when a golden table is gone or
// was changed, 4 when the pipeline failed, 5 on trouble around it.
//
// Examples:
//
//	dagger call golden check --pipeline=sample-gaps --ref=day-boundary-bug
//	dagger call golden check --pipeline=pipe-gaps --ref=. --repo=../pipe-gaps
//
// +cache="never"
func (g *Golden) Check(
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
	// Modes to run and compare, comma separated. The default is the first of the descriptor's, most often bf.
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
	return g.Module.ask(ctx, question{
		pipeline: pipeline, descriptor: descriptor, repo: repo, repoURL: repoUrl,
		arguments: workflows.Arguments{
			Golden: true, Ref: ref, RequireEvidence: requireEvidence, Start: start, End: end, TailDays: tailDays, BackfillDays: backfillDays, Modes: modes,
			ExperimentID: experimentId, RunID: runId, DestDataset: destDataset, Params: param, Sources: source,
			PinSourceAt: pinSourceAt, Mutations: mutation, MaterialiseMutations: materialiseMutations,
			Runner: runner, Dataflow: g.Module.dataflow(workerImage),
		},
		uncommitted: uncommitted{includeUntracked, withoutSnapshot}, how: how{cache, format, exitZero, detach}, dryRun: dryRun,
		plan: func(r *workflows.Request, repository string) (*workflows.Plan, error) {
			return workflows.GoldenCheck(r, repository), nil
		},
	})
}
