package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/cache"
)

const (
	pipeline = "wanted"
	// share is how many rows there are for one of the pipeline, days how long ago the oldest is.
	share, days = 100, 300
	// commit stands in a key for the digits that each row has of its own.
	commit = "@commit"
)

// key is as large as those of real runs.
func key(pipeline, commit string) cache.Key {
	return cache.Key{
		Schema: cache.KeySchema, Behaviour: cache.BehaviourVersion, Pipeline: pipeline, Repository: "https://example.com/pipelines/" + pipeline, Commit: commit,
		Environment: strings.Repeat("e1", 32), Descriptor: strings.Repeat("d2", 32), Runner: "direct",
		Params: map[string]string{"min_gap_hours": "12", "n_hours_before": "12", "window_days": "180"},
		Phases: []cache.Phase{{Start: "2024-01-01", End: "2024-01-08"}, {Start: "2024-01-08", End: "2024-01-09"}, {Start: "2024-01-09", End: "2024-01-10"}},
		Sources: map[string]string{
			"messages": "dit-sandbox.sources.messages, etag e3b0c44298fc, modified 1700000000000, created 1690000000000, 123456789 rows",
			"segments": "dit-sandbox.sources.segments, etag 9f86d081884c, modified 1700000000000, created 1690000000000, 1234567 rows",
		},
	}
}

// fill makes the rows of both tables, each by one statement, and gives the key that the look-up is for: that of the pipeline's
// youngest run.
func fill(ctx context.Context, client *bigquery.Client, dataset string, rows int) (cache.Key, error) {
	for _, sql := range []string{
		`INSERT INTO %[1]s.dit_runs (run_id, cache_key, key_json, workflow, pipeline, experiment_id, run, pipeline_commit, output_tables, outputs_json,
  started_at, finished_at, status, expires_at, runner, phases_json, stem_key, command)
SELECT FORMAT('%%012x', i), TO_HEX(SHA256(key_json)), key_json, 'mode-equivalence', pipeline, 'exp', 'bf', commit_sha,
  [FORMAT('dit-sandbox.d.out_%%012x', i)],
  CONCAT('{"out":{"table":"dit-sandbox.d.out_', FORMAT('%%012x', i), '","version":{"etag":"e","last_modified":1700000000000,"created":1700000000000,"num_rows":10,"num_bytes":100},"fingerprint":"', TO_HEX(SHA256(commit_sha)), '"}}'),
  started_at, TIMESTAMP_ADD(started_at, INTERVAL 10 MINUTE), IF(MOD(i, 10) = 9, 'failed', 'succeeded'), TIMESTAMP_ADD(started_at, INTERVAL 400 DAY), 'direct',
  '[]', TO_HEX(SHA256(CONCAT('stem', commit_sha))), 'dagger call mode-equivalence --pipeline=wanted --ref=main'
FROM (
  SELECT i, pipeline, commit_sha, REPLACE(IF(pipeline = @pipeline, @wanted, REPLACE(@other, '@pipeline', pipeline)), @commit, commit_sha) AS key_json,
    TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL DIV(i * @seconds, @rows) + 60 SECOND) AS started_at
  FROM (
    SELECT i, SUBSTR(TO_HEX(SHA256(CAST(i AS STRING))), 1, 40) AS commit_sha,
      IF(MOD(i, @share) = 0, @pipeline, CONCAT('other-', CAST(MOD(i, 37) AS STRING))) AS pipeline
    FROM UNNEST(GENERATE_ARRAY(0, @rows - 1)) AS i))`,
		`INSERT INTO %[1]s.dit_leases (cache_key, holder, run_id, run, until, ended)
SELECT cache_key, TO_HEX(SHA256(run_id)), run_id, run, finished_at, TRUE FROM %[1]s.dit_runs`,
	} {
		q := client.Query(fmt.Sprintf(sql, dataset))
		q.Parameters = []bigquery.QueryParameter{
			{Name: "rows", Value: rows}, {Name: "share", Value: share}, {Name: "seconds", Value: days * 24 * 3600}, {Name: "pipeline", Value: pipeline},
			{Name: "commit", Value: commit}, {Name: "wanted", Value: key(pipeline, commit).JSON()}, {Name: "other", Value: key("@pipeline", commit).JSON()},
		}
		if strings.Contains(sql, "dit_leases") {
			q.Parameters = nil
		}
		job, err := q.Run(ctx)
		if err != nil {
			return cache.Key{}, err
		}
		status, err := job.Wait(ctx)
		if err == nil {
			err = status.Err()
		}
		if err != nil {
			return cache.Key{}, err
		}
	}
	sum := sha256.Sum256([]byte("0"))
	return key(pipeline, hex.EncodeToString(sum[:])[:40]), nil
}
