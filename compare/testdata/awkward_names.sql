WITH sides AS (
  SELECT
    0 AS side,
    x__.`select` AS k0,
    IF(x__.`a` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(x__.`a`.`b`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(x__.`a`.`group` AS STRING), '~'), ')')) AS k1,
    x__.`a__b` AS c0,
    x__.`x` AS c1,
    x__.`k0` AS c2,
    x__.`c0` AS c3,
    x__.`x_e0` AS c4,
    x__.`side` AS c5,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x__e0 IS NULL, '~', CONCAT('(', IFNULL(CAST(x__e0.`lrows` AS STRING), '~'), ')')), ',' ORDER BY x__o0) FROM UNNEST(x__.`from`) AS x__e0 WITH OFFSET AS x__o0), ''), ']') AS c6,
    x__.`naïve name` AS c7
  FROM `dit-sandbox.golden.awkward_names_left` AS x__
  UNION ALL
  SELECT
    1 AS side,
    x__.`SELECT` AS k0,
    IF(x__.`A` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(x__.`A`.`B`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(x__.`A`.`GROUP` AS STRING), '~'), ')')) AS k1,
    x__.`A__B` AS c0,
    x__.`X` AS c1,
    x__.`K0` AS c2,
    x__.`C0` AS c3,
    x__.`X_E0` AS c4,
    x__.`SIDE` AS c5,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x__e0 IS NULL, '~', CONCAT('(', IFNULL(CAST(x__e0.`LROWS` AS STRING), '~'), ')')), ',' ORDER BY x__o0) FROM UNNEST(x__.`FROM`) AS x__e0 WITH OFFSET AS x__o0), ''), ']') AS c6,
    x__.`naïve name` AS c7
  FROM `dit-sandbox.golden.awkward_names_right` AS x__
),
members AS (
  SELECT
    k0,
    k1,
    c0,
    c1,
    c2,
    c3,
    c4,
    c5,
    c6,
    c7,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, k1, c0, c1, c2, c3, c4, c5, c6, c7
),
matched AS (
  SELECT
    k0,
    k1,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal,
    SUM(l - LEAST(l, r)) AS lrest,
    SUM(r - LEAST(l, r)) AS rrest,
    MAX(IF(l > r, c0, NULL)) AS l0,
    MAX(IF(r > l, c0, NULL)) AS r0,
    MAX(IF(l > r, c1, NULL)) AS l1,
    MAX(IF(r > l, c1, NULL)) AS r1,
    MAX(IF(l > r, c2, NULL)) AS l2,
    MAX(IF(r > l, c2, NULL)) AS r2,
    MAX(IF(l > r, c3, NULL)) AS l3,
    MAX(IF(r > l, c3, NULL)) AS r3,
    MAX(IF(l > r, c4, NULL)) AS l4,
    MAX(IF(r > l, c4, NULL)) AS r4,
    MAX(IF(l > r, c5, NULL)) AS l5,
    MAX(IF(r > l, c5, NULL)) AS r5,
    MAX(IF(l > r, c6, NULL)) AS l6,
    MAX(IF(r > l, c6, NULL)) AS r6,
    MAX(IF(l > r, c7, NULL)) AS l7,
    MAX(IF(r > l, c7, NULL)) AS r7
  FROM members
  GROUP BY k0, k1
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (l0 IS DISTINCT FROM r0) AS d0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1,
    lrest = 1 AND rrest = 1 AND (l2 IS DISTINCT FROM r2) AS d2,
    CAST(ABS(CAST(l2 AS NUMERIC) - CAST(r2 AS NUMERIC)) AS FLOAT64) AS e2,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l3 = r3 OR (IS_NAN(l3) AND IS_NAN(r3)), l3 IS NULL AND r3 IS NULL)) AS d3,
    IF(ABS(l3) < 1e290 AND ABS(r3) < 1e290, ABS(l3 - r3), NULL) AS e3,
    lrest = 1 AND rrest = 1 AND (l4 IS DISTINCT FROM r4) AS d4,
    lrest = 1 AND rrest = 1 AND (l5 IS DISTINCT FROM r5) AS d5,
    CAST(ABS(CAST(l5 AS NUMERIC) - CAST(r5 AS NUMERIC)) AS FLOAT64) AS e5,
    lrest = 1 AND rrest = 1 AND (l6 IS DISTINCT FROM r6) AS d6,
    lrest = 1 AND rrest = 1 AND (l7 IS DISTINCT FROM r7) AS d7
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
  ARRAY<INT64>[COUNTIF(d0), COUNTIF(d1), COUNTIF(d2), COUNTIF(d3), COUNTIF(d4), COUNTIF(d5), COUNTIF(d6), COUNTIF(d7)] AS column_differing,
  ARRAY<INT64>[0, 0, 0, 0, 0, 0, 0, 0] AS column_tolerated,
  ARRAY<INT64>[COUNTIF(d0 AND (l0 IS NULL) != (r0 IS NULL)), COUNTIF(d1 AND (l1 IS NULL) != (r1 IS NULL)), COUNTIF(d2 AND (l2 IS NULL) != (r2 IS NULL)), COUNTIF(d3 AND (l3 IS NULL) != (r3 IS NULL)), COUNTIF(d4 AND (l4 IS NULL) != (r4 IS NULL)), COUNTIF(d5 AND (l5 IS NULL) != (r5 IS NULL)), COUNTIF(d6 AND (l6 IS NULL) != (r6 IS NULL)), COUNTIF(d7 AND (l7 IS NULL) != (r7 IS NULL))] AS column_nulls,
  ARRAY<INT64>[0, 0, COUNTIF(d2 AND e2 IS NOT NULL), COUNTIF(d3 AND e3 IS NOT NULL), 0, COUNTIF(d5 AND e5 IS NOT NULL), 0, 0] AS column_measured,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(MAX(IF(d2, e2, NULL)), 0e0), IFNULL(MAX(IF(d3, e3, NULL)), 0e0), 0e0, IFNULL(MAX(IF(d5, e5, NULL)), 0e0), 0e0, 0e0] AS column_max_beyond,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(MAX(IF(d2, e2, NULL)), 0e0), IFNULL(MAX(IF(d3, e3, NULL)), 0e0), 0e0, IFNULL(MAX(IF(d5, e5, NULL)), 0e0), 0e0, 0e0] AS column_max_abs,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(AVG(IF(d2, e2, NULL)), 0e0), IFNULL(AVG(IF(d3, e3, NULL)), 0e0), 0e0, IFNULL(AVG(IF(d5, e5, NULL)), 0e0), 0e0, 0e0] AS column_mean_abs,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d2, e2, NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d3, e3, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d5, e5, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, 0e0] AS column_p50_abs,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d2, e2, NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d3, e3, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d5, e5, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, 0e0] AS column_p99_abs,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(MAX(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL)), 0e0), IFNULL(MAX(IF(d3, SAFE_DIVIDE(e3, GREATEST(ABS(CAST(l3 AS FLOAT64)), ABS(CAST(r3 AS FLOAT64)))), NULL)), 0e0), 0e0, IFNULL(MAX(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL)), 0e0), 0e0, 0e0] AS column_max_rel,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(AVG(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL)), 0e0), IFNULL(AVG(IF(d3, SAFE_DIVIDE(e3, GREATEST(ABS(CAST(l3 AS FLOAT64)), ABS(CAST(r3 AS FLOAT64)))), NULL)), 0e0), 0e0, IFNULL(AVG(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL)), 0e0), 0e0, 0e0] AS column_mean_rel,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d3, SAFE_DIVIDE(e3, GREATEST(ABS(CAST(l3 AS FLOAT64)), ABS(CAST(r3 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, 0e0] AS column_p50_rel,
  ARRAY<FLOAT64>[0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d3, SAFE_DIVIDE(e3, GREATEST(ABS(CAST(l3 AS FLOAT64)), ABS(CAST(r3 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, 0e0] AS column_p99_rel,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ',', IFNULL(k1, '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l0, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r0, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l1, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r1, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(CAST(l2 AS STRING), '~'), ',', IFNULL(CAST(r2 AS STRING), '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(IF(l3 = 0, '0', FORMAT('%.17g', l3)), '~'), ',', IFNULL(IF(r3 = 0, '0', FORMAT('%.17g', r3)), '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l4, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r4, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(CAST(l5 AS STRING), '~'), ',', IFNULL(CAST(r5 AS STRING), '~'), ')'), '='), ',', IF(d6, CONCAT('(', IFNULL(l6, '~'), ',', IFNULL(r6, '~'), ')'), '='), ',', IF(d7, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l7, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r7, '"', '""'), '"'), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'changed'), k0, k1 LIMIT 10) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ',', IFNULL(k1, '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l0, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r0, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l1, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r1, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(CAST(l2 AS STRING), '~'), ',', IFNULL(CAST(r2 AS STRING), '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(IF(l3 = 0, '0', FORMAT('%.17g', l3)), '~'), ',', IFNULL(IF(r3 = 0, '0', FORMAT('%.17g', r3)), '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l4, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r4, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(CAST(l5 AS STRING), '~'), ',', IFNULL(CAST(r5 AS STRING), '~'), ')'), '='), ',', IF(d6, CONCAT('(', IFNULL(l6, '~'), ',', IFNULL(r6, '~'), ')'), '='), ',', IF(d7, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l7, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r7, '"', '""'), '"'), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'tolerated'), k0, k1 LIMIT 10) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ',', IFNULL(k1, '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_left'), k0, k1 LIMIT 10) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ',', IFNULL(k1, '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_right'), k0, k1 LIMIT 10) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ',', IFNULL(k1, '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'unpaired'), k0, k1 LIMIT 10) AS samples_unpaired
FROM classed
