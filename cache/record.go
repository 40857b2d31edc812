package cache

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// record is a row as dit_runs holds it. Its fields are the table's columns: schema, INSERT and SELECT are made from them. Columns
// are only ever added, at the end of the first table's; see prepare.go.
type record struct {
	RunID        string                 `bigquery:"run_id" doc:"12 hex digits, one for each call; a call has a row for each of its runs"`
	CacheKey     string                 `bigquery:"cache_key" doc:"sha256 of key_json"`
	KeyJSON      string                 `bigquery:"key_json" doc:"everything the tables depend on, canonical JSON"`
	Workflow     string                 `bigquery:"workflow"`
	Pipeline     string                 `bigquery:"pipeline"`
	ExperimentID string                 `bigquery:"experiment_id"`
	Run          string                 `bigquery:"run" doc:"name of the run in its plan"`
	Commit       string                 `bigquery:"pipeline_commit" doc:"full commit"`
	WorkerImage  bigquery.NullString    `bigquery:"worker_image" doc:"digest of the workers' image; empty for the direct runner"`
	ParamsJSON   bigquery.NullString    `bigquery:"params_json" doc:"parameters of the pipeline, JSON"`
	OutputTables []string               `bigquery:"output_tables"`
	OutputsJSON  bigquery.NullString    `bigquery:"outputs_json" doc:"output tables with versions and fingerprints, JSON"`
	ReusedRunID  bigquery.NullString    `bigquery:"reused_run_id" doc:"the run whose tables these are, when they came from the cache"`
	Error        bigquery.NullString    `bigquery:"error"`
	StartedAt    time.Time              `bigquery:"started_at"`
	FinishedAt   bigquery.NullTimestamp `bigquery:"finished_at"`
	Status       string                 `bigquery:"status" doc:"running, detached, succeeded, failed or cancelled"`
	ExpiresAt    time.Time              `bigquery:"expires_at" doc:"the row answers nothing from here on"`
	Failure      bigquery.NullString    `bigquery:"failure_kind" doc:"pipeline, infrastructure, interrupted or abandoned"`
	ParentRunID  bigquery.NullString    `bigquery:"parent_run_id" doc:"the call that made this one"`
	DitCommit    bigquery.NullString    `bigquery:"dit_commit" doc:"digest of dit's own sources; information only"`
	BuildID      bigquery.NullString    `bigquery:"cloud_build_id" doc:"the CI build the call belongs to"`
	Runner       bigquery.NullString    `bigquery:"runner" doc:"kind of runner, such as direct"`
	Environment  bigquery.NullString    `bigquery:"environment_digest" doc:"digest of all installed packages"`
	SourcesJSON  bigquery.NullString    `bigquery:"sources_json" doc:"identities of the source tables, JSON"`
	Region       bigquery.NullString    `bigquery:"region" doc:"region of the Dataflow jobs"`
	JobIDs       []string               `bigquery:"dataflow_job_ids"`
	LogLocation  bigquery.NullString    `bigquery:"log_location"`
	PhasesJSON   bigquery.NullString    `bigquery:"phases_json" doc:"phases that ended, with status, seconds and the versions of the tables after each, JSON"`
	BytesBilled  bigquery.NullInt64     `bigquery:"bytes_billed"`
	SlotMillis   bigquery.NullInt64     `bigquery:"slot_millis"`
	Holder       bigquery.NullString    `bigquery:"lease_holder" doc:"who computes or computed the run"`
	Unreviewed   bigquery.NullBool      `bigquery:"unreviewed_code" doc:"the code is a snapshot, or no ancestor of the remote's default branch"`
	Dirty        bigquery.NullBool      `bigquery:"pipeline_dirty" doc:"the same as unreviewed_code, under its older name"`
	CommitParent bigquery.NullString    `bigquery:"pipeline_commit_parent" doc:"the commit that a snapshot was taken over"`
	WorkflowSha1 bigquery.NullString    `bigquery:"workflow_file_sha1" doc:"digest of the descriptor: how the pipeline is called"`
	StemKey      bigquery.NullString    `bigquery:"stem_key" doc:"sha256 of key_json without its phases: equal for runs that may begin with one another's tables"`
	Scratch      []string               `bigquery:"scratch_tables" doc:"tables and views made for the run alone"`
	Command      bigquery.NullString    `bigquery:"command" doc:"the line that asks the same question again"`
	Packages     bigquery.NullString    `bigquery:"packages" doc:"what was installed"`
}

// required are the columns that no row goes without. Later ones cannot be required, since older rows lack them.
var required = []string{"run_id", "cache_key", "key_json", "workflow", "pipeline", "experiment_id", "run", "pipeline_commit", "started_at", "status", "expires_at"}

// columns are the names of a record's columns, in order.
func columns[T any]() (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		names = append(names, f.Tag.Get("bigquery"))
	}
	return names
}

// schema describes the columns of a record.
func schema[T any](required ...string) bigquery.Schema {
	s, err := bigquery.InferSchema(*new(T))
	if err != nil {
		panic(err) // of the type alone
	}
	fields := reflect.VisibleFields(reflect.TypeFor[T]())
	for i, f := range s {
		f.Required = slices.Contains(required, f.Name)
		f.Description = fields[i].Tag.Get("doc")
	}
	return s
}

