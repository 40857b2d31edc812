WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`t` AS c0,
    x.`c` AS c1,
    x.`u` AS c2,
    x.`j` AS c3,
    COLLATE(x.`every`, '') AS c4,
    x.`v` AS c5,
    x.`exact` AS c6
  FROM `dit-sandbox.golden.normalised_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`t` AS c0,
    x.`c` AS c1,
    x.`u` AS c2,
    x.`j` AS c3,
    COLLATE(x.`every`, '') AS c4,
    x.`v` AS c5,
    x.`exact` AS c6
  FROM `dit-sandbox.golden.normalised_right` AS x
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
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5, c6
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
    MAX(IF(r > l, c6, NULL)) AS r6
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (l0 IS DISTINCT FROM r0) AS d0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1,
    lrest = 1 AND rrest = 1 AND (l2 IS DISTINCT FROM r2) AS d2,
    lrest = 1 AND rrest = 1 AND (l3 IS DISTINCT FROM r3) AS d3,
    lrest = 1 AND rrest = 1 AND (l4 IS DISTINCT FROM r4) AS d4,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l5 = r5 OR (IS_NAN(l5) AND IS_NAN(r5)), l5 IS NULL AND r5 IS NULL)) AS d5,
    IF(ABS(l5) < 1e290 AND ABS(r5) < 1e290, ABS(l5 - r5), NULL) AS e5,
    lrest = 1 AND rrest = 1 AND (l6 IS DISTINCT FROM r6) AS d6
  FROM matched
),
tested AS (
  SELECT
    *,
    d0 AND IFNULL(TRIM(l0, ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000') = TRIM(r0, ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), FALSE) AS w0,
    d1 AND IFNULL(LOWER(l1) = LOWER(r1), FALSE) AS w1,
    d2 AND IFNULL(NORMALIZE(l2, NFC) = NORMALIZE(r2, NFC), FALSE) AS w2,
    d3 AND IFNULL(IF(SAFE.PARSE_JSON(l3) IS NULL, CONCAT('t', l3), CONCAT('j', TO_JSON_STRING(SAFE.PARSE_JSON(l3)))) = IF(SAFE.PARSE_JSON(r3) IS NULL, CONCAT('t', r3), CONCAT('j', TO_JSON_STRING(SAFE.PARSE_JSON(r3)))), FALSE) AS w3,
    d4 AND IFNULL(TRIM(NORMALIZE(LOWER(l4), NFC), ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000') = TRIM(NORMALIZE(LOWER(r4), NFC), ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), FALSE) AS w4,
    d5 AND IFNULL(e5 <= 1e-01, FALSE) AS w5
  FROM judged
),
classed AS (
  SELECT
    *,
    CASE
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 AND (w0 OR w1 OR w2 OR w3 OR w4 OR w5) AND NOT ((d0 AND NOT w0) OR (d1 AND NOT w1) OR (d2 AND NOT w2) OR (d3 AND NOT w3) OR (d4 AND NOT w4) OR (d5 AND NOT w5) OR d6) THEN 'tolerated'
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
  ARRAY<INT64>[COUNTIF(d0), COUNTIF(d1), COUNTIF(d2), COUNTIF(d3), COUNTIF(d4), COUNTIF(d5), COUNTIF(d6)] AS column_differing,
  ARRAY<INT64>[COUNTIF(w0), COUNTIF(w1), COUNTIF(w2), COUNTIF(w3), COUNTIF(w4), COUNTIF(w5), 0] AS column_tolerated,
  ARRAY<INT64>[COUNTIF(d0 AND (l0 IS NULL) != (r0 IS NULL)), COUNTIF(d1 AND (l1 IS NULL) != (r1 IS NULL)), COUNTIF(d2 AND (l2 IS NULL) != (r2 IS NULL)), COUNTIF(d3 AND (l3 IS NULL) != (r3 IS NULL)), COUNTIF(d4 AND (l4 IS NULL) != (r4 IS NULL)), COUNTIF(d5 AND (l5 IS NULL) != (r5 IS NULL)), COUNTIF(d6 AND (l6 IS NULL) != (r6 IS NULL))] AS column_nulls,
  ARRAY<INT64>[0, 0, 0, 0, 0, COUNTIF(d5 AND e5 IS NOT NULL), 0] AS column_measured,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF((d5 AND NOT w5), e5, NULL)), 0e0), 0e0] AS column_max_beyond,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d5, e5, NULL)), 0e0), 0e0] AS column_max_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(AVG(IF(d5, e5, NULL)), 0e0), 0e0] AS column_mean_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d5, e5, NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0] AS column_p50_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d5, e5, NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0] AS column_p99_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL)), 0e0), 0e0] AS column_max_rel,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(AVG(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL)), 0e0), 0e0] AS column_mean_rel,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0] AS column_p50_rel,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d5, SAFE_DIVIDE(e5, GREATEST(ABS(CAST(l5 AS FLOAT64)), ABS(CAST(r5 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0] AS column_p99_rel,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l0, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r0, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l1, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r1, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l2, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r2, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l3, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r3, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l4, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r4, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(IF(l5 = 0, '0', FORMAT('%.17g', l5)), '~'), ',', IFNULL(IF(r5 = 0, '0', FORMAT('%.17g', r5)), '~'), ')'), '='), ',', IF(d6, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l6, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r6, '"', '""'), '"'), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'changed'), k0 LIMIT 2) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l0, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r0, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l1, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r1, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l2, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r2, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l3, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r3, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l4, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r4, '"', '""'), '"'), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(IF(l5 = 0, '0', FORMAT('%.17g', l5)), '~'), ',', IFNULL(IF(r5 = 0, '0', FORMAT('%.17g', r5)), '~'), ')'), '='), ',', IF(d6, CONCAT('(', IFNULL(CONCAT('"', REPLACE(l6, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(r6, '"', '""'), '"'), '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'tolerated'), k0 LIMIT 2) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_left'), k0 LIMIT 2) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_right'), k0 LIMIT 2) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'unpaired'), k0 LIMIT 2) AS samples_unpaired
FROM classed
