package workflows

import (
	"slices"
	"strings"
)

// The library.
const (
	restrictVessels   = "restrict_vessels"
	dropMessages      = "drop_messages"
	shiftTimestamps   = "shift_timestamps"
	setSegmentFlag    = "set_segment_flag"
	duplicateMessages = "duplicate_messages"
	lateMessages      = "late_messages"
)

// kind is what one sort of mutation takes.
type kind struct {
	keys    []string // besides source
	must    []string // keys that may not be left out
	example string
}

// selection are the keys that say which rows are meant: those for which all of them hold.
var selection = []string{"where", "from", "to", "rate", "seed"}

var kinds = map[string]kind{
	restrictVessels:   {keys: []string{"vessels", "where", "count", "share", "seed", "from", "to"}, example: "restrict_vessels count=5 seed=7"},
	dropMessages:      {keys: selection, example: "drop_messages rate=0.1 seed=3 from=2024-01-02 to=2024-01-04"},
	shiftTimestamps:   {keys: slices.Concat([]string{"by"}, selection), must: []string{"by"}, example: "shift_timestamps by=36h"},
	setSegmentFlag:    {keys: slices.Concat([]string{"column", "value"}, selection), must: []string{"column", "value"}, example: "set_segment_flag column=good_seg2 value=false rate=0.2 seed=1"},
	duplicateMessages: {keys: slices.Concat([]string{"copies"}, selection), example: "duplicate_messages rate=0.05 seed=3 copies=1"},
	lateMessages:      {keys: slices.Concat([]string{"late"}, selection), must: []string{"late"}, example: "late_messages late=6h rate=0.5 seed=3"},
}

// together says what is wrong with settings that are right one by one, and fills in what may be left out.
func (m *Mutation) together(k kind) string {
	has := func(key string) bool { return m.Settings[key] != "" }
	for _, key := range k.must {
		if !has(key) {
			return "needs " + key
		}
	}
	if has("from") && has("to") && !instantOf(m.Settings["from"]).Before(instantOf(m.Settings["to"])) {
		return "has a from that is not before its to, and the window is half-open, [from, to)"
	}
	chance := has("rate") || has("share") || has("count")
	switch {
	case chance && !has("seed"):
		return "chooses by chance and needs a seed, a whole number, so that it chooses the same again"
	case has("seed") && !chance:
		return "has a seed and nothing to choose by it"
	}
	switch m.Name {
	case restrictVessels:
		given := slices.DeleteFunc([]string{"vessels", "where", "count", "share"}, func(key string) bool { return !has(key) })
		if len(given) != 1 {
			return "needs exactly one of vessels, where, count and share"
		}
		if given[0] != "count" && (has("from") || has("to")) {
			return "takes from and to only with count, which then chooses among the vessels of that window"
		}
	case dropMessages:
		if !slices.ContainsFunc(selection, has) {
			return "would drop every row; give one of " + strings.Join(selection[:4], ", ")
		}
	case duplicateMessages:
		if !has("copies") {
			m.Settings["copies"] = "1"
		}
	}
	return ""
}
