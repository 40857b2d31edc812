package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Does a history with an outage, and the recovery from it, end in the same tables as one backfill?
//
// With [S, E) the outage in the whole [start, end) and B the buffer days, two histories are run and compared:
//
//	recovered  [start, S), then [E, end), then the recovery [S-B, end)
//	backfill   [start, end)
//
// In a synthetic outage the source lacks its days for the first two runs, and the second is [S-1, end): one run that spans the hole.
//
// What differs is told apart: leftovers, which the recovery neither made again nor took away; rows that it lacks; and rows on both sides,
// as of a pipeline whose keys drift. Exits with 0 when both are equal, 1 when they differ, 2 on bad arguments, 3 when the comparison was not
// possible, 4 when a pipeline failed, 5 on trouble around it.
//
// Examples:
//
//	dagger call outage-recovery --pipeline=sample-gaps --ref=main
//	dagger call outage-recovery --pipeline=sample-gaps --ref=main --outage-start=2024-01-04 --outage-end=2024-01-06
//
// +cache="never"
func (m *Dit) OutageRecovery(
	ctx context.Context,
	// Name of a built-in pipeline; see the function pipelines.
	// +optional
	pipeline string,
	// A pipeline descriptor of your own, a YAML file, instead of a built-in one; docs/pipelines.md explains its fields.
	// +optional
	descriptor *dagger.File,
	// Branch, tag or full commit of the pipeline, or . for the files in --repo as they are, committed or not.
	ref string,
	// First day of the outage, YYYY-MM-DD. The default is the descriptor's.
	// +optional
	outageStart string,
	// Day after the last one of the outage, YYYY-MM-DD. The default is the descriptor's.
	// +optional
	outageEnd string,
	// Days before the outage that the recovery reads again. More than 0 hides bugs at its edge.
	// +default=0
	recoveryBufferDays int,
	// Let the source lack the days of the outage until the recovery, with one run that spans them. Without it the source has them, and no
	// run before the recovery reads them; refused when no source has a row there.
	// +default=true
	syntheticOutage bool,
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
			Ref: ref, RequireEvidence: requireEvidence, Start: start, End: end,
			Outage:       &workflows.Outage{Start: outageStart, End: outageEnd, BufferDays: recoveryBufferDays, Synthetic: syntheticOutage},
			ExperimentID: experimentId, RunID: runId, DestDataset: destDataset, Params: param, Sources: source,
			PinSourceAt: pinSourceAt, Mutations: mutation, MaterialiseMutations: materialiseMutations,
			Runner: runner, Dataflow: m.dataflow(workerImage),
		},
		uncommitted: uncommitted{includeUntracked, withoutSnapshot}, how: how{cache, format, exitZero, detach}, dryRun: dryRun,
		plan: workflows.OutageRecovery,
	})
}
