package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// GoldenState is a recording as it is registered, and what there is of it now.
type GoldenState struct {
	cache.Golden
	// Problem says why an active recording can be compared with nothing: a table is gone, or is not what was recorded.
	Problem string `json:"problem,omitempty"`
	// Remains are the tables of one that ended, or was abandoned, which are there all the same.
	Remains []bq.Table `json:"remains,omitempty"`
}

// ListGolden lists the recordings that are active or being made and, with all, those that ended; of one pipeline unless it is empty. It looks
// at each of their tables.
func ListGolden(ctx context.Context, client *bigquery.Client, reg cache.Goldens, pipeline string, all bool) ([]GoldenState, error) {
	goldens, err := reg.Goldens(ctx, cache.GoldenFilter{Pipeline: pipeline})
	if err != nil {
		return nil, err
	}
	now := time.Now()
	states := []GoldenState{}
	for _, g := range goldens {
		if all || g.Status == cache.GoldenActive || g.Status == cache.GoldenRecording && !g.Left(now) {
			states = append(states, GoldenState{Golden: g})
		}
	}
	versions := versionsOf(client)
	var each errgroup.Group
	each.SetLimit(8)
	for i := range states {
		s := &states[i]
		each.Go(func() (err error) {
			if s.Status == cache.GoldenActive {
				s.Problem, err = s.Changed(ctx, versions)
				return err
			}
			for _, t := range s.Tables() {
				if s.Status == cache.GoldenRecording && !s.Left(now) {
					break
				}
				if _, err := versions(ctx, t); err == nil {
					s.Remains = append(s.Remains, t)
				} else if !errors.Is(err, bq.ErrNotFound) {
					return err
				}
			}
			return nil
		})
	}
	return states, each.Wait()
}

// WriteGolden writes a list for people, a line a recording, and under it what is to be done about some.
func WriteGolden(w io.Writer, states []GoldenState) error {
	if len(states) == 0 {
		_, err := fmt.Fprintln(w, "no golden tables are recorded")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tSTATUS\tPIPELINE\tMODE\tREF\tCOMMIT\tRUN\tRECORDED\tTABLES")
	notes := ""
	for _, s := range states {
		recorded := "-"
		if !s.RecordedAt.IsZero() {
			recorded = s.RecordedAt.Format("2006-01-02 15:04")
		}
		tables := s.Tables()
		if s.Status == cache.GoldenReplaced || s.Status == cache.GoldenRetired {
			tables = s.Remains
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%.10s\t%s\t%s\t", s.ID, s.Status, s.Question.Pipeline, s.Mode, s.Ref, s.Commit, s.RunID, recorded)
		if len(tables) == 0 {
			fmt.Fprintln(t, "-")
		}
		for i, table := range tables {
			if i > 0 {
				fmt.Fprint(t, "\t\t\t\t\t\t\t\t")
			}
			fmt.Fprintln(t, table)
		}
		switch {
		case s.Unreadable != "":
			notes += fmt.Sprintf("%s cannot be read: %s\n", s.ID, s.Unreadable)
		case s.Problem != "":
			notes += fmt.Sprintf("%s answers nothing: %s; record again\n", s.ID, s.Problem)
		case len(s.Remains) > 0:
			notes += fmt.Sprintf("%s has left %d tables; golden retire --id=%s removes them\n", s.ID, len(s.Remains), s.ID)
		}
	}
	if err := t.Flush(); err != nil || notes == "" {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s", notes)
	return err
}

// WriteGoldenJSON writes the same as a JSON list.
func WriteGoldenJSON(w io.Writer, states []GoldenState) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(states)
}

// WriteRetired writes what was done to retire recordings.
func WriteRetired(w io.Writer, all []Retired) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "all of them ended before, and nothing is left")
		return err
	}
	for _, r := range all {
		line := fmt.Sprintf("golden %s (%s of %s, %s at %s) is %s, was %s", r.ID, r.Mode, r.Question.Pipeline, r.Ref, r.RecordedAt.Format("2006-01-02"), r.Status, r.Was)
		if r.RecordedAt.IsZero() {
			line = fmt.Sprintf("golden %s (%s of %s, never finished) is %s, was %s", r.ID, r.Mode, r.Question.Pipeline, r.Status, r.Was)
		}
		if r.Problem != "" {
			line += "; problem: " + r.Problem
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
		for _, t := range r.Dropped {
			if _, err := fmt.Fprintf(w, "  dropped  %s\n", t); err != nil {
				return err
			}
		}
	}
	return nil
}
