package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// ErrBadSource says that a source cannot answer the question that was asked of it: a wrong argument, not a failure.
var ErrBadSource = errors.New("unusable source")

// ErrArgument says that an argument cannot be taken, as only the registry could tell.
var ErrArgument = errors.New("bad argument")

// Source looks at the plan's sources: makes the synthetic ones that do not exist yet, checks that each has the columns the
// pipeline needs and rows in the range, and notes the state each is in. What the plan's mutations make of them, and the view
// that phases on a mutated source read, is made here, once for all runs.
//
// A source that cannot serve (missing, another schema, no rows in the range or in the outage, a mutation that changes nothing or leaves
// nothing) gives an error that wraps [ErrBadSource].
func Source(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, data vessels.Options, progress io.Writer) (*Sources, error) {
	var found *Sources
	both, each := errgroup.WithContext(ctx)
	both.Go(func() error {
		registry := cache.BigQuery{Client: client, Dataset: plan.Dataset}
		if err := registry.Prepare(each); err != nil {
			return err
		}
		rows, err := registry.List(each, cache.Filter{RunID: plan.RunID})
		if err == nil && len(rows) > 0 { // the names of its tables are taken
			err = fmt.Errorf("%w: run id %s is that of a call of %s: give another one, or none", ErrArgument, plan.RunID, rows[0].StartedAt.Format(time.DateTime))
		}
		return err
	})
	both.Go(func() (err error) {
		found, err = look(each, client, plan, data, true, progress)
		return err
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	fmt.Fprintf(progress, "run %s, experiment %s; to stop it from anywhere: dagger call cancel --run-id=%s --dest-dataset=%s\n", plan.RunID, plan.ExperimentID, plan.RunID, plan.Dataset)
	err := alter(ctx, client, plan, found, progress)
	if err != nil {
		return nil, err
	}
	if err = found.situated(plan, progress); err == nil {
		err = found.missed(ctx, client, plan, progress)
	}
	if err != nil {
		return nil, errors.Join(err, found.dropAltered(ctx, client))
	}
	if plan.TailMutation == nil {
		return found, nil
	}
	if found.Mutated, err = mutate(ctx, client, plan, found); err != nil {
		return nil, errors.Join(err, found.dropAltered(ctx, client))
	}
	fmt.Fprintf(progress, "mutated source: %s, %d of the %d rows that its phases are about (%s)\n", found.Mutated.View, found.Mutated.RowsAfter, found.Mutated.RowsBefore, plan.TailMutation.Description)
	if found.Mutated.WhyNot != "" {
		fmt.Fprintf(progress, "mutated source: what is made from it is not reused: %s\n", found.Mutated.WhyNot)
	}
	return found, nil
}

// situated says which sources lack what the descriptor names, and refuses them if the plan wants evidence.
func (s *Sources) situated(plan *workflows.Plan, progress io.Writer) error {
	for _, text := range s.lacking(plan) {
		if plan.RequireEvidence {
			return fmt.Errorf("%w: --require-evidence: %s; choose --start and --end, or data, that have it", ErrBadSource, text)
		}
		fmt.Fprintf(progress, "too little evidence: %s\n", text)
	}
	return nil
}

// Look does what Source does, but makes nothing except missing synthetic tables: snapshots and mutated sources that are not there yet are
// named as they would be.
func Look(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, data vessels.Options, progress io.Writer) (*Sources, error) {
	return look(ctx, client, plan, data, false, progress)
}

func look(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, data vessels.Options, making bool, progress io.Writer) (*Sources, error) {
	pin, err := newPinner(client, plan, making, progress)
	if err != nil {
		return nil, err
	}
	states := make([]*SourceTable, len(plan.Descriptor.Sources))
	all, each := errgroup.WithContext(ctx)
	for i, s := range plan.Descriptor.Sources {
		all.Go(func() error {
			table, meta, err := sourceTable(each, client, plan, s, data, progress)
			if err != nil {
				return err
			}
			from, err := pin.read(each, s, table, meta)
			if err != nil {
				return err
			}
			if states[i], err = inspect(each, client, from.table, from.meta, s, plan.Range); err != nil {
				return err
			}
			states[i].Pin = from.pin
			if from.identity != "" {
				states[i].Identity, states[i].WhyNot = from.identity, ""
			}
			states[i].rename(s, plan.MutationsOf(s.Name))
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	found := &Sources{Tables: map[string]SourceTable{}}
	for i, s := range plan.Descriptor.Sources {
		state := states[i]
		found.Tables[s.Name] = *state
		fmt.Fprintf(progress, "source %s: %s, %d rows", s.Name, state.Table, state.Version.NumRows)
		if state.RowsInRange >= 0 {
			fmt.Fprintf(progress, ", %d in %s", state.RowsInRange, plan.Range)
		}
		fmt.Fprintln(progress)
		if state.WhyNot != "" {
			fmt.Fprintf(progress, "source %s: what is made from it is not reused: %s\n", s.Name, state.WhyNot)
		}
	}
	return found, nil
}

// sourceTable finds the table, and its metadata; none of one that is gone, when a snapshot may have outlived it.
func sourceTable(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, s workflows.Source, data vessels.Options, progress io.Writer) (bq.Table, *bigquery.TableMetadata, error) {
	name := plan.Sources[s.Name]
	if name == "" {
		return seed(ctx, client, s.Sample, data, progress)
	}
	table, err := bq.ParseTable(name)
	if err != nil {
		return table, nil, err
	}
	meta, err := table.Of(client).Metadata(ctx)
	if errors.Is(bq.Classify(err), bq.ErrNotFound) {
		if plan.PinAt != "" {
			return table, nil, nil
		}
		return table, nil, fmt.Errorf("%w: source %s: table %s does not exist", ErrBadSource, s.Name, table)
	}
	if err != nil {
		return table, nil, fmt.Errorf("source %s: metadata of %s: %w", s.Name, table, err)
	}
	return table, meta, nil
}

// inspect holds the table against what the pipeline needs and, when it has a time column, counts the rows of the range.
func inspect(ctx context.Context, client *bigquery.Client, table bq.Table, meta *bigquery.TableMetadata, s workflows.Source, r workflows.Range) (found *SourceTable, err error) {
	if problem := missingColumns(meta.Schema, s.Columns); problem != "" {
		return nil, fmt.Errorf("%w: source %s: table %s: %s", ErrBadSource, s.Name, table, problem)
	}
	found = &SourceTable{Table: table, Version: bq.VersionOf(meta), RowsInRange: -1}
	if found.Identity, found.WhyNot, err = identify(ctx, client, table, meta); err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	if s.TimeColumn == "" {
		return found, nil
	}
	if found.RowsInRange, err = count(ctx, client, table, s, r); err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	if found.Situations, err = situations(ctx, client, table, s, r); err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	if found.RowsInRange == 0 {
		return nil, fmt.Errorf("%w: no rows between %s and %s in %s (%s): the pipeline would run over nothing; choose --start and --end inside the table's data%s",
			ErrBadSource, r.Start, r.End, table, s.TimeColumn, span(ctx, client, table, s.TimeColumn))
	}
	return found, nil
}

// missingColumns says what the pipeline needs and the table has not.
func missingColumns(schema bigquery.Schema, want []workflows.Column) string {
	have := map[string]string{}
	for _, f := range schema {
		have[strings.ToLower(f.Name)] = standardType(string(f.Type))
	}
	var problems []string
	for _, c := range want {
		switch got, ok := have[strings.ToLower(c.Name)]; {
		case !ok:
			problems = append(problems, fmt.Sprintf("column %s is missing", c.Name))
		case got != standardType(c.Type):
			problems = append(problems, fmt.Sprintf("column %s is %s, the pipeline reads %s", c.Name, got, c.Type))
		}
	}
	return strings.Join(problems, "; ")
}

// standardType gives the name GoogleSQL uses for a type, whose REST names are older.
func standardType(t string) string {
	switch t = strings.ToUpper(t); t {
	case "INTEGER":
		return "INT64"
	case "FLOAT":
		return "FLOAT64"
	case "BOOLEAN":
		return "BOOL"
	case "RECORD":
		return "STRUCT"
	}
	return t
}

func count(ctx context.Context, client *bigquery.Client, table bq.Table, s workflows.Source, r workflows.Range) (int64, error) {
	row, err := inRange(ctx, client, "COUNT(*)", table, s, r)
	if err != nil {
		return 0, err
	}
	n, _ := row[0].(int64)
	return n, nil
}

// inRange asks for sums over the rows of those days, or over all rows of a table without a time column.
func inRange(ctx context.Context, client *bigquery.Client, sums string, table bq.Table, s workflows.Source, days ...workflows.Range) ([]bigquery.Value, error) {
	row, err := first(ctx, client.Query(fmt.Sprintf("SELECT %s FROM %s WHERE %s", sums, table.SQL(), s.Within(days...))))
	if err != nil {
		return nil, fmt.Errorf("counting the rows of %s %s: %w", table, within(s.TimeColumn, days), err)
	}
	return row, nil
}

// within says which rows inRange looks at.
func within(column string, days []workflows.Range) string {
	if column == "" {
		return "in all of it"
	}
	var texts []string
	for _, r := range days {
		texts = append(texts, r.String())
	}
	return "in " + strings.Join(texts, " and ")
}

// situations counts those that the descriptor names for the source.
func situations(ctx context.Context, client *bigquery.Client, table bq.Table, s workflows.Source, r workflows.Range) ([]SituationRows, error) {
	found := situationRows(s.Situations)
	if len(found) == 0 {
		return nil, nil
	}
	row, err := inRange(ctx, client, "COUNT(*)"+countIfs(s.Situations), table, s, r)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Left, _ = row[i+1].(int64)
	}
	return found, nil
}

// span says which days a table has, as a hint in an error; empty when that cannot be told either.
func span(ctx context.Context, client *bigquery.Client, table bq.Table, column string) string {
	row, err := first(ctx, client.Query(fmt.Sprintf("SELECT CAST(DATE(MIN(`%s`)) AS STRING), CAST(DATE(MAX(`%s`)) AS STRING) FROM %s", column, column, table.SQL())))
	if err != nil || row[0] == nil || row[1] == nil {
		return ""
	}
	return fmt.Sprintf(", from %v to %v", row[0], row[1])
}

func first(ctx context.Context, q *bigquery.Query) ([]bigquery.Value, error) {
	rows, err := q.Read(ctx)
	if err != nil {
		return nil, err
	}
	var row []bigquery.Value
	if err := rows.Next(&row); errors.Is(err, iterator.Done) {
		return nil, errors.New("the query gave no row")
	} else if err != nil {
		return nil, err
	}
	return row, nil
}
