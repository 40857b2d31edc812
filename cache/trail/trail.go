// Package trail asks of data that is there where it came from.
//
// [Follow] holds every table of a dataset against the registry of runs and the repositories of their code: no data without the
// code that made it.
package trail

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// State is what could be said of a table.
type State string

// Proven: a registered run made it, from code that is still there, and nobody changed it since. Making: a run that is alive makes
// it now. Pinned: a snapshot of a source at an instant, under the name that this gives it. Unexplained: anything else, also what could not be asked.
const (
	Proven      State = "proven"
	Making      State = "being made"
	Pinned      State = "pinned source"
	Unexplained State = "unexplained"
)

// Finding is what the trail says of one table, view or snapshot.
type Finding struct {
	Table bq.Table `json:"table"`
	// Kind is the service's, such as TABLE, VIEW or SNAPSHOT.
	Kind  string `json:"kind"`
	State State  `json:"state"`
	// Reason says why it is not proven, or what else is to be known of one that is.
	Reason string `json:"reason,omitempty"`
	Proof
}

// Proof is the run that made a table: what to look at, and how to make it again. It is empty where there is none.
type Proof struct {
	RunID      string `json:"run_id,omitempty"`
	Run        string `json:"run,omitempty"`
	Repository string `json:"repository,omitempty"`
	Commit     string `json:"commit,omitempty"`
	Command    string `json:"command,omitempty"`
}

// Report is what the trail says of a dataset: its findings in the order of the tables' names.
type Report struct {
	Dataset     string    `json:"dataset"`
	Tables      []Finding `json:"tables"`
	Proven      int       `json:"proven"`
	Making      int       `json:"being_made"`
	Pinned      int       `json:"pinned_sources"`
	Unexplained int       `json:"unexplained"`
}

// atOnce is how many tables are judged side by side: judging may read a table, or fetch from a repository.
const atOnce = 4

// Follow looks at every table, view and snapshot that is held, but for the registry's own. Trouble with one of them, or with
// the repository of its code, makes it unexplained; an error says that the holdings or the registry could not be read.
func Follow(ctx context.Context, held Holdings, reg cache.Registry, commits Commits) (*Report, error) {
	holdings, err := held.Tables(ctx)
	if err != nil {
		return nil, err
	}
	holdings = slices.DeleteFunc(holdings, func(h Holding) bool { return cache.Owns(h.Table.Name) })
	slices.SortFunc(holdings, func(a, b Holding) int { return strings.Compare(a.Table.String(), b.Table.String()) })
	// Before the rows: a run that ends in between has its end in them.
	leases, err := reg.Leases(ctx, "")
	if err != nil {
		return nil, err
	}
	rows, err := naming(ctx, reg, holdings)
	if err != nil {
		return nil, err
	}
	recordings, err := goldens(ctx, reg)
	if err != nil {
		return nil, err
	}
	report := &Report{Dataset: held.String(), Tables: make([]Finding, len(holdings))}
	j := judge{fingerprint: held.Fingerprint, commits: once(commits), leases: leases, now: time.Now()}
	all, each := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for i, h := range holdings {
		all.Go(func() error {
			if g, ok := recordings[h.Table]; ok && len(rows[h.Table]) == 0 {
				report.Tables[i] = j.golden(each, h, g)
			} else {
				report.Tables[i] = j.finding(each, h, rows[h.Table])
			}
			return each.Err()
		})
	}
	if err := all.Wait(); err != nil {
		return nil, fmt.Errorf("trail of %s: %w", held, err)
	}
	for _, f := range report.Tables {
		switch f.State {
		case Proven:
			report.Proven++
		case Making:
			report.Making++
		case Pinned:
			report.Pinned++
		default:
			report.Unexplained++
		}
	}
	return report, nil
}

// naming are the rows that name each table, the youngest first.
func naming(ctx context.Context, reg cache.Registry, holdings []Holding) (map[bq.Table][]cache.Row, error) {
	rows := map[bq.Table][]cache.Row{}
	for some := range slices.Chunk(holdings, 500) { // of names, in one statement
		var tables []bq.Table
		for _, h := range some {
			tables = append(tables, h.Table)
		}
		found, err := reg.Naming(ctx, tables)
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			for _, t := range tables {
				if slices.Contains(row.Tables(), t) {
					rows[t] = append(rows[t], row)
				}
			}
		}
	}
	return rows, nil
}
