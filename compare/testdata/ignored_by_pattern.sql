WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`v` AS c0
  FROM `dit-sandbox.golden.ignored_by_pattern_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`old` AS c0
  FROM `dit-sandbox.golden.ignored_by_pattern_right` AS x
),
members AS (
  SELECT
    k0,
    c0,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0
),
matched AS (
  SELECT
    k0,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal,
    SUM(l - LEAST(l, r)) AS lrest,
    SUM(r - LEAST(l, r)) AS rrest,
    MAX(IF(l > r, c0, NULL)) AS l0,
    MAX(IF(r > l, c0, NULL)) AS r0
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l0 = r0 OR (IS_NAN(l0) AND IS_NAN(r0)), l0 IS NULL AND r0 IS NULL)) AS d0,
    IF(ABS(l0) < 1e290 AND ABS(r0) < 1e290, ABS(l0 - r0), NULL) AS e0
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
  CAST(IFNULL(SUM(IF(k0 IS NULL, lrows, 0)), 0) AS INT64) AS left_null_keys,
  CAST(IFNULL(SUM(IF(k0 IS NULL, rrows, 0)), 0) AS INT64) AS right_null_keys,
  COUNTIF(lrows > 1) AS left_repeated_keys,
  COUNTIF(rrows > 1) AS right_repeated_keys,
  CAST(IFNULL(SUM(IF(lrows > 1, lrows, 0)), 0) AS INT64) AS left_repeated_rows,
  CAST(IFNULL(SUM(IF(rrows > 1, rrows, 0)), 0) AS INT64) AS right_repeated_rows,
  ARRAY<INT64>[COUNTIF(d0)] AS column_differing,
  ARRAY<INT64>[0] AS column_tolerated,
  ARRAY<INT64>[COUNTIF(d0 AND (l0 IS NULL) != (r0 IS NULL))] AS column_nulls,
  ARRAY<INT64>[COUNTIF(d0 AND e0 IS NOT NULL)] AS column_measured,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, e0, NULL)), 0e0)] AS column_max_beyond,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, e0, NULL)), 0e0)] AS column_max_abs,
  ARRAY<FLOAT64>[IFNULL(AVG(IF(d0, e0, NULL)), 0e0)] AS column_mean_abs,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, e0, NULL), 100)[SAFE_OFFSET(50)], 0e0)] AS column_p50_abs,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, e0, NULL), 100)[SAFE_OFFSET(99)], 0e0)] AS column_p99_abs,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL)), 0e0)] AS column_max_rel,
  ARRAY<FLOAT64>[IFNULL(AVG(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL)), 0e0)] AS column_mean_rel,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0)] AS column_p50_rel,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0)] AS column_p99_rel,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(IF(l0 = 0, '0', FORMAT('%.17g', l0)), '~'), ',', IFNULL(IF(r0 = 0, '0', FORMAT('%.17g', r0)), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'changed'), k0 LIMIT 10) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(IF(l0 = 0, '0', FORMAT('%.17g', l0)), '~'), ',', IFNULL(IF(r0 = 0, '0', FORMAT('%.17g', r0)), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'tolerated'), k0 LIMIT 10) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_left'), k0 LIMIT 10) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_right'), k0 LIMIT 10) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'unpaired'), k0 LIMIT 10) AS samples_unpaired
FROM classed
