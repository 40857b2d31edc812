package steps

import (
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

// Sources is what the source step found: the tables to be read and the state they are in.
type Sources struct {
	// Tables by source name.
	Tables map[string]SourceTable `json:"tables"`
	// Mutated is the derived source of mutate-recover; nil when no phase reads one.
	Mutated *MutatedSource `json:"mutated,omitempty"`
}

// SourceTable is one source as it was found.
type SourceTable struct {
	Table bq.Table `json:"table"`
	// Version is the table's state; of a view, that of its definition.
	Version bq.Version `json:"version"`
	// Identity names the contents, whatever the table is called: the run cache keys on it. Empty when nothing can; WhyNot says
	// so in words, and nothing that is read from it is found again.
	Identity string `json:"identity,omitempty"`
	WhyNot   string `json:"why_not,omitempty"`
	// RowsInRange counts the rows whose time lies in the plan's range; -1 for a source without a time column.
	RowsInRange int64 `json:"rows_in_range"`
	// Situations are those that the descriptor names for the source, counted in the range.
	Situations []SituationRows `json:"situations,omitempty"`
	// Pin is what Table is a snapshot of, when the sources are pinned.
	Pin *Pin `json:"pin,omitempty"`
	// Base is what the mutations of the plan were applied to; nil for a source without. Table is then what they give, and Identity
	// names the contents of both; one that was only looked at has the base for its Table, and no Mutations.
	Base *Base `json:"base,omitempty"`
	// Mutations are what each of the plan's mutations did, in order.
	Mutations []Mutated `json:"mutations,omitempty"`
}

// Pin is the table that was to be read, and the instant at which it is.
type Pin struct {
	Base bq.Table  `json:"base"`
	At   time.Time `json:"at"`
}

// Base is a source as it was before its mutations.
type Base struct {
	Table    bq.Table `json:"table"`
	Identity string   `json:"identity,omitempty"`
}

// Mutated is what one mutation did to the rows that the ones before it left: those in the plan's range, or all of a source without
// a time column.
type Mutated struct {
	// Text is the mutation as [workflows.Mutation.String] writes it.
	Text       string `json:"text"`
	RowsBefore int64  `json:"rows_before"`
	RowsAfter  int64  `json:"rows_after"`
	// Removed and Added count the rows that only the one or the other side has, repeats included. A row that was changed is one of each.
	Removed int64 `json:"removed"`
	Added   int64 `json:"added"`
}

// String says what the mutation did, for a person.
func (m Mutated) String() string {
	return fmt.Sprintf("%s: of %d rows %d went and %d came, %d now", m.Text, m.RowsBefore, m.Removed, m.Added, m.RowsAfter)
}

// MutatedSource is a view that lacks some rows of a source.
type MutatedSource struct {
	Source string   `json:"source"`
	View   bq.Table `json:"view"`
	// Where is the predicate of the rows kept.
	Where string `json:"where"`
	// WhyNot says why nobody can name the rows of the view, although those of the source may have a name; empty when that is not so.
	WhyNot string `json:"why_not,omitempty"`
	// RowsBefore counts the rows of the source on the days of [workflows.Plan.MutatedDays], or all of a source without a time column;
	// RowsAfter those of them that the view has.
	RowsBefore int64 `json:"rows_before"`
	RowsAfter  int64 `json:"rows_after"`
}

// Tables is what a run step hands on: only what another step's work depends on.
type Tables struct {
	// Failed names the run that did not get to its tables; empty when all is well.
	Failed string `json:"failed,omitempty"`
	// Moved says which source changed while the run, or one that it starts from, read it. The tables are then of no contents that anyone
	// could name, and neither is what starts from them.
	Moved string `json:"moved,omitempty"`
	// Outputs by output name.
	Outputs map[string]OutputTable `json:"outputs,omitempty"`
}

// OutputTable is one table that a run made or found in the cache.
type OutputTable = cache.Output

// Status is how a run ended.
type Status string

// A run succeeds by running or from the cache, fails by its pipeline, is skipped when the run it starts from has no tables,
// is broken when the world around the pipeline failed it, detached when its job was left running, and missing when only the cache was allowed to answer and could
// not.
const (
	Succeeded Status = "succeeded"
	Cached    Status = "cached"
	Failed    Status = "failed"
	Skipped   Status = "skipped"
	Broken    Status = "broken"
	Missing   Status = "missing"
	Detached  Status = "detached"
)

// Outcome is what a run step tells a person.
type Outcome struct {
	Step   string `json:"step"`
	Status Status `json:"status"`
	// Cache is the decision of the run cache, with its reason in words.
	Cache string `json:"cache"`
	// CacheKey is the digest under which the run is registered.
	CacheKey string `json:"cache_key,omitempty"`
	// RunID is the run that made the tables: this one, or the one the cache pointed to.
	RunID string `json:"run_id"`
	// Moved is that of [Tables].
	Moved string `json:"moved,omitempty"`
	// Error says what failed; LogTail holds the last lines of the pipeline's log.
	Error   string   `json:"error,omitempty"`
	LogTail []string `json:"log_tail,omitempty"`
	// Phases that were started.
	Phases []PhaseOutcome `json:"phases,omitempty"`
	// Seconds is the wall time of the step; PipelineSeconds the part of it in which the pipeline itself ran.
	Seconds         float64   `json:"seconds"`
	PipelineSeconds float64   `json:"pipeline_seconds"`
	Started         time.Time `json:"started"`
}

// PhaseOutcome is one invocation of the pipeline.
type PhaseOutcome struct {
	Start    string  `json:"start"`
	End      string  `json:"end"`
	Mutated  bool    `json:"mutated,omitempty"`
	Seconds  float64 `json:"seconds"`
	ExitCode int     `json:"exit_code"`
}

// Verdict is what a compare step found.
type Verdict struct {
	Result *compare.Result `json:"result,omitempty"`
	// Evidence says how far the comparison could have failed; nil where there were no tables.
	Evidence *Evidence `json:"evidence,omitempty"`
	Error    string    `json:"error,omitempty"`
	Seconds  float64   `json:"seconds"`
	// CountsAs is for the report to say, see [Report.Conclude].
	CountsAs Standing `json:"counts_as,omitempty"`
	// Nature is what a difference may come from, in words, where that is known; it is for the report to say as well.
	Nature string `json:"nature,omitempty"`
}
