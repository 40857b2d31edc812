package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
)

// TableName is the registry's table in its dataset.
const TableName = "dit_runs"

// BigQuery is a registry in the table dit_runs. Rows are written by DML, never streamed: a streamed row could not be updated
// or found reliably for up to 90 minutes.
type BigQuery struct {
	Client *bigquery.Client
	// Dataset, "dataset" or "project.dataset", holds the table; both are made when they are missing.
	Dataset string
}

var schema = bigquery.Schema{
	{Name: "run_id", Type: bigquery.StringFieldType, Required: true, Description: "12 hex digits, one for each call; a call has a row for each of its runs"},
	{Name: "cache_key", Type: bigquery.StringFieldType, Required: true, Description: "sha256 of key_json"},
	{Name: "key_json", Type: bigquery.StringFieldType, Required: true, Description: "everything the tables depend on, canonical JSON"},
	{Name: "workflow", Type: bigquery.StringFieldType, Required: true},
	{Name: "pipeline", Type: bigquery.StringFieldType, Required: true},
	{Name: "experiment_id", Type: bigquery.StringFieldType, Required: true},
	{Name: "run", Type: bigquery.StringFieldType, Required: true, Description: "name of the run in its plan"},
	{Name: "pipeline_commit", Type: bigquery.StringFieldType, Required: true, Description: "full commit"},
	{Name: "worker_image", Type: bigquery.StringFieldType, Description: "digest of the workers' image; empty for the direct runner"},
	{Name: "params_json", Type: bigquery.StringFieldType, Description: "parameters of the pipeline, JSON"},
	{Name: "output_tables", Type: bigquery.StringFieldType, Repeated: true},
	{Name: "outputs_json", Type: bigquery.StringFieldType, Description: "output tables with their versions, JSON"},
	{Name: "reused_run_id", Type: bigquery.StringFieldType, Description: "the run whose tables these are, when they came from the cache"},
	{Name: "error", Type: bigquery.StringFieldType},
	{Name: "started_at", Type: bigquery.TimestampFieldType, Required: true},
	{Name: "finished_at", Type: bigquery.TimestampFieldType},
	{Name: "status", Type: bigquery.StringFieldType, Required: true, Description: "succeeded or failed"},
	{Name: "expires_at", Type: bigquery.TimestampFieldType, Required: true, Description: "the row answers nothing from here on"},
}

// table is the registry.
func (b BigQuery) table() (bq.Table, error) {
	return bq.ParseTable(b.qualified() + "." + TableName)
}

func (b BigQuery) qualified() string {
	if slices.Contains([]byte(b.Dataset), '.') {
		return b.Dataset
	}
	return b.Client.Project() + "." + b.Dataset
}

// withTable makes the table and tries again when an operation did not find it.
func (b BigQuery) withTable(ctx context.Context, do func(bq.Table) error) error {
	table, err := b.table()
	if err != nil {
		return err
	}
	if err = bq.Classify(do(table)); !errors.Is(err, bq.ErrNotFound) {
		return err
	}
	if err := b.Create(ctx); err != nil {
		return err
	}
	return bq.Classify(do(table))
}

// Create makes the registry's dataset and table unless they exist. Insert and Find do so by themselves; whoever is about to
// start several of them at once does it before.
func (b BigQuery) Create(ctx context.Context) error {
	table, err := b.table()
	if err != nil {
		return err
	}
	if _, err := bq.Current(ctx, b.Client, table); !errors.Is(err, bq.ErrNotFound) {
		return err
	}
	if err := bq.EnsureDataset(ctx, b.Client, b.Dataset); err != nil {
		return err
	}
	err = bq.Classify(table.Of(b.Client).Create(ctx, &bigquery.TableMetadata{
		Description:      "Runs of data pipelines under test: what was run, from what, with which tables as its result.",
		Schema:           schema,
		TimePartitioning: &bigquery.TimePartitioning{Field: "started_at"},
		Clustering:       &bigquery.Clustering{Fields: []string{"pipeline", "cache_key"}},
		Labels:           map[string]string{"created_by": "dit"},
	}))
	if err != nil && !errors.Is(err, bq.ErrConflict) { // a conflict: another made it meanwhile
		return fmt.Errorf("make registry table %s: %w", table, err)
	}
	return nil
}

