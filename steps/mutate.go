package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/steady"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// mutate makes the view that lacks rows. A mutation that removes nothing of what the phases on it are run over, or everything, would make
// the mode prove nothing, and is refused.
func mutate(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, found *Sources) (*MutatedSource, error) {
	m := plan.TailMutation
	base := found.Tables[m.Source]
	var source workflows.Source
	for _, s := range plan.Descriptor.Sources {
		if s.Name == m.Source {
			source = s
		}
	}
	days := plan.MutatedDays()
	row, err := inRange(ctx, client, fmt.Sprintf("COUNT(*), COUNTIF(%s)", m.Where), base.Table, source, days...)
	if err != nil {
		return nil, err
	}
	before, _ := row[0].(int64)
	after, _ := row[1].(int64)
	if after == 0 || after == before {
		return nil, fmt.Errorf("%w: source %s: the mutation %q keeps %d of the %d rows of %s %s, which is what the phases on it are run over: recovering from it would prove nothing; "+
			"have mutation.where of the descriptor, or the days of the outage, remove some of them and not all",
			ErrBadSource, m.Source, m.Where, after, before, base.Table, within(source.TimeColumn, days))
	}
	name := strings.ReplaceAll(fmt.Sprintf("%s_%s_%s_mutated", m.Source, plan.ExperimentID, plan.RunID), "-", "_")
	view := bq.Table{Project: plan.Project, Dataset: plan.Dataset, Name: name}
	err = client.DatasetInProject(view.Project, view.Dataset).Table(view.Name).Create(ctx, &bigquery.TableMetadata{
		ViewQuery:      fmt.Sprintf("SELECT * FROM %s WHERE %s", base.Table.SQL(), m.Where),
		Description:    fmt.Sprintf("%s, but %s", base.Table, m.Description),
		Labels:         labels(plan, ""),
		ExpirationTime: time.Now().Add(tableLifetime),
	})
	if err != nil {
		return nil, fmt.Errorf("making the mutated source %s with %q: %w", view, m.Where, err)
	}
	return &MutatedSource{Source: m.Source, View: view, Where: m.Where, WhyNot: unnamedRows(m.Where), RowsBefore: before, RowsAfter: after}, nil
}

// unnamedRows says why a predicate does not name the rows that it keeps of one table; empty when it does.
func unnamedRows(where string) string {
	if found := steady.Unsteady(where); found != "" {
		return fmt.Sprintf("its predicate has %q", found)
	}
	if steady.Subquery(where) {
		return "its predicate reads other tables"
	}
	return ""
}

// tableLifetime is how long the tables of a call are kept, and with them the answers of the run cache.
const tableLifetime = 30 * 24 * time.Hour

// labels mark everything a call makes with where it came from; run is the name of the run it was made for, or empty.
func labels(plan *workflows.Plan, run string) map[string]string {
	l := map[string]string{
		"dit_run_id":        bq.SanitizeLabel(plan.RunID),
		"dit_experiment_id": bq.SanitizeLabel(plan.ExperimentID),
		"dit_pipeline":      bq.SanitizeLabel(plan.Pipeline),
	}
	if run == "" {
		return l
	}
	l["dit_mode"] = bq.SanitizeLabel(run)
	for _, s := range plan.Of(workflows.RunStep) {
		if version := plan.Binding(s.Binding); s.Run.Name == run && version != nil {
			l["dit_commit_sha"] = bq.SanitizeLabel(version.Commit)
		}
	}
	return l
}
