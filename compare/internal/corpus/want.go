package corpus

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/compare"
)

// Want is what a result must hold: the part of its JSON that the case is about. Objects may leave members out, lists no
// element. Where less, or more, is meant than is said:
//
//	rows               a member left out is 0
//	reasons            the first ones only, and of each a part
//	notes              of each a part
//	null               may be missing altogether
//	at_least, at_most  more such parts, with limits in place of numbers
type Want map[string]any

// relation is how a number must stand to the one that is wanted.
type relation struct {
	words string
	holds func(got, want float64) bool
}

var (
	exactly = relation{"want", func(got, want float64) bool { return got == want }}
	limits  = map[string]relation{
		"at_least": {"want at least", func(got, want float64) bool { return got >= want }},
		"at_most":  {"want at most", func(got, want float64) bool { return got <= want }},
	}
)

func (w Want) validate() error {
	rest := maps.Clone(w)
	for limit := range limits {
		if part, ok := rest[limit]; ok {
			if err := strictly(part, new(compare.Result)); err != nil {
				return fmt.Errorf("want.%s: %w", limit, err)
			}
			delete(rest, limit)
		}
	}
	var result compare.Result
	if err := strictly(rest, &result); err != nil {
		return fmt.Errorf("want: %w", err)
	}
	switch result.Verdict {
	case compare.Identical, compare.WithinTolerance, compare.Different, compare.NotComparable:
		return nil
	case "":
		return errors.New("want: no verdict")
	}
	return fmt.Errorf("want: no verdict is called %s", result.Verdict)
}

// Missed says in what the result is not as wanted; empty if in nothing.
func (w Want) Missed(r *compare.Result) (complaints []string, err error) {
	var got map[string]any
	if err := strictly(r, &got); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		want := w[name]
		if limit, ok := limits[name]; ok {
			part := want.(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(part)) {
				complaints = append(complaints, limit.missed(name, part[name], got[name])...)
			}
			continue
		}
		if name == "rows" {
			all := map[string]any{}
			for member := range got[name].(map[string]any) {
				all[member] = 0.
			}
			maps.Copy(all, want.(map[string]any))
			want = all
		}
		complaints = append(complaints, exactly.missed(name, want, got[name])...)
	}
	return complaints, nil
}

// inPart finds the texts of which a part suffices.
var inPart = regexp.MustCompile(`(reasons|notes)\[\d+\]$`)

// missed compares what JSON can hold; path is where got was found. A number that is 0 may be missing, as the JSON has it.
func (r relation) missed(path string, want, got any) (complaints []string) {
	switch want := want.(type) {
	case map[string]any:
		if object, ok := got.(map[string]any); ok {
			for _, name := range slices.Sorted(maps.Keys(want)) {
				complaints = append(complaints, r.missed(path+"."+name, want[name], object[name])...)
			}
			return complaints
		}
	case []any:
		list, _ := got.([]any)
		if path == "reasons" && len(list) > len(want) {
			list = list[:len(want)]
		}
		if len(list) == len(want) {
			for i := range want {
				complaints = append(complaints, r.missed(fmt.Sprintf("%s[%d]", path, i), want[i], list[i])...)
			}
			return complaints
		}
	case float64:
		if number, ok := got.(float64); (ok || got == nil) && r.holds(number, want) {
			return nil
		}
	case string:
		if text, ok := got.(string); ok && (text == want || inPart.MatchString(path) && strings.Contains(text, want)) {
			return nil
		}
	default:
		if got == want {
			return nil
		}
	}
	is, _ := json.Marshal(got)
	should, _ := json.Marshal(want)
	return []string{fmt.Sprintf("%s is %s, %s %s", path, is, r.words, should)}
}
