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
    MAX(IF(r > l, c11, NULL)) AS r11,
    IF(SUM(l) > 0, MAX(IF(l > 0, c3, NULL)), MAX(c3)) AS v3,
    IF(SUM(l) > 0, MAX(IF(l > 0, c4, NULL)), MAX(c4)) AS v4,
    IF(SUM(l) > 0, MAX(IF(l > 0, c6, NULL)), MAX(c6)) AS v6,
    IF(SUM(l) > 0, MAX(IF(l > 0, c7, NULL)), MAX(c7)) AS v7,
    IF(SUM(l) > 0, MAX(IF(l > 0, c9, NULL)), MAX(c9)) AS v9,
    IF(SUM(l) > 0, MAX(IF(l > 0, c11, NULL)), MAX(c11)) AS v11
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
),
placed AS (
  SELECT
    part,
    value,
    fate NOT IN ('equal', 'tolerated') AS differs
  FROM classed CROSS JOIN UNNEST(ARRAY<STRUCT<part INT64, value STRING>>[
    (0, ''),
    (1, CAST(v3 AS STRING)),
    (2, v4),
    (3, CAST(v6 AS STRING)),
    (4, CAST(DATE(v7) AS STRING)),
    (5, CAST(DATE(v9, 'UTC') AS STRING)),
    (6, CAST(v11 AS STRING)),
    (7, CONCAT(IF((d0 AND NOT w0), ' 0', ''), IF((d1 AND NOT w1), ' 1', ''), IF((d2 AND NOT w2), ' 2', ''), IF(d3, ' 3', ''), IF(d4, ' 4', ''), IF(d5, ' 5', ''), IF(d6, ' 6', ''), IF(d7, ' 7', ''), IF(d8, ' 8', ''), IF((d9 AND NOT w9), ' 9', ''), IF(d10, ' 10', ''), IF((d11 AND NOT w11), ' 11', '')))
  ])
  WHERE part < 7 OR (fate = 'changed')
),
counted AS (
  SELECT
    part,
    value,
    COUNT(*) AS n,
    COUNTIF(differs) AS differing
  FROM placed
  GROUP BY part, value
),
summed AS (
  SELECT
    part,
    CONCAT('(', CAST(part AS STRING), ',', CAST(COUNT(*) AS STRING), ',', CAST(COUNTIF(differing > 0) AS STRING), ',', CAST(SUM(n) AS STRING), ',', CAST(SUM(differing) AS STRING), ',', CAST(SUM(IF(differing > 0, n, 0)) AS STRING), ',', IFNULL(CONCAT('"', REPLACE(MIN(IF(differing > 0, IFNULL(value, ''), NULL)), '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(MAX(IF(differing > 0, IFNULL(value, ''), NULL)), '"', '""'), '"'), '~'), ',', CONCAT('[', ARRAY_TO_STRING(ARRAY_AGG(CONCAT('(', IFNULL(CONCAT('"', REPLACE(value, '"', '""'), '"'), '~'), ',', CAST(differing AS STRING), ',', CAST(n AS STRING), ')') ORDER BY differing DESC, n, value LIMIT 5), ','), ']'), ')') AS found
  FROM counted
  GROUP BY part
  HAVING COUNT(*) <= IF(part IN (0, 7, 3, 4, 5), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
