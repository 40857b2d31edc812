package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// KeySchema is the version of the key's form: a member more or less makes every older row a miss.
const KeySchema = 2

// BehaviourVersion is raised by hand when a change of dit's own makes different tables from the same key: how dates are
// converted, how a mutated source is derived, how tables are copied.
const BehaviourVersion = 1

// OutputSchema is the version of what a row says of its outputs. It is raised when more must be known of a table than older rows
// tell, for it to be used; 2: the view that belongs to it.
const OutputSchema = 2

// Key is everything that a run's output tables depend on. Left out on purpose: experiment, run id, names of the outputs,
// dataset, project, region, parallelism, and the mode's name, because a list of phases is what makes a table.
type Key struct {
	// Schema is [KeySchema], Behaviour is [BehaviourVersion].
	Schema    int `json:"schema"`
	Behaviour int `json:"behaviour"`
	// OutputSchema is the constant of that name.
	OutputSchema int `json:"output_schema"`
	// Pipeline is the descriptor's name; rows of other pipelines are never looked at.
	Pipeline string `json:"pipeline"`
	// Repository and Commit, the full 40 digits, say which code ran.
	Repository string `json:"repository"`
	Commit     string `json:"commit"`
	// Environment is the digest of all installed packages with their versions, Python's included.
	Environment string `json:"environment"`
	// WorkerImage is the digest of the image the workers run; empty where they are the submitter itself.
	WorkerImage string `json:"worker_image"`
	// Descriptor is the digest of how the pipeline is called.
	Descriptor string `json:"descriptor"`
	// Runner is the kind of runner: results of one never answer for another.
	Runner string `json:"runner"`
	// Params are the pipeline's parameters, in their canonical texts.
	Params map[string]string `json:"params"`
	// Phases are all invocations that shaped the tables, in order.
	Phases []Phase `json:"phases"`
	// Sources are the identities of the tables read, by source name: the table and its version.
	Sources map[string]string `json:"sources"`
	// Repeat tells the second run of one version, whose noise is asked for, from the first: 0 or 1.
	Repeat int `json:"repeat,omitempty"`
}

// Phase is one invocation over [Start, End); Mutation is the predicate of the derived source it read, or empty.
type Phase struct {
	Start    string `json:"start"`
	End      string `json:"end"`
	Mutation string `json:"mutation,omitempty"`
}

// JSON is the canonical text of the key: members in fixed order, maps sorted, no blanks.
func (k Key) JSON() string {
	if k.Params == nil {
		k.Params = map[string]string{}
	}
	if k.Sources == nil {
		k.Sources = map[string]string{}
	}
	if k.Phases == nil {
		k.Phases = []Phase{}
	}
	text, err := json.Marshal(k)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(text)
}

// Digest is the sha256 of JSON, in hex: the cache_key of the registry.
func (k Key) Digest() string {
	sum := sha256.Sum256([]byte(k.JSON()))
	return hex.EncodeToString(sum[:])
}

// Stem is the key without its phases: runs with one stem may begin with one another's tables.
func (k Key) Stem() Key {
	k.Phases = nil
	return k
}

// Difference says in words, one item a member, what makes k another key than old. Empty when they are equal.
func (k Key) Difference(old Key) []string {
	var d []string
	text := func(name, now, then string) {
		if now != then {
			d = append(d, fmt.Sprintf("%s is %s, was %s", name, short(now), short(then)))
		}
	}
	text("schema", fmt.Sprint(k.Schema), fmt.Sprint(old.Schema))
	text("behaviour version", fmt.Sprint(k.Behaviour), fmt.Sprint(old.Behaviour))
	text("output schema", fmt.Sprint(k.OutputSchema), fmt.Sprint(old.OutputSchema))
	text("pipeline", k.Pipeline, old.Pipeline)
	text("repository", k.Repository, old.Repository)
	text("commit", k.Commit, old.Commit)
	text("environment", k.Environment, old.Environment)
	text("worker image", k.WorkerImage, old.WorkerImage)
	text("descriptor", k.Descriptor, old.Descriptor)
	text("runner", k.Runner, old.Runner)
	for _, m := range []struct {
		name      string
		now, then map[string]string
	}{{"parameter", k.Params, old.Params}, {"source", k.Sources, old.Sources}} {
		all := slices.Collect(maps.Keys(m.now))
		all = slices.AppendSeq(all, maps.Keys(m.then))
		slices.Sort(all)
		for _, name := range slices.Compact(all) {
			text(m.name+" "+name, value(m.now, name), value(m.then, name))
		}
	}
	text("repeat", fmt.Sprint(k.Repeat), fmt.Sprint(old.Repeat))
	text("phases", phases(k.Phases), phases(old.Phases))
	return d
}

func value(m map[string]string, name string) string {
	if v, ok := m[name]; ok {
		return fmt.Sprintf("%q", v)
	}
	return "not given"
}

func phases(all []Phase) string {
	var texts []string
	for _, p := range all {
		t := fmt.Sprintf("[%s, %s)", p.Start, p.End)
		if p.Mutation != "" {
			t += " where " + p.Mutation
		}
		texts = append(texts, t)
	}
	return strings.Join(texts, " ")
}

// short cuts digests to what a person compares.
func short(s string) string {
	if len(s) >= 40 && strings.Trim(s, "0123456789abcdef") == "" {
		return s[:10]
	}
	if s == "" {
		return "empty"
	}
	return s
}
