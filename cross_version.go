package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Does a change alter the tables of a pipeline, and where? Each version runs in each mode on the same sources, and of each mode all
// pairs of versions are compared.
//
// Differences are what was asked for: the call exits with 0 and shows them, unless --fail-on-diff says that there may be none, or --expect
// which there must be. With --aa one version is run twice, and what its two runs differ in is told from the finding as noise.
//
// A version that cannot be installed, or whose pipeline fails, does not stop the others: its pairs are skipped, and the exit code is 4. Two
// versions that are the same commit, with the same image of Dataflow's workers, are refused.
//
// Exits with 0 when all was compared, 1 when tables differ that must not, 2 on bad arguments, 3 when a comparison was not possible, 4
// when a pipeline failed, 5 on trouble around it. docs/versions.md has the rules, and the form of the file of expected differences.
//
// Examples:
//
//	dagger call cross-version --pipeline=sample-gaps --binding=before=main --binding=after=day-boundary-bug
//	dagger call cross-version --pipeline=pipe-gaps --binding=before=main --binding=after=. --repo=../pipe-gaps --expect=expected.yaml
//	dagger call cross-version --pipeline=sample-gaps --binding=a=main --binding=b=nondeterministic --aa=b --modes=bf
//
// +cache="never"
func (m *Dit) CrossVersion(
	ctx context.Context,
	// Name of a built-in pipeline; see the function pipelines.
	// +optional
	pipeline string,
	// A pipeline descriptor of your own, a YAML file, instead of a built-in one; docs/pipelines.md explains its fields.
	// +optional
	descriptor *dagger.File,
	// Version to run, name=ref: a branch, a tag, a full commit, or . for the files in --repo as they are; repeatable. Names have
	// lower-case letters, digits and hyphens, at most 16.
	binding []string,
	// Image that Dataflow's workers run for a version, name=image, instead of --worker-image; repeatable.
	// +optional
	bindingWorkerImage []string,
	// Name of the version to run twice, for its noise.
	// +optional
	aa string,
	// Exit with 1 when tables differ beyond noise.
	// +default=false
	failOnDiff bool,
	// File of expected differences: these, and no others, must be there.
	// +optional
	expect *dagger.File,
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
	// Modes to run, comma separated; mode-equivalence explains them. The default is the descriptor's.
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
	// Image that Dataflow's workers run for all versions without one of their own; see the function worker-image.
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
		pipeline: pipeline, descriptor: descriptor, repo: repo, repoURL: repoUrl, expect: expect,
		arguments: workflows.Arguments{
			Bindings: binding, BindingWorkerImages: bindingWorkerImage, Again: aa, FailOnDiff: failOnDiff, RequireEvidence: requireEvidence,
			Start: start, End: end, TailDays: tailDays, BackfillDays: backfillDays, Modes: modes,
			ExperimentID: experimentId, RunID: runId, DestDataset: destDataset, Params: param, Sources: source,
			PinSourceAt: pinSourceAt, Mutations: mutation, MaterialiseMutations: materialiseMutations,
			Runner: runner, Dataflow: m.dataflow(workerImage),
		},
		uncommitted: uncommitted{includeUntracked, withoutSnapshot}, how: how{cache, format, exitZero, detach}, dryRun: dryRun,
		plan: workflows.CrossVersion,
	})
}
