package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Evidence says how far a comparison could have failed: two tables that lack what a change would touch are equal whatever it does.
type Evidence struct {
	// Uncounted says that the rows could not be counted: but for Touched and Lacking, nothing is known then.
	Uncounted bool `json:"uncounted,omitempty"`
	// Left and Right count the rows of the sides; Touched those that differ.
	Left    int64 `json:"left"`
	Right   int64 `json:"right"`
	Touched int64 `json:"touched"`
	// Days counts rows by day of the output's time column, oldest first; empty for an output without one.
	Days []DayRows `json:"days,omitempty"`
	// Situations are those that the descriptor names for the output.
	Situations []SituationRows `json:"situations,omitempty"`
	// Lacking says in words which of them is too rare; empty when the comparison could have failed as far as anyone said how.
	Lacking []string `json:"lacking,omitempty"`
}

// DayRows are the rows of one day on both sides.
type DayRows struct {
	Day   string `json:"day"`
	Left  int64  `json:"left"`
	Right int64  `json:"right"`
}

// SituationRows are how many rows of each side, or of a source on the left, are in a situation.
type SituationRows struct {
	Name  string `json:"name"`
	Want  int64  `json:"want"`
	Left  int64  `json:"left"`
	Right int64  `json:"right"`
}

// lacking says that a situation is too rare on both sides; empty when it is not.
func (s SituationRows) lacking() string {
	if n := max(s.Left, s.Right); n < s.Want {
		return fmt.Sprintf("%s: %d rows, want %d", s.Name, n, s.Want)
	}
	return ""
}

// situationRows begins the counts.
func situationRows(all []workflows.Situation) (rows []SituationRows) {
	for _, s := range all {
		rows = append(rows, SituationRows{Name: s.Name, Want: max(s.Min, 1)})
	}
	return rows
}

// countIfs are the counts of situations, as columns of a statement.
func countIfs(all []workflows.Situation) string {
	var b strings.Builder
	for i, s := range all {
		fmt.Fprintf(&b, ", COUNTIF(%s) AS s%d", s.Where, i)
	}
	return b.String()
}

// evidenceOf counts rows by day and by situation on both sides, with one statement. What these tables cannot be asked is lacking; that the
// service did not answer is an error, since it may the next time.
func evidenceOf(ctx context.Context, client *bigquery.Client, left, right bq.Table, output workflows.Output) (*Evidence, error) {
	e := &Evidence{Situations: situationRows(output.Situations)}
	err := bq.Classify(e.count(ctx, client, left, right, output))
	switch {
	case errors.Is(err, bq.ErrInvalid) || errors.Is(err, bq.ErrNotFound):
		return &Evidence{Uncounted: true, Lacking: []string{fmt.Sprintf("the rows cannot be counted: %v", err)}}, nil
	case err != nil:
		return nil, fmt.Errorf("counting the rows of %s and %s: %w", left, right, err)
	}
	for _, s := range e.Situations {
		if text := s.lacking(); text != "" {
			e.Lacking = append(e.Lacking, text)
		}
	}
	return e, nil
}

func (e *Evidence) count(ctx context.Context, client *bigquery.Client, left, right bq.Table, output workflows.Output) error {
	day := "CAST(NULL AS DATE)"
	if output.TimeColumn != "" {
		day = fmt.Sprintf("DATE(`%s`)", output.TimeColumn)
	}
	one := func(n int, table bq.Table) string {
		return fmt.Sprintf("SELECT %d AS side, %s AS day, COUNT(*) AS n%s\nFROM %s GROUP BY day", n, day, countIfs(output.Situations), table.SQL())
	}
	rows, err := client.Query(one(0, left) + "\nUNION ALL\n" + one(1, right)).Read(ctx)
	if err != nil {
		return err
	}
	byDay := map[string]DayRows{}
	for {
		var row []bigquery.Value
		if err := rows.Next(&row); errors.Is(err, iterator.Done) {
			break
		} else if err != nil {
			return err
		}
		number := func(i int) int64 { n, _ := row[i].(int64); return n }
		isLeft := number(0) == 0
		add := func(l, r *int64, n int64) {
			if isLeft {
				*l += n
			} else {
				*r += n
			}
		}
		add(&e.Left, &e.Right, number(2))
		for i := range e.Situations {
			add(&e.Situations[i].Left, &e.Situations[i].Right, number(3+i))
		}
		if d, ok := row[1].(civil.Date); ok {
			of := byDay[d.String()]
			of.Day = d.String()
			add(&of.Left, &of.Right, number(2))
			byDay[of.Day] = of
		}
	}
	for _, d := range byDay {
		e.Days = append(e.Days, d)
	}
	slices.SortFunc(e.Days, func(a, b DayRows) int { return strings.Compare(a.Day, b.Day) })
	return nil
}

// String is the evidence on one line.
func (e *Evidence) String() string {
	parts := []string{fmt.Sprintf("%d and %d rows", e.Left, e.Right)}
	if e.Uncounted {
		parts = []string{"rows could not be counted"}
	}
	if n := len(e.Days); n > 0 {
		fewest := slices.MinFunc(e.Days, func(a, b DayRows) int { return int(a.Left + a.Right - b.Left - b.Right) })
		parts = append(parts, fmt.Sprintf("on %d days, fewest %d and %d on %s", n, fewest.Left, fewest.Right, fewest.Day))
	}
	if e.Touched > 0 {
		parts = append(parts, fmt.Sprintf("%d rows differ", e.Touched))
	}
	for _, s := range e.Situations {
		parts = append(parts, fmt.Sprintf("%s: %d and %d", s.Name, s.Left, s.Right))
	}
	return strings.Join(parts, ", ")
}