// parameters are the values of a record under the names of their columns, each with a suffix.
func parameters[T any](record T, suffix string) (out []bigquery.QueryParameter) {
	v := reflect.ValueOf(record)
	for i, name := range columns[T]() {
		value := v.Field(i).Interface()
		if list, ok := value.([]string); ok && list == nil {
			value = []string{}
		}
		out = append(out, bigquery.QueryParameter{Name: name + suffix, Value: value})
	}
	return out
}

func text(s string) bigquery.NullString { return bigquery.NullString{StringVal: s, Valid: s != ""} }

func encoded(v any) bigquery.NullString {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain data
	}
	return text(string(body))
}

// recordOf writes a row.
func recordOf(row Row, holder string) record {
	tables, scratch := []string{}, []string{}
	for _, t := range row.OutputTables() {
		tables = append(tables, t.String())
	}
	for _, t := range row.Scratch {
		scratch = append(scratch, t.String())
	}
	return record{
		RunID: row.RunID, CacheKey: row.CacheKey, KeyJSON: row.Key.JSON(), Workflow: row.Workflow, Pipeline: row.Key.Pipeline,
		ExperimentID: row.ExperimentID, Run: row.Run, Commit: row.Key.Commit, WorkerImage: text(row.Key.WorkerImage),
		ParamsJSON: encoded(row.Key.Params), OutputTables: tables, OutputsJSON: encoded(row.Outputs), ReusedRunID: text(row.ReusedRunID),
		Error: text(row.Error), StartedAt: row.StartedAt, FinishedAt: bigquery.NullTimestamp{Timestamp: row.FinishedAt, Valid: !row.FinishedAt.IsZero()},
		Status: string(row.Status), ExpiresAt: row.ExpiresAt, Failure: text(string(row.Failure)), ParentRunID: text(row.ParentRunID),
		DitCommit: text(row.DitCommit), BuildID: text(row.BuildID), Runner: text(row.Key.Runner), Environment: text(row.Key.Environment),
		SourcesJSON: encoded(row.Key.Sources), Region: text(row.Region), JobIDs: row.JobIDs, LogLocation: text(row.LogLocation),
		PhasesJSON: encoded(row.Phases), BytesBilled: bigquery.NullInt64{Int64: row.BytesBilled, Valid: true},
		SlotMillis: bigquery.NullInt64{Int64: row.SlotMillis, Valid: true}, Holder: text(holder), WorkflowSha1: text(row.Key.Descriptor),
		StemKey: text(row.Key.Stem().Digest()), Scratch: scratch, Command: text(row.Command), Packages: text(row.Packages),
		Unreviewed: bigquery.NullBool{Bool: row.Unreviewed, Valid: true}, Dirty: bigquery.NullBool{Bool: row.Unreviewed, Valid: true}, CommitParent: text(row.CommitParent),
	}
}

// row reads a record. Of one that cannot be read as a whole it gives what can, with the reason.
func (r record) row() Row {
	row := Row{
		ID: ID{r.RunID, r.Run}, CacheKey: r.CacheKey, Workflow: r.Workflow, ExperimentID: r.ExperimentID, Status: Status(r.Status),
		Failure: FailureKind(r.Failure.StringVal), Error: r.Error.StringVal, ReusedRunID: r.ReusedRunID.StringVal, ParentRunID: r.ParentRunID.StringVal,
		DitCommit: r.DitCommit.StringVal, BuildID: r.BuildID.StringVal, Region: r.Region.StringVal, JobIDs: r.JobIDs, LogLocation: r.LogLocation.StringVal,
		BytesBilled: r.BytesBilled.Int64, SlotMillis: r.SlotMillis.Int64,
		Command: r.Command.StringVal, Packages: r.Packages.StringVal, Unreviewed: r.Unreviewed.Bool, CommitParent: r.CommitParent.StringVal,
		StartedAt: r.StartedAt.UTC(), FinishedAt: r.FinishedAt.Timestamp.UTC(), ExpiresAt: r.ExpiresAt.UTC(),
	}
	var problems []string
	note := func(column string, err error) bool {
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", column, err))
		}
		return err == nil
	}
	for _, name := range r.Scratch {
		table, err := bq.ParseTable(name)
		if note("scratch_tables", err) {
			row.Scratch = append(row.Scratch, table)
		}
	}
	if !note("key_json", json.Unmarshal([]byte(r.KeyJSON), &row.Key)) {
		row.Key = Key{Pipeline: r.Pipeline, Commit: r.Commit}
	}
	if !note("phases_json", decode(r.PhasesJSON.StringVal, &row.Phases)) {
		row.Phases = nil
	}
	if note("outputs_json", decode(r.OutputsJSON.StringVal, &row.Outputs)) && len(row.Outputs) == 0 && len(r.OutputTables) > 0 {
		note("outputs_json", errors.New("it names no table, and output_tables does"))
	}
	if row.Unreadable = strings.Join(problems, "; "); row.Unreadable != "" {
		row.Outputs = map[string]Output{}
		for _, name := range r.OutputTables {
			if table, err := bq.ParseTable(name); err == nil {
				row.Outputs[name] = Output{Table: table}
			}
		}
	}
	return row
}

func decode(body string, into any) error {
	if strings.TrimSpace(body) == "" {
		return nil
	}
	return json.Unmarshal([]byte(body), into)
}
