WITH sides AS (
  SELECT
    0 AS side,
    x.`part` AS k0,
    x.`id` AS k1
  FROM `dit-sandbox.golden.keys_only_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`part` AS k0,
    x.`id` AS k1
  FROM `dit-sandbox.golden.keys_only_right` AS x
),
members AS (
  SELECT
    k0,
    k1,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, k1
),
matched AS (
  SELECT
    k0,
    k1,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal,
    SUM(l - LEAST(l, r)) AS lrest,
    SUM(r - LEAST(l, r)) AS rrest
  FROM members
  GROUP BY k0, k1
),
judged AS (
  SELECT
    *
  FROM matched
),
classed AS (
  SELECT
    *,
    CASE
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 THEN 'changed'
      ELSE 'unpaired'
    END AS fate
  FROM judged
)
SELECT
  CAST(IFNULL(SUM(lrows), 0) AS INT64) AS left_rows,
  CAST(IFNULL(SUM(rrows), 0) AS INT64) AS right_rows,
  CAST(IFNULL(SUM(equal), 0) AS INT64) AS equal_rows,
  COUNTIF((fate = 'changed')) AS changed,
  COUNTIF((fate = 'tolerated')) AS tolerated,
  CAST(IFNULL(SUM(IF((fate = 'only_left'), lrows, 0)), 0) AS INT64) AS only_left,
  CAST(IFNULL(SUM(IF((fate = 'only_right'), rrows, 0)), 0) AS INT64) AS only_right,
  CAST(IFNULL(SUM(IF((fate = 'unpaired'), lrest, 0)), 0) AS INT64) AS unpaired_left,
  CAST(IFNULL(SUM(IF((fate = 'unpaired'), rrest, 0)), 0) AS INT64) AS unpaired_right,
  CAST(IFNULL(SUM(IF(k0 IS NULL OR k1 IS NULL, lrows, 0)), 0) AS INT64) AS left_null_keys,
  CAST(IFNULL(SUM(IF(k0 IS NULL OR k1 IS NULL, rrows, 0)), 0) AS INT64) AS right_null_keys,
  COUNTIF(lrows > 1) AS left_repeated_keys,
  COUNTIF(rrows > 1) AS right_repeated_keys,
  CAST(IFNULL(SUM(IF(lrows > 1, lrows, 0)), 0) AS INT64) AS left_repeated_rows,
  CAST(IFNULL(SUM(IF(rrows > 1, rrows, 0)), 0) AS INT64) AS right_repeated_rows,
  ARRAY<INT64>[] AS column_differing,
  ARRAY<INT64>[] AS column_tolerated,
  ARRAY<INT64>[] AS column_nulls,
  ARRAY<INT64>[] AS column_measured,
  ARRAY<FLOAT64>[] AS column_max_beyond,
  ARRAY<FLOAT64>[] AS column_max_abs,
  ARRAY<FLOAT64>[] AS column_mean_abs,
  ARRAY<FLOAT64>[] AS column_p50_abs,
  ARRAY<FLOAT64>[] AS column_p99_abs,
  ARRAY<FLOAT64>[] AS column_max_rel,
  ARRAY<FLOAT64>[] AS column_mean_rel,
  ARRAY<FLOAT64>[] AS column_p50_rel,
  ARRAY<FLOAT64>[] AS column_p99_rel,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CONCAT('"', REPLACE(k0, '"', '""'), '"'), '~'), ',', IFNULL(CAST(k1 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'changed'), k0, k1 LIMIT 10) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CONCAT('"', REPLACE(k0, '"', '""'), '"'), '~'), ',', IFNULL(CAST(k1 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'tolerated'), k0, k1 LIMIT 10) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CONCAT('"', REPLACE(k0, '"', '""'), '"'), '~'), ',', IFNULL(CAST(k1 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_left'), k0, k1 LIMIT 10) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CONCAT('"', REPLACE(k0, '"', '""'), '"'), '~'), ',', IFNULL(CAST(k1 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_right'), k0, k1 LIMIT 10) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CONCAT('"', REPLACE(k0, '"', '""'), '"'), '~'), ',', IFNULL(CAST(k1 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'unpaired'), k0, k1 LIMIT 10) AS samples_unpaired
FROM classed
