package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// SchemaVersion is that of the registry's tables. It is raised when a change is more than a new column, so that an older dit
// that writes to the table would do harm.
const SchemaVersion = 2

// versionLabel is the label of dit_runs that says its schema version. A table without it is of version 1.
const versionLabel = "dit_schema"

// gate opens when a registry is known to be one that this dit may write to.
type gate struct {
	sync.Mutex
	open bool
}

// gates are those of the registries that this process writes to, by [BigQuery].
var gates sync.Map

func (b BigQuery) gate() *gate {
	g, _ := gates.LoadOrStore(b, &gate{})
	return g.(*gate)
}

// known prepares the registry, unless this process did so before.
func (b BigQuery) known(ctx context.Context) error { return b.gate().pass(ctx, b, false) }

// Prepare implements [Registry]. It makes the dataset and its tables unless they exist, and adds the columns that an older dit
// did not know.
func (b BigQuery) Prepare(ctx context.Context) error { return b.gate().pass(ctx, b, true) }

// pass opens the gate by preparing the registry; one that is open is tried again only if that is asked for.
func (g *gate) pass(ctx context.Context, b BigQuery, again bool) error {
	g.Lock()
	defer g.Unlock()
	if g.open && !again {
		return nil
	}
	err := b.prepare(ctx)
	g.open = err == nil
	return err
}

func (b BigQuery) prepare(ctx context.Context) error {
	runs, err := b.table(TableName)
	if err != nil {
		return err
	}
	meta, err := runs.Of(b.Client).Metadata(ctx)
	if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
		if err = bq.EnsureDataset(ctx, b.Client, b.Dataset); err != nil {
			return err
		}
		if err = b.create(ctx, tableNames...); err == nil {
			return nil
		}
		if !errors.Is(err, bq.ErrConflict) {
			return err
		}
		meta, err = runs.Of(b.Client).Metadata(ctx) // another made it meanwhile
		err = bq.Classify(err)
	}
	if err != nil {
		return fmt.Errorf("look at registry %s: %w", runs, err)
	}
	return b.migrate(ctx, runs, meta)
}

// tables are the registry's.
func (BigQuery) tables() map[string]*bigquery.TableMetadata {
	return map[string]*bigquery.TableMetadata{
		LeasesName: {
			Description: "Who computes which cache key. At most one run at a time does.",
			Schema:      leaseSchema(),
			Clustering:  &bigquery.Clustering{Fields: []string{"cache_key"}},
		},
		VerdictsName: {
			Description:      "What comparisons of tables found.",
			Schema:           schema[Verdict]("run_id", "step", "pipeline", "judged_at"),
			TimePartitioning: &bigquery.TimePartitioning{Field: "judged_at"},
			Clustering:       &bigquery.Clustering{Fields: []string{"pipeline", "run_id"}},
		},
		GoldenName: {
			Description: "Golden recordings: output tables that are kept as the reference of a question.",
			Schema:      schema[goldenRecord]("golden_id", "golden_key", "question_json", "status", "pipeline", "started_at"),
			Clustering:  &bigquery.Clustering{Fields: []string{"pipeline", "golden_key"}},
		},
		TableName: {
			Description:      "Runs of data pipelines under test: what was run, from what, with which tables as its result.",
			Schema:           schema[record](required...),
			TimePartitioning: &bigquery.TimePartitioning{Field: "started_at"},
			Clustering:       &bigquery.Clustering{Fields: []string{"pipeline", "cache_key"}},
		},
	}
}

// tableNames are the registry's tables in the order in which they are made: whoever finds dit_runs finds the others too.
var tableNames = []string{LeasesName, VerdictsName, GoldenName, TableName}

// Owns reports whether a table of that name in the registry's dataset is the registry's own.
func Owns(name string) bool { return slices.Contains(tableNames, name) }

// create makes those of the registry's tables that are missing. That dit_runs exists already is an error.
func (b BigQuery) create(ctx context.Context, names ...string) error {
	for _, name := range names {
		table, err := b.table(name)
		if err != nil {
			return err
		}
		meta := b.tables()[name]
		meta.Labels = map[string]string{"created_by": "dit", versionLabel: strconv.Itoa(SchemaVersion)}
		err = bq.Classify(table.Of(b.Client).Create(ctx, meta))
		if err != nil && !(errors.Is(err, bq.ErrConflict) && name != TableName) {
			return fmt.Errorf("make registry table %s: %w", table, err)
		}
	}
	return nil
}

// Check implements [Registry].
func (b BigQuery) Check(ctx context.Context) error {
	runs, err := b.table(TableName)
	if err != nil {
		return err
	}
	meta, err := runs.Of(b.Client).Metadata(ctx)
	if err != nil {
		return fmt.Errorf("look at registry %s: %w", runs, bq.Classify(err))
	}
	found, err := version(runs, meta)
	if err == nil && (found < SchemaVersion || len(lacking(meta.Schema)) > 0) {
		err = &OlderError{runs.String(), found, SchemaVersion}
	}
	return err
}

// version is that of the schema; one that this dit does not know is an error.
func version(runs bq.Table, meta *bigquery.TableMetadata) (int, error) {
	found := 1
	if label, ok := meta.Labels[versionLabel]; ok {
		var err error
		if found, err = strconv.Atoi(label); err != nil {
			return 0, fmt.Errorf("registry %s has the label %s=%s, which is no version: give it the number of its schema", runs, versionLabel, label)
		}
	}
	if found > SchemaVersion {
		return found, &NewerError{runs.String(), found, SchemaVersion}
	}
	return found, nil
}

// migrate adds what the table lacks. It never takes anything away, so several dits may do it at once.
func (b BigQuery) migrate(ctx context.Context, runs bq.Table, meta *bigquery.TableMetadata) error {
	found, err := version(runs, meta)
	if err != nil {
		return err
	}
	missing := lacking(meta.Schema)
	if found == SchemaVersion && len(missing) == 0 {
		return nil
	}
	if err := b.create(ctx, tableNames...); err != nil && !errors.Is(err, bq.ErrConflict) { // what earlier versions had not
		return err
	}
	update := bigquery.TableMetadataToUpdate{Schema: append(meta.Schema, missing...)}
	update.SetLabel(versionLabel, strconv.Itoa(SchemaVersion))
	_, err = runs.Of(b.Client).Update(ctx, update, meta.ETag)
	if err = bq.Classify(err); errors.Is(err, bq.ErrConflict) { // another migrates it: see whether it is done now
		return b.prepare(ctx)
	}
	if err != nil {
		return fmt.Errorf("bring registry %s from schema version %d to %d: %w", runs, found, SchemaVersion, err)
	}
	return nil
}

// lacking are the columns of record that a table has not.
func lacking(have bigquery.Schema) (missing bigquery.Schema) {
	known := map[string]bool{}
	for _, f := range have {
		known[f.Name] = true
	}
	for _, f := range schema[record]() {
		if !known[f.Name] {
			missing = append(missing, f)
		}
	}
	return missing
}
