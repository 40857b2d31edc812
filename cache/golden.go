package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
)

// GoldenSchema is the version of a question's form: a member more or less makes every older recording one of another question.
const GoldenSchema = 1

// GoldenLabel is on every golden table. Its value is the recording's id.
const GoldenLabel = "dit_golden"

// Question is what golden tables are the answer to, whoever's code gives it. Left out on purpose: repository, commit, environment,
// worker image and runner, because these are what is tested against the recording; and how the pipeline is called.
type Question struct {
	// Schema is [GoldenSchema], Behaviour is [BehaviourVersion].
	Schema    int `json:"schema"`
	Behaviour int `json:"behaviour"`
	// Pipeline is the descriptor's name.
	Pipeline string `json:"pipeline"`
	// Params, Phases and Sources are those of [Key].
	Params  map[string]string `json:"params"`
	Phases  []Phase           `json:"phases"`
	Sources map[string]string `json:"sources"`
	// Outputs are the names of the output tables, each with the suffix of its view after a blank if it has one, sorted.
	Outputs []string `json:"outputs"`
}

// Digest is the sha256, in hex, of the question's JSON: the golden_key of the registry.
func (q Question) Digest() string {
	text, err := json.Marshal(q)
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Difference says in words, one item a member, what makes q another question than old. Empty when they are equal.
func (q Question) Difference(old Question) []string {
	asKey := func(q Question) Key {
		return Key{Schema: q.Schema, Behaviour: q.Behaviour, Pipeline: q.Pipeline, Params: q.Params, Phases: q.Phases, Sources: q.Sources}
	}
	d := asKey(q).Difference(asKey(old))
	if !slices.Equal(q.Outputs, old.Outputs) {
		d = append(d, fmt.Sprintf("outputs are %q, were %q", q.Outputs, old.Outputs))
	}
	return d
}

// GoldenStatus is the state of a recording.
type GoldenStatus string

// A recording is being made; active, the one that answers its question; replaced by a later one of the same question; or retired.
// From recording it goes to active or retired, from active to replaced or retired, and never back.
const (
	GoldenRecording GoldenStatus = "recording"
	GoldenActive    GoldenStatus = "active"
	GoldenReplaced  GoldenStatus = "replaced"
	GoldenRetired   GoldenStatus = "retired"
)

// Golden is one recording: copies of a run's tables that do not expire. Times are in UTC, and zero for what has not happened.
type Golden struct {
	// ID is 12 hexadecimal digits, and part of the names of its tables.
	ID       string       `json:"id"`
	Status   GoldenStatus `json:"status"`
	Question Question     `json:"question"`
	// Key is the digest of the question.
	Key string `json:"golden_key"`
	// Mode is the mode whose tables were copied.
	Mode string `json:"mode"`
	// RunID and Run are the call that made them, and the name of the run in its plan.
	RunID string `json:"run_id"`
	Run   string `json:"run"`
	// Repository, Ref and Commit say which code that was.
	Repository string `json:"repository"`
	Ref        string `json:"ref"`
	Commit     string `json:"commit"`
	// Workflow is the question of the call that recorded, Command the line that asks it again.
	Workflow string `json:"workflow"`
	Command  string `json:"command,omitempty"`
	// Outputs are the copies by output name, with the versions they had when they were made; without versions until it is active.
	// A View is a table with the rows that the run's view showed.
	Outputs map[string]Output `json:"outputs"`
	// StartedAt is when it was begun, by the clock of who records; RecordedAt when it became active, EndedAt when it was replaced or
	// retired, and DroppedAt when its tables were gone, by the service's.
	StartedAt  time.Time `json:"started_at"`
	RecordedAt time.Time `json:"recorded_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
	DroppedAt  time.Time `json:"dropped_at,omitzero"`
	// ReplacedBy is the id of the recording that came after it; empty unless it was replaced.
	ReplacedBy string `json:"replaced_by,omitempty"`
	// Unreadable says what of it cannot be read, where something was written by hand; empty for any other. Such a one answers nothing.
	Unreadable string `json:"unreadable,omitempty"`
}

// Tables are the golden tables: outputs by their names, each followed by that of its view.
func (g Golden) Tables() []bq.Table { return Row{Outputs: g.Outputs}.OutputTables() }

// Owns reports whether the table's name is one that this recording gives: nobody drops another on its behalf.
func (g Golden) Owns(t bq.Table) bool {
	return len(g.ID) == 12 && strings.HasPrefix(t.Name, goldenPrefix) && strings.Contains(t.Name, "_"+g.ID)
}

const goldenPrefix = "golden_"

// GoldenTable is the name of the copy of an output. It is no run's: a run's tables have the run's id in their names.
func GoldenTable(output, id string) string { return goldenPrefix + output + "_" + id }

// RecordingTime is how long a recording may take. After it, the next one of the same question takes it for abandoned.
const RecordingTime = time.Hour

// Left reports whether the recording may have tables that nobody needs: it ended and they were not all dropped, or it was begun so long
// ago that whoever made it must be gone.
func (g Golden) Left(now time.Time) bool {
	switch g.Status {
	case GoldenRecording:
		return g.StartedAt.Add(RecordingTime).Before(now)
	case GoldenReplaced, GoldenRetired:
		return g.DroppedAt.IsZero()
	}
	return false
}

// Goldens remember recordings.
type Goldens interface {
	// Propose adds a recording that is to be made, with the names of its tables. It is [ErrTaken] when there is one of the id: whoever
	// wrote to its tables now would change what is recorded.
	Propose(ctx context.Context, g Golden) error
	// Promote makes the recording the active one of its question, and the one before it replaced, in one moment: at any other moment
	// exactly one is active, or none if there was none. It says whether it did: not when the recording was retired meanwhile.
	Promote(ctx context.Context, g Golden) (bool, error)
	// Retire gives the recording the status retired if it has the status was: [GoldenRecording] or [GoldenActive]. It says whether it had.
	Retire(ctx context.Context, id string, was GoldenStatus) (bool, error)
	// Dropped notes that the tables of a recording that ended are gone.
	Dropped(ctx context.Context, id string) error
	// Goldens returns recordings, the youngest first; also those that are [Golden.Unreadable].
	Goldens(ctx context.Context, filter GoldenFilter) ([]Golden, error)
}

// GoldenFilter chooses recordings. Its zero value chooses all.
type GoldenFilter struct {
	ID, Pipeline string
	// Question is the digest of one.
	Question string
	Status   GoldenStatus
}
