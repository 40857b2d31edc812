package trail

import (
	"context"
	"fmt"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// goldens are all recordings by the tables they name.
func goldens(ctx context.Context, reg cache.Goldens) (map[bq.Table]cache.Golden, error) {
	all, err := reg.Goldens(ctx, cache.GoldenFilter{})
	by := map[bq.Table]cache.Golden{}
	for _, g := range all {
		for _, t := range g.Tables() {
			by[t] = g
		}
	}
	return by, err
}

// golden says what is known of a table that a recording names. One that is kept as a reference is proven as a run's table is: the code
// is that of the run it was copied from, and the rows those that were recorded.
func (j judge) golden(ctx context.Context, h Holding, g cache.Golden) Finding {
	f := Finding{Table: h.Table, Kind: h.Kind, State: Unexplained,
		Proof: Proof{RunID: g.RunID, Run: g.Run, Repository: g.Repository, Commit: g.Commit, Command: g.Command}}
	switch {
	case g.Unreadable != "":
		f.Reason = fmt.Sprintf("golden recording %s cannot be read: %s", g.ID, g.Unreadable)
	case g.Status == cache.GoldenActive:
		f.State, f.Reason = j.prove(ctx, h, kept(g))
		what := fmt.Sprintf("golden recording %s of %s", g.ID, g.Ref)
		if f.Reason != "" {
			what += ": "
		}
		f.Reason = what + f.Reason
	case g.Status == cache.GoldenRecording && !g.Left(j.now):
		f.State, f.Reason = Making, "being recorded as golden "+g.ID
	case g.Status == cache.GoldenRecording:
		f.Reason = fmt.Sprintf("golden recording %s was abandoned; golden retire --id=%s removes it", g.ID, g.ID)
	default:
		f.Reason = fmt.Sprintf("golden recording %s was %s; golden retire --id=%s removes it", g.ID, g.Status, g.ID)
	}
	return f
}

// kept is the recording as if it were a run. What a view showed is a table here.
func kept(g cache.Golden) cache.Row {
	row := cache.Row{ID: cache.ID{RunID: g.RunID, Run: g.Run}, Key: cache.Key{Repository: g.Repository, Commit: g.Commit}, Outputs: map[string]cache.Output{}}
	for name, o := range g.Outputs {
		if o.View != nil {
			row.Outputs[name+" shown"] = cache.Output{Table: o.View.Table, Version: o.View.Version}
			o.View = nil
		}
		row.Outputs[name] = o
	}
	return row
}
