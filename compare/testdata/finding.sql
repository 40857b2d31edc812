WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`t` AS c1,
    IFNULL((SELECT (
id > 7 AND t = 'x'
) FROM (SELECT x.`id` AS `id`, x.`v` AS `v`, x.`t` AS `t`)), FALSE) AS expected
  FROM `dit-sandbox.golden.finding_left` AS x WHERE x.`day` >= DATE '2024-01-01' AND x.`day` < DATE '2024-02-01'
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`text` AS c1,
    IFNULL((SELECT (
id > 7 AND t = 'x'
) FROM (SELECT x.`id` AS `id`, x.`v` AS `v`, x.`text` AS `t`)), FALSE) AS expected
  FROM `dit-sandbox.golden.finding_right` AS x WHERE x.`day` >= DATE '2024-01-01' AND x.`day` < DATE '2024-02-01'
  UNION ALL
  SELECT
    2 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`t` AS c1,
    FALSE AS expected
  FROM `dit-sandbox.golden.finding_again` AS x WHERE x.`day` >= DATE '2024-01-01' AND x.`day` < DATE '2024-02-01'
),
members AS (
  SELECT
    k0,
    c0,
    c1,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r,
    COUNTIF(side = 2) AS n,
    LOGICAL_OR(expected) AS expected
  FROM sides
  GROUP BY k0, c0, c1
),
matched AS (
  SELECT
    k0,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal,
    SUM(l - LEAST(l, r)) AS lrest,
    SUM(r - LEAST(l, r)) AS rrest,
    SUM(n) AS nrows,
    SUM(ABS(l - n)) > 0 AS moved,
    LOGICAL_OR(expected) AS expected,
    MAX(IF(l > r, c0, NULL)) AS l0,
    MAX(IF(r > l, c0, NULL)) AS r0,
    MAX(IF(n > 0, c0, NULL)) AS n0,
    MAX(IF(l > r, c1, NULL)) AS l1,
    MAX(IF(r > l, c1, NULL)) AS r1,
    MAX(IF(n > 0, c1, NULL)) AS n1
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l0 = r0 OR (IS_NAN(l0) AND IS_NAN(r0)), l0 IS NULL AND r0 IS NULL)) AS d0,
    IF(ABS(l0) < 1e290 AND ABS(r0) < 1e290, ABS(l0 - r0), NULL) AS e0,
    lrows = 1 AND nrows = 1 AND (NOT COALESCE(l0 = n0 OR (IS_NAN(l0) AND IS_NAN(n0)), l0 IS NULL AND n0 IS NULL)) AS m0,
    IF(ABS(l0) < 1e290 AND ABS(n0) < 1e290, ABS(l0 - n0), NULL) AS f0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1,
    lrows = 1 AND nrows = 1 AND (l1 IS DISTINCT FROM n1) AS m1
  FROM matched
),
tested AS (
  SELECT
    *,
    d0 AND IFNULL(e0 <= 1e-01, FALSE) AS w0,
    m0 AND IFNULL(f0 <= 1e-01, FALSE) AS v0
  FROM judged
),
weighed AS (
  SELECT
    *,
    (d0 AND NOT w0) AND NOT (m0 AND (r0 IS NULL) = (n0 IS NULL) AND NOT v0 AND (e0 IS NULL) = (f0 IS NULL)) AS b0,
    d1 AND NOT (m1 AND (r1 IS NULL) = (n1 IS NULL)) AS b1
  FROM tested
),
classed AS (
  SELECT
    *,
    CASE
      WHEN lrows = 0 AND rrows = 0 THEN 'absent'
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 AND (w0) AND NOT ((d0 AND NOT w0) OR d1) THEN 'tolerated'
      WHEN lrest = 1 AND rrest = 1 THEN 'changed'
      ELSE 'unpaired'
    END AS fate,
    moved AND NOT (b0 OR b1) AS noisy
  FROM weighed
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
  ARRAY<INT64>[COUNTIF(b0), COUNTIF(b1)] AS column_beyond,
  ARRAY<INT64>[COUNTIF(d0), COUNTIF(d1)] AS column_differing,
  ARRAY<INT64>[COUNTIF(w0), 0] AS column_tolerated,
  ARRAY<INT64>[COUNTIF(d0 AND (l0 IS NULL) != (r0 IS NULL)), COUNTIF(d1 AND (l1 IS NULL) != (r1 IS NULL))] AS column_nulls,
  ARRAY<INT64>[COUNTIF(d0 AND e0 IS NOT NULL), 0] AS column_measured,
  ARRAY<FLOAT64>[IFNULL(MAX(IF((d0 AND NOT w0), e0, NULL)), 0e0), 0e0] AS column_max_beyond,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, e0, NULL)), 0e0), 0e0] AS column_max_abs,
  ARRAY<FLOAT64>[IFNULL(AVG(IF(d0, e0, NULL)), 0e0), 0e0] AS column_mean_abs,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, e0, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0] AS column_p50_abs,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, e0, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0] AS column_p99_abs,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL)), 0e0), 0e0] AS column_max_rel,
  ARRAY<FLOAT64>[IFNULL(AVG(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL)), 0e0), 0e0] AS column_mean_rel,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0] AS column_p50_rel,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0] AS column_p99_rel,
  COUNTIF(expected AND fate NOT IN ('equal', 'tolerated', 'absent')) AS expected_differing,
  COUNTIF(expected AND NOT fate NOT IN ('equal', 'tolerated', 'absent')) AS expected_agreeing,
  COUNTIF(NOT expected AND fate NOT IN ('equal', 'tolerated', 'absent')) AS unexpected,
  COUNTIF(noisy AND fate NOT IN ('equal', 'tolerated', 'absent')) AS within_noise,
  COUNTIF(NOT noisy AND fate NOT IN ('equal', 'tolerated', 'absent')) AS beyond_noise,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(expected, '1', '0'), ',', IF(noisy, '1', '0'), ',', IF(d0, CONCAT('(', IFNULL(IF(l0 = 0, '0', FORMAT('%.17g', l0)), '~'), ',', IFNULL(IF(r0 = 0, '0', FORMAT('%.17g', r0)), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l1, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r1, '"', '""'), '"'), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'changed'), expected, noisy, k0 LIMIT 2) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(expected, '1', '0'), ',', IF(noisy, '1', '0'), ',', IF(d0, CONCAT('(', IFNULL(IF(l0 = 0, '0', FORMAT('%.17g', l0)), '~'), ',', IFNULL(IF(r0 = 0, '0', FORMAT('%.17g', r0)), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l1, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r1, '"', '""'), '"'), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'tolerated'), expected, noisy, k0 LIMIT 2) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(expected, '1', '0'), ',', IF(noisy, '1', '0'), ')'), '') ORDER BY NOT (fate = 'only_left'), expected, noisy, k0 LIMIT 2) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(expected, '1', '0'), ',', IF(noisy, '1', '0'), ')'), '') ORDER BY NOT (fate = 'only_right'), expected, noisy, k0 LIMIT 2) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(expected, '1', '0'), ',', IF(noisy, '1', '0'), ')'), '') ORDER BY NOT (fate = 'unpaired'), expected, noisy, k0 LIMIT 2) AS samples_unpaired
FROM classed
