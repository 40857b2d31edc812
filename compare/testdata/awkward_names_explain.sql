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
    MAX(IF(r > l, c7, NULL)) AS r7,
    IF(SUM(l) > 0, MAX(IF(l > 0, c0, NULL)), MAX(c0)) AS v0,
    IF(SUM(l) > 0, MAX(IF(l > 0, c1, NULL)), MAX(c1)) AS v1,
    IF(SUM(l) > 0, MAX(IF(l > 0, c2, NULL)), MAX(c2)) AS v2,
    IF(SUM(l) > 0, MAX(IF(l > 0, c4, NULL)), MAX(c4)) AS v4,
    IF(SUM(l) > 0, MAX(IF(l > 0, c5, NULL)), MAX(c5)) AS v5,
    IF(SUM(l) > 0, MAX(IF(l > 0, c7, NULL)), MAX(c7)) AS v7
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
),
placed AS (
  SELECT
    part,
    value,
    fate NOT IN ('equal', 'tolerated') AS differs
  FROM classed CROSS JOIN UNNEST(ARRAY<STRUCT<part INT64, value STRING>>[
    (0, ''),
    (1, CAST(k0 AS STRING)),
    (2, v0),
    (3, v1),
    (4, CAST(v2 AS STRING)),
    (5, v4),
    (6, CAST(v5 AS STRING)),
    (7, v7),
    (8, CONCAT(IF(d0, ' 0', ''), IF(d1, ' 1', ''), IF(d2, ' 2', ''), IF(d3, ' 3', ''), IF(d4, ' 4', ''), IF(d5, ' 5', ''), IF(d6, ' 6', ''), IF(d7, ' 7', '')))
  ])
  WHERE part < 8 OR (fate = 'changed')
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
  HAVING COUNT(*) <= IF(part IN (0, 8), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
