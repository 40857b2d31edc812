WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`f` AS c0,
    x.`n` AS c1,
    x.`bn` AS c2,
    x.`b` AS c3,
    x.`s` AS c4,
    x.`by` AS c5,
    x.`d` AS c6,
    x.`dt` AS c7,
    x.`tm` AS c8,
    x.`ts` AS c9,
    IF(x.`j` IS NULL, NULL, TO_JSON_STRING(x.`j`)) AS c10,
    x.`i` AS c11
  FROM `dit-sandbox.golden.tolerances_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`f` AS c0,
    x.`n` AS c1,
    x.`bn` AS c2,
    x.`b` AS c3,
    x.`s` AS c4,
    x.`by` AS c5,
    x.`d` AS c6,
    x.`dt` AS c7,
    x.`tm` AS c8,
    x.`ts` AS c9,
    IF(x.`j` IS NULL, NULL, TO_JSON_STRING(x.`j`)) AS c10,
    x.`i` AS c11
  FROM `dit-sandbox.golden.tolerances_right` AS x
),
members AS (
  SELECT
    k0,
    c0,
    c1,
    c2,
    c3,
    c4,
    c5,
    c6,
    c7,
    c8,
    c9,
    c10,
    c11,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11
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
    MAX(IF(r > l, c7, NULL)) AS r7,
    MAX(IF(l > r, c8, NULL)) AS l8,
    MAX(IF(r > l, c8, NULL)) AS r8,
    MAX(IF(l > r, c9, NULL)) AS l9,
    MAX(IF(r > l, c9, NULL)) AS r9,
    MAX(IF(l > r, c10, NULL)) AS l10,
    MAX(IF(r > l, c10, NULL)) AS r10,
    MAX(IF(l > r, c11, NULL)) AS l11,
    MAX(IF(r > l, c11, NULL)) AS r11
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l0 = r0 OR (IS_NAN(l0) AND IS_NAN(r0)), l0 IS NULL AND r0 IS NULL)) AS d0,
    IF(ABS(l0) < 1e290 AND ABS(r0) < 1e290, ABS(l0 - r0), NULL) AS e0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1,
    IF(ABS(l1) < 4e28 AND ABS(r1) < 4e28, CAST(ABS(l1 - r1) AS FLOAT64), NULL) AS e1,
    lrest = 1 AND rrest = 1 AND (l2 IS DISTINCT FROM r2) AS d2,
    IF(ABS(l2) < 4e19 AND ABS(r2) < 4e19, CAST(ABS(l2 - r2) AS FLOAT64), NULL) AS e2,
    lrest = 1 AND rrest = 1 AND (l3 IS DISTINCT FROM r3) AS d3,
    lrest = 1 AND rrest = 1 AND (l4 IS DISTINCT FROM r4) AS d4,
    lrest = 1 AND rrest = 1 AND (l5 IS DISTINCT FROM r5) AS d5,
    lrest = 1 AND rrest = 1 AND (l6 IS DISTINCT FROM r6) AS d6,
    lrest = 1 AND rrest = 1 AND (l7 IS DISTINCT FROM r7) AS d7,
    CAST(ABS(DATETIME_DIFF(l7, r7, MICROSECOND)) AS FLOAT64) AS e7,
    lrest = 1 AND rrest = 1 AND (l8 IS DISTINCT FROM r8) AS d8,
    lrest = 1 AND rrest = 1 AND (l9 IS DISTINCT FROM r9) AS d9,
    CAST(ABS(UNIX_MICROS(l9) - UNIX_MICROS(r9)) AS FLOAT64) AS e9,
    lrest = 1 AND rrest = 1 AND (l10 IS DISTINCT FROM r10) AS d10,
    lrest = 1 AND rrest = 1 AND (l11 IS DISTINCT FROM r11) AS d11,
    CAST(ABS(CAST(l11 AS NUMERIC) - CAST(r11 AS NUMERIC)) AS FLOAT64) AS e11
  FROM matched
),
tested AS (
  SELECT
    *,
    d0 AND IFNULL(e0 <= 1e-09 OR e0 <= 5e-01 * GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64))), FALSE) AS w0,
    d1 AND IFNULL(e1 <= 1e-02, FALSE) AS w1,
    d2 AND IFNULL(e2 <= 0e+00 OR e2 <= 1e-12 * GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64))), FALSE) AS w2,
    d9 AND IFNULL(e9 <= 1e+03, FALSE) AS w9,
    d11 AND IFNULL(e11 <= 2e+00, FALSE) AS w11
  FROM judged
),
classed AS (
  SELECT
    *,
    CASE
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 AND (w0 OR w1 OR w2 OR w9 OR w11) AND NOT ((d0 AND NOT w0) OR (d1 AND NOT w1) OR (d2 AND NOT w2) OR d3 OR d4 OR d5 OR d6 OR d7 OR d8 OR (d9 AND NOT w9) OR d10 OR (d11 AND NOT w11)) THEN 'tolerated'
      WHEN lrest = 1 AND rrest = 1 THEN 'changed'
      ELSE 'unpaired'
    END AS fate
  FROM tested
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
  ARRAY<INT64>[COUNTIF(d0), COUNTIF(d1), COUNTIF(d2), COUNTIF(d3), COUNTIF(d4), COUNTIF(d5), COUNTIF(d6), COUNTIF(d7), COUNTIF(d8), COUNTIF(d9), COUNTIF(d10), COUNTIF(d11)] AS column_differing,
  ARRAY<INT64>[COUNTIF(w0), COUNTIF(w1), COUNTIF(w2), 0, 0, 0, 0, 0, 0, COUNTIF(w9), 0, COUNTIF(w11)] AS column_tolerated,
  ARRAY<INT64>[COUNTIF(d0 AND (l0 IS NULL) != (r0 IS NULL)), COUNTIF(d1 AND (l1 IS NULL) != (r1 IS NULL)), COUNTIF(d2 AND (l2 IS NULL) != (r2 IS NULL)), COUNTIF(d3 AND (l3 IS NULL) != (r3 IS NULL)), COUNTIF(d4 AND (l4 IS NULL) != (r4 IS NULL)), COUNTIF(d5 AND (l5 IS NULL) != (r5 IS NULL)), COUNTIF(d6 AND (l6 IS NULL) != (r6 IS NULL)), COUNTIF(d7 AND (l7 IS NULL) != (r7 IS NULL)), COUNTIF(d8 AND (l8 IS NULL) != (r8 IS NULL)), COUNTIF(d9 AND (l9 IS NULL) != (r9 IS NULL)), COUNTIF(d10 AND (l10 IS NULL) != (r10 IS NULL)), COUNTIF(d11 AND (l11 IS NULL) != (r11 IS NULL))] AS column_nulls,
  ARRAY<INT64>[COUNTIF(d0 AND e0 IS NOT NULL), COUNTIF(d1 AND e1 IS NOT NULL), COUNTIF(d2 AND e2 IS NOT NULL), 0, 0, 0, 0, COUNTIF(d7 AND e7 IS NOT NULL), 0, COUNTIF(d9 AND e9 IS NOT NULL), 0, COUNTIF(d11 AND e11 IS NOT NULL)] AS column_measured,
  ARRAY<FLOAT64>[IFNULL(MAX(IF((d0 AND NOT w0), e0, NULL)), 0e0), IFNULL(MAX(IF((d1 AND NOT w1), e1, NULL)), 0e0), IFNULL(MAX(IF((d2 AND NOT w2), e2, NULL)), 0e0), 0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d7, e7, NULL)), 0e0), 0e0, IFNULL(MAX(IF((d9 AND NOT w9), e9, NULL)), 0e0), 0e0, IFNULL(MAX(IF((d11 AND NOT w11), e11, NULL)), 0e0)] AS column_max_beyond,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, e0, NULL)), 0e0), IFNULL(MAX(IF(d1, e1, NULL)), 0e0), IFNULL(MAX(IF(d2, e2, NULL)), 0e0), 0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d7, e7, NULL)), 0e0), 0e0, IFNULL(MAX(IF(d9, e9, NULL)), 0e0), 0e0, IFNULL(MAX(IF(d11, e11, NULL)), 0e0)] AS column_max_abs,
  ARRAY<FLOAT64>[IFNULL(AVG(IF(d0, e0, NULL)), 0e0), IFNULL(AVG(IF(d1, e1, NULL)), 0e0), IFNULL(AVG(IF(d2, e2, NULL)), 0e0), 0e0, 0e0, 0e0, 0e0, IFNULL(AVG(IF(d7, e7, NULL)), 0e0), 0e0, IFNULL(AVG(IF(d9, e9, NULL)), 0e0), 0e0, IFNULL(AVG(IF(d11, e11, NULL)), 0e0)] AS column_mean_abs,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, e0, NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d1, e1, NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d2, e2, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d7, e7, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d9, e9, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d11, e11, NULL), 100)[SAFE_OFFSET(50)], 0e0)] AS column_p50_abs,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, e0, NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d1, e1, NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d2, e2, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d7, e7, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d9, e9, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, IFNULL(APPROX_QUANTILES(IF(d11, e11, NULL), 100)[SAFE_OFFSET(99)], 0e0)] AS column_p99_abs,
  ARRAY<FLOAT64>[IFNULL(MAX(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL)), 0e0), IFNULL(MAX(IF(d1, SAFE_DIVIDE(e1, GREATEST(ABS(CAST(l1 AS FLOAT64)), ABS(CAST(r1 AS FLOAT64)))), NULL)), 0e0), IFNULL(MAX(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL)), 0e0), 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d11, SAFE_DIVIDE(e11, GREATEST(ABS(CAST(l11 AS FLOAT64)), ABS(CAST(r11 AS FLOAT64)))), NULL)), 0e0)] AS column_max_rel,
  ARRAY<FLOAT64>[IFNULL(AVG(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL)), 0e0), IFNULL(AVG(IF(d1, SAFE_DIVIDE(e1, GREATEST(ABS(CAST(l1 AS FLOAT64)), ABS(CAST(r1 AS FLOAT64)))), NULL)), 0e0), IFNULL(AVG(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL)), 0e0), 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(AVG(IF(d11, SAFE_DIVIDE(e11, GREATEST(ABS(CAST(l11 AS FLOAT64)), ABS(CAST(r11 AS FLOAT64)))), NULL)), 0e0)] AS column_mean_rel,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d1, SAFE_DIVIDE(e1, GREATEST(ABS(CAST(l1 AS FLOAT64)), ABS(CAST(r1 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d11, SAFE_DIVIDE(e11, GREATEST(ABS(CAST(l11 AS FLOAT64)), ABS(CAST(r11 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0)] AS column_p50_rel,
  ARRAY<FLOAT64>[IFNULL(APPROX_QUANTILES(IF(d0, SAFE_DIVIDE(e0, GREATEST(ABS(CAST(l0 AS FLOAT64)), ABS(CAST(r0 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d1, SAFE_DIVIDE(e1, GREATEST(ABS(CAST(l1 AS FLOAT64)), ABS(CAST(r1 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d2, SAFE_DIVIDE(e2, GREATEST(ABS(CAST(l2 AS FLOAT64)), ABS(CAST(r2 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d11, SAFE_DIVIDE(e11, GREATEST(ABS(CAST(l11 AS FLOAT64)), ABS(CAST(r11 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0)] AS column_p99_rel,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(IF(l0 = 0, '0', FORMAT('%.17g', l0)), '~'), ',', IFNULL(IF(r0 = 0, '0', FORMAT('%.17g', r0)), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CAST(CAST(l1 AS NUMERIC) AS STRING), '~'), ',', IFNULL(CAST(CAST(r1 AS NUMERIC) AS STRING), '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(CAST(CAST(l2 AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(CAST(r2 AS BIGNUMERIC) AS STRING), '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(CAST(l3 AS STRING), '~'), ',', IFNULL(CAST(r3 AS STRING), '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l4, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r4, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(CONCAT('x', TO_HEX(l5)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(r5)), '~'), ')'), '='), ',', IF(d6, CONCAT('(', IFNULL(CAST(l6 AS STRING), '~'), ',', IFNULL(CAST(r6 AS STRING), '~'), ')'), '='), ',', IF(d7, CONCAT('(', IFNULL(CAST(l7 AS STRING), '~'), ',', IFNULL(CAST(r7 AS STRING), '~'), ')'), '='), ',', IF(d8, CONCAT('(', IFNULL(CAST(l8 AS STRING), '~'), ',', IFNULL(CAST(r8 AS STRING), '~'), ')'), '='), ',', IF(d9, CONCAT('(', IFNULL(CAST(UNIX_MICROS(l9) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(r9) AS STRING), '~'), ')'), '='), ',', IF(d10, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l10, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r10, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d11, CONCAT('(', IFNULL(CAST(l11 AS STRING), '~'), ',', IFNULL(CAST(r11 AS STRING), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'changed'), k0 LIMIT 10) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(IF(l0 = 0, '0', FORMAT('%.17g', l0)), '~'), ',', IFNULL(IF(r0 = 0, '0', FORMAT('%.17g', r0)), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CAST(CAST(l1 AS NUMERIC) AS STRING), '~'), ',', IFNULL(CAST(CAST(r1 AS NUMERIC) AS STRING), '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(CAST(CAST(l2 AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(CAST(r2 AS BIGNUMERIC) AS STRING), '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(CAST(l3 AS STRING), '~'), ',', IFNULL(CAST(r3 AS STRING), '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l4, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r4, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(CONCAT('x', TO_HEX(l5)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(r5)), '~'), ')'), '='), ',', IF(d6, CONCAT('(', IFNULL(CAST(l6 AS STRING), '~'), ',', IFNULL(CAST(r6 AS STRING), '~'), ')'), '='), ',', IF(d7, CONCAT('(', IFNULL(CAST(l7 AS STRING), '~'), ',', IFNULL(CAST(r7 AS STRING), '~'), ')'), '='), ',', IF(d8, CONCAT('(', IFNULL(CAST(l8 AS STRING), '~'), ',', IFNULL(CAST(r8 AS STRING), '~'), ')'), '='), ',', IF(d9, CONCAT('(', IFNULL(CAST(UNIX_MICROS(l9) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(r9) AS STRING), '~'), ')'), '='), ',', IF(d10, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l10, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r10, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d11, CONCAT('(', IFNULL(CAST(l11 AS STRING), '~'), ',', IFNULL(CAST(r11 AS STRING), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'tolerated'), k0 LIMIT 10) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_left'), k0 LIMIT 10) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_right'), k0 LIMIT 10) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'unpaired'), k0 LIMIT 10) AS samples_unpaired
FROM classed
