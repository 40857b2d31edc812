package cache

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// goldenRecord is a recording as dit_golden holds it. Its fields are the table's columns, as those of record are of dit_runs.
type goldenRecord struct {
	ID           string                 `bigquery:"golden_id" doc:"12 hex digits, part of the names of the golden tables"`
	Key          string                 `bigquery:"golden_key" doc:"sha256 of question_json"`
	QuestionJSON string                 `bigquery:"question_json" doc:"what makes a run comparable with the recording, JSON"`
	Status       string                 `bigquery:"status" doc:"recording, active, replaced or retired; at most one of a golden_key is active"`
	Pipeline     string                 `bigquery:"pipeline"`
	Mode         bigquery.NullString    `bigquery:"mode" doc:"the mode whose tables were copied"`
	RunID        bigquery.NullString    `bigquery:"run_id" doc:"the call that made them"`
	Run          bigquery.NullString    `bigquery:"run" doc:"name of the run in its plan"`
	Repository   bigquery.NullString    `bigquery:"repository"`
	Ref          bigquery.NullString    `bigquery:"pipeline_ref" doc:"branch, tag or commit as it was asked for"`
	Commit       bigquery.NullString    `bigquery:"pipeline_commit" doc:"full commit"`
	Workflow     bigquery.NullString    `bigquery:"workflow" doc:"question of the call that recorded"`
	Command      bigquery.NullString    `bigquery:"command" doc:"the line that records again"`
	OutputTables []string               `bigquery:"output_tables" doc:"the golden tables"`
	OutputsJSON  bigquery.NullString    `bigquery:"outputs_json" doc:"the golden tables with versions and fingerprints, JSON"`
	StartedAt    time.Time              `bigquery:"started_at"`
	RecordedAt   bigquery.NullTimestamp `bigquery:"recorded_at" doc:"when it became active"`
	EndedAt      bigquery.NullTimestamp `bigquery:"ended_at" doc:"when it was replaced or retired"`
	ReplacedBy   bigquery.NullString    `bigquery:"replaced_by" doc:"the recording that came after it"`
	DroppedAt    bigquery.NullTimestamp `bigquery:"dropped_at" doc:"when its tables were gone"`
}

func goldenRecordOf(g Golden) goldenRecord {
	question, err := json.Marshal(g.Question)
	if err != nil {
		panic(err) // strings and numbers only
	}
	tables := []string{}
	for _, t := range g.Tables() {
		tables = append(tables, t.String())
	}
	at := func(t time.Time) bigquery.NullTimestamp {
		return bigquery.NullTimestamp{Timestamp: t, Valid: !t.IsZero()}
	}
	return goldenRecord{
		ID: g.ID, Key: g.Key, QuestionJSON: string(question), Status: string(g.Status), Pipeline: g.Question.Pipeline, Mode: text(g.Mode), RunID: text(g.RunID),
		Run: text(g.Run), Repository: text(g.Repository), Ref: text(g.Ref), Commit: text(g.Commit), Workflow: text(g.Workflow), Command: text(g.Command),
		OutputTables: tables, OutputsJSON: encoded(g.Outputs), StartedAt: g.StartedAt, RecordedAt: at(g.RecordedAt), EndedAt: at(g.EndedAt),
		ReplacedBy: text(g.ReplacedBy), DroppedAt: at(g.DroppedAt),
	}
}

// golden reads a record. Of one that cannot be read as a whole it gives what can, with the reason.
func (r goldenRecord) golden() Golden {
	g := Golden{ID: r.ID, Key: r.Key, Status: GoldenStatus(r.Status), Mode: r.Mode.StringVal, RunID: r.RunID.StringVal, Run: r.Run.StringVal,
		Repository: r.Repository.StringVal, Ref: r.Ref.StringVal, Commit: r.Commit.StringVal, Workflow: r.Workflow.StringVal, Command: r.Command.StringVal,
		StartedAt: r.StartedAt.UTC(), RecordedAt: r.RecordedAt.Timestamp.UTC(), EndedAt: r.EndedAt.Timestamp.UTC(), ReplacedBy: r.ReplacedBy.StringVal,
		DroppedAt: r.DroppedAt.Timestamp.UTC()}
	var problems []string
	if err := json.Unmarshal([]byte(r.QuestionJSON), &g.Question); err != nil {
		problems, g.Question = append(problems, fmt.Sprintf("question_json: %v", err)), Question{Pipeline: r.Pipeline}
	}
	if err := decode(r.OutputsJSON.StringVal, &g.Outputs); err != nil {
		problems = append(problems, fmt.Sprintf("outputs_json: %v", err))
	} else if len(g.Outputs) == 0 {
		problems = append(problems, "outputs_json: it names no table")
	}
	if g.Unreadable = strings.Join(problems, "; "); g.Unreadable != "" {
		g.Outputs = map[string]Output{}
		for _, name := range r.OutputTables {
			if table, err := bq.ParseTable(name); err == nil {
				g.Outputs[name] = Output{Table: table}
			}
		}
	}
	return g
}
