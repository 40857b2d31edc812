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
    MAX(IF(r > l, c6, NULL)) AS r6,
    IF(SUM(l) > 0, MAX(IF(l > 0, c0, NULL)), MAX(c0)) AS v0,
    IF(SUM(l) > 0, MAX(IF(l > 0, c1, NULL)), MAX(c1)) AS v1,
    IF(SUM(l) > 0, MAX(IF(l > 0, c2, NULL)), MAX(c2)) AS v2,
    IF(SUM(l) > 0, MAX(IF(l > 0, c3, NULL)), MAX(c3)) AS v3,
    IF(SUM(l) > 0, MAX(IF(l > 0, c4, NULL)), MAX(c4)) AS v4,
    IF(SUM(l) > 0, MAX(IF(l > 0, c6, NULL)), MAX(c6)) AS v6
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
),
placed AS (
  SELECT
    part,
    value,
    fate NOT IN ('equal', 'tolerated') AS differs
  FROM classed CROSS JOIN UNNEST(ARRAY<STRUCT<part INT64, value STRING>>[
    (0, ''),
    (1, v0),
    (2, v1),
    (3, v2),
    (4, v3),
    (5, v4),
    (6, v6),
    (7, CONCAT(IF((d0 AND NOT w0), ' 0', ''), IF((d1 AND NOT w1), ' 1', ''), IF((d2 AND NOT w2), ' 2', ''), IF((d3 AND NOT w3), ' 3', ''), IF((d4 AND NOT w4), ' 4', ''), IF((d5 AND NOT w5), ' 5', ''), IF(d6, ' 6', '')))
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
  HAVING COUNT(*) <= IF(part IN (0, 7), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