// Insert implements [Registry].
func (b BigQuery) Insert(ctx context.Context, row Row) error {
	params, _ := json.Marshal(row.Key.Params)
	outputs, err := json.Marshal(row.Outputs)
	if err != nil {
		return err
	}
	tables := []string{}
	for _, name := range slices.Sorted(maps.Keys(row.Outputs)) {
		tables = append(tables, row.Outputs[name].Table.String())
	}
	err = b.withTable(ctx, func(table bq.Table) error {
		q := b.Client.Query("INSERT INTO " + table.SQL() + ` (run_id, cache_key, key_json, workflow, pipeline, experiment_id, run, pipeline_commit, worker_image,
  params_json, output_tables, outputs_json, reused_run_id, error, started_at, finished_at, status, expires_at)
VALUES (@run_id, @cache_key, @key_json, @workflow, @pipeline, @experiment_id, @run, @pipeline_commit, @worker_image,
  @params_json, @output_tables, @outputs_json, @reused_run_id, @error, @started_at, @finished_at, @status, @expires_at)`)
		q.Parameters = []bigquery.QueryParameter{
			{Name: "run_id", Value: row.RunID}, {Name: "cache_key", Value: row.CacheKey}, {Name: "key_json", Value: row.Key.JSON()},
			{Name: "workflow", Value: row.Workflow}, {Name: "pipeline", Value: row.Key.Pipeline}, {Name: "experiment_id", Value: row.ExperimentID},
			{Name: "run", Value: row.Run}, {Name: "pipeline_commit", Value: row.Key.Commit}, {Name: "worker_image", Value: row.Key.WorkerImage},
			{Name: "params_json", Value: string(params)}, {Name: "output_tables", Value: tables}, {Name: "outputs_json", Value: string(outputs)},
			{Name: "reused_run_id", Value: row.ReusedRunID}, {Name: "error", Value: row.Error},
			{Name: "started_at", Value: row.StartedAt}, {Name: "finished_at", Value: row.FinishedAt},
			{Name: "status", Value: string(row.Status)}, {Name: "expires_at", Value: row.ExpiresAt},
		}
		_, err := q.Read(ctx) // one request, where a job of its own takes three
		return err
	})
	if err != nil {
		return fmt.Errorf("register run %s (%s): %w", row.RunID, row.Run, err)
	}
	return nil
}

// longestLife bounds how far back a lookup reads, so that it costs the partitions of one year and not of all time.
const longestLife = 366 * 24 * time.Hour

// Find implements [Registry].
func (b BigQuery) Find(ctx context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error) {
	var rows []Row
	err := b.withTable(ctx, func(table bq.Table) error {
		rows = nil
		q := b.Client.Query("SELECT run_id, cache_key, key_json, workflow, experiment_id, run, outputs_json, reused_run_id, started_at, finished_at, expires_at\nFROM " +
			table.SQL() + `
WHERE started_at > @oldest AND pipeline = @pipeline AND status = 'succeeded' AND expires_at > @now
ORDER BY IF(cache_key = @cache_key, 0, 1), IF(IFNULL(reused_run_id, '') = '', 0, 1), started_at DESC
LIMIT ` + fmt.Sprint(limit))
		q.Parameters = []bigquery.QueryParameter{{Name: "pipeline", Value: pipeline}, {Name: "cache_key", Value: cacheKey}, {Name: "now", Value: now}, {Name: "oldest", Value: now.Add(-longestLife)}}
		it, err := q.Read(ctx)
		if err != nil {
			return err
		}
		for {
			var r struct {
				RunID        string                 `bigquery:"run_id"`
				CacheKey     string                 `bigquery:"cache_key"`
				KeyJSON      string                 `bigquery:"key_json"`
				Workflow     string                 `bigquery:"workflow"`
				ExperimentID string                 `bigquery:"experiment_id"`
				Run          string                 `bigquery:"run"`
				OutputsJSON  bigquery.NullString    `bigquery:"outputs_json"`
				Reused       bigquery.NullString    `bigquery:"reused_run_id"`
				StartedAt    time.Time              `bigquery:"started_at"`
				FinishedAt   bigquery.NullTimestamp `bigquery:"finished_at"`
				ExpiresAt    time.Time              `bigquery:"expires_at"`
			}
			if err := it.Next(&r); errors.Is(err, iterator.Done) {
				return nil
			} else if err != nil {
				return err
			}
			row := Row{RunID: r.RunID, CacheKey: r.CacheKey, Workflow: r.Workflow, ExperimentID: r.ExperimentID, Run: r.Run, Status: Succeeded,
				ReusedRunID: r.Reused.StringVal, StartedAt: r.StartedAt.UTC(), FinishedAt: r.FinishedAt.Timestamp.UTC(), ExpiresAt: r.ExpiresAt.UTC()}
			// A row that cannot be read is not an answer; it stays in the table for people to look at.
			if json.Unmarshal([]byte(r.KeyJSON), &row.Key) != nil || json.Unmarshal([]byte(r.OutputsJSON.StringVal), &row.Outputs) != nil {
				continue
			}
			rows = append(rows, row)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("read registry %s.%s: %w", b.Dataset, TableName, err)
	}
	return rows, nil
}
