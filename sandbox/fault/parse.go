package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pair is one word of a rule as it was written.
type pair struct{ key, value string }

// Parse reads a rule: words KEY=VALUE, or KEY alone for one that is or is not, with commas between.
// The error names the word that is wrong and what is allowed.
//
//	service=dataflow,method=POST,path=*/jobs,status=503,rate=0.3,count=5
func Parse(text string) (Rule, error) {
	var pairs []pair
	for _, item := range strings.Split(text, ",") {
		key, value, found := strings.Cut(strings.TrimSpace(item), "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if w, known := wordOf(key); known && w.flag && !found {
			value = "true"
		}
		pairs = append(pairs, pair{key, value})
	}
	r, err := fromPairs(pairs)
	if err != nil {
		return Rule{}, fmt.Errorf("fault %q: %w", text, err)
	}
	return r, nil
}

// ParseJSON reads a rule from an object with the keys of the text form. Values are text, numbers or,
// for a word without a value, true.
func ParseJSON(content []byte) (Rule, error) {
	var object map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return Rule{}, fmt.Errorf("fault %s: not a JSON object: %w", content, err)
	}
	var pairs []pair
	for _, key := range slices.Sorted(maps.Keys(object)) {
		switch value := object[key].(type) {
		case string, json.Number, bool:
			pairs = append(pairs, pair{key, fmt.Sprint(value)})
		default:
			return Rule{}, fmt.Errorf("fault %s: the value of %q must be text, a number or true", content, key)
		}
	}
	r, err := fromPairs(pairs)
	if err != nil {
		return Rule{}, fmt.Errorf("fault %s: %w", content, err)
	}
	return r, nil
}

// String is the rule's text. Parse of it is the same rule.
func (r Rule) String() string {
	var items []string
	for _, w := range words {
		switch value := w.print(r); {
		case value == "":
		case w.flag:
			items = append(items, w.key)
		default:
			items = append(items, w.key+"="+value)
		}
	}
	return strings.Join(items, ",")
}

func fromPairs(pairs []pair) (Rule, error) {
	r := Rule{Rate: 1}
	seen := map[string]bool{}
	for _, p := range pairs {
		w, known := wordOf(p.key)
		if !known {
			return r, fmt.Errorf("unknown word %q; allowed are %s", p.key, keys())
		}
		if seen[p.key] && p.key != "after" { // the two forms of after can both be there; it looks itself
			return r, fmt.Errorf("%s is there twice", p.key)
		}
		seen[p.key] = true
		if p.value == "" || !plain(p.value) || w.read(&r, p.value) != nil {
			return r, fmt.Errorf("%s=%q: must be %s", p.key, p.value, w.allow)
		}
	}
	if r.DropTable && r.Count == 0 {
		r.Count = 1 // a table disappears once
	}
	return r, r.check()
}

// plain tells text that a glob can be made of and that prints back as it was read.
func plain(text string) bool {
	return utf8.ValidString(text) && text == strings.TrimSpace(text) && !strings.ContainsFunc(text, func(c rune) bool {
		return c == ',' || unicode.IsControl(c)
	})
}

func keys() string {
	var all []string
	for _, w := range words {
		all = append(all, w.key)
	}
	return strings.Join(all, ", ")
}

// effects names the effects of the rule, by their words.
func (r Rule) effects() []string {
	var found []string
	for _, w := range words {
		switch w.key {
		case "status", "delay", "cut", "drop-table", "short-load", "job-fail", "job-hang", "job-lose-worker", "job-cancel":
			if w.print(r) != "" {
				found = append(found, w.key)
			}
		}
	}
	return found
}

// check refuses words that have no meaning together: a rule that can never strike, or not as its
// text makes believe, would be a test that tests nothing.
func (r Rule) check() error {
	effects := r.effects()
	if len(effects) != 1 {
		return fmt.Errorf("a rule has exactly one effect, this one has %d %v: give one of status, delay, cut, drop-table, short-load, "+
			"job-fail, job-hang, job-lose-worker, job-cancel, and a rule for each", len(effects), effects)
	}
	for _, refused := range []struct {
		when bool
		why  string
	}{
		{r.Reason != "" && r.Status == 0, "reason goes with status"},
		{r.Seed != 0 && r.Rate == 1, "seed goes with a rate under 1"},
		{r.DropTable && r.Table == "", "drop-table needs table=GLOB: which table"},
		{r.Table != "" && r.Service != "" && !strings.HasPrefix(r.Service, "bigquery"), "table goes with service=bigquery or bigquerystorage"},
		{r.ShortLoad > 0 && r.Service != "" && r.Service != "bigquery", "short-load goes with service=bigquery: loads are its jobs"},
		{r.forJob() && r.Service != "" && r.Service != "dataflow", effects[0] + " goes with service=dataflow: the jobs are Dataflow's"},
		{r.forJob() && (r.Method+r.Path+r.Table != "" || r.Internal), effects[0] + " is for jobs: choose them with job and label; method, path, table and internal choose requests"},
		{!r.forJob() && r.Job+r.Label != "", "job and label choose Dataflow jobs: they go with job-fail, job-hang, job-lose-worker, job-cancel"},
		{!r.forJob() && r.JobAfter != 0, "after with a duration goes with the faults of jobs; of requests a number is let through"},
	} {
		if refused.when {
			return errors.New(refused.why)
		}
	}
	return nil
}
