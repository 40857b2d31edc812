package runners

import (
	"fmt"
	"regexp"
	"strings"
)

// MaxJobName is the longest name Dataflow takes.
const MaxJobName = 63

// JobParts are what a job's name is made of.
type JobParts struct {
	Repo, Step, Experiment, RunID string
	// Run is the name of the run in its call: a mode, after the version's name where there are several.
	Run string
	// Iteration of Iterations, from 1; both 0 leave them out.
	Iteration, Iterations int
}

var notAllowed = regexp.MustCompile(`[^a-z0-9]+`)

// JobName is dit-<repo>-<step>-<experiment>-<run>-<run id>[-<i>-<n>], lower case, in the characters Dataflow
// allows, at most [MaxJobName] long. When it would be longer, the experiment is cut: everything behind it is kept whole, and
// with it the run id, so two runs never share a name however long their experiments are; the names of pipeline and step are cut
// next. Parts that consist of nothing allowed are left out. It is an error when not even "dit" and what must be kept fit.
func JobName(p JobParts) (string, error) {
	head := join("dit", p.Repo, p.Step)
	tail := join(p.Run, p.RunID)
	if p.Iteration > 0 && p.Iterations > 0 {
		tail = join(tail, fmt.Sprint(p.Iteration), fmt.Sprint(p.Iterations))
	}
	experiment := clean(p.Experiment)
	if room := MaxJobName - len(tail) - 1; len(head) > room && room >= len("dit") {
		head = strings.Trim(head[:room], "-")
	}
	room := MaxJobName - len(join(head, tail)) - 1
	if room < -1 {
		return "", fmt.Errorf("job name %s is %d characters, at most %d are allowed; shorten the binding's name",
			join(head, tail), len(join(head, tail)), MaxJobName)
	}
	if len(experiment) > room {
		experiment = strings.Trim(experiment[:max(room, 0)], "-")
	}
	return join(head, experiment, tail), nil
}

// clean writes a part in the characters that are allowed, without hyphens at its ends; it may come out empty.
func clean(s string) string {
	return strings.Trim(notAllowed.ReplaceAllString(strings.ToLower(s), "-"), "-")
}

func join(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = clean(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "-")
}
