package steps

import (
	"fmt"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

func TestBeginningOf(t *testing.T) {
	phases := func(names string) (all []cache.Phase) {
		for _, n := range names {
			all = append(all, cache.Phase{Start: string(n)})
		}
		return all
	}
	table := bq.Table{Project: "p", Dataset: "d", Name: "t"}
	// row has done the phases of done, of those of asked; a capital letter is a phase after which the versions are not known.
	row := func(status cache.Status, asked, done string) *cache.Row {
		r := &cache.Row{ID: cache.ID{RunID: "r"}, Key: cache.Key{Phases: phases(asked)}, Status: status, Outputs: map[string]cache.Output{"o": {Table: table, Version: bq.Version{Etag: "end"}}}}
		for _, n := range done {
			p := cache.PhaseDone{Phase: cache.Phase{Start: string(n)}}
			if n < 'a' {
				p.Start = string(n + 'a' - 'A')
			} else {
				p.Outputs = map[string]bq.Version{"o": {Etag: "after " + string(n)}}
			}
			r.Phases = append(r.Phases, p)
		}
		return r
	}
	viewed := func(r *cache.Row) *cache.Row {
		r.Outputs["o"] = cache.Output{Table: table, Version: bq.Version{Etag: "end"}, View: &cache.View{Table: bq.Table{Name: "v"}}}
		return r
	}
	for _, c := range []struct {
		row  *cache.Row
		key  string
		want string
	}{
		{row(cache.Succeeded, "a", "a"), "abc", "1 end"},
		{row(cache.Succeeded, "ab", "ab"), "abc", "2 end"},
		{row(cache.Succeeded, "ab", ""), "abc", "2 end"}, // from the cache
		{row(cache.Succeeded, "abc", "abc"), "abc", "3 end"},
		{row(cache.Succeeded, "abc", "abc"), "abd", "2 after b, past"},
		{row(cache.Succeeded, "abc", "aBc"), "abd", "1 after a, past"},
		{row(cache.Succeeded, "abc", "ABc"), "abd", "0"},
		{row(cache.Succeeded, "abc", "abc"), "ab", "2 after b, past"},
		{row(cache.Succeeded, "b", "b"), "abc", "0"},
		{row(cache.Succeeded, "abc", ""), "ab", "0"},
		{row(cache.Failed, "abc", "ab"), "abc", "2 after b, past"},
		{row(cache.Failed, "abc", "abc"), "abc", "3 after c, past"},
		{row(cache.Failed, "abc", ""), "abc", "0"},
		{row(cache.Failed, "abc", "AB"), "abc", "0"},
		{row(cache.Failed, "xbc", "xb"), "abc", "0"},
		{viewed(row(cache.Succeeded, "ab", "ab")), "abc", "2 end"},
		{viewed(row(cache.Succeeded, "abc", "abc")), "abc", "2 after b, past"},
		{viewed(row(cache.Failed, "abc", "abc")), "abc", "2 after b, past"},
		{viewed(row(cache.Failed, "a", "a")), "a", "0"},
	} {
		b := beginningOf(c.row, cache.Key{Phases: phases(c.key)})
		got := fmt.Sprint(len(b.phases))
		if len(b.phases) > 0 {
			got += " " + b.tables["o"].Version.Etag
		}
		if b.past {
			got += ", past"
		}
		if got != c.want {
			t.Errorf("a %s row that did %d phases of %v, for %s: %s, want %s", c.row.Status, len(c.row.Phases), c.row.Key.Phases, c.key, got, c.want)
		}
	}
}
