WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`t` AS c1
  FROM `dit-sandbox.golden.finding_left` AS x WHERE x.`day` >= DATE '2024-01-01' AND x.`day` < DATE '2024-02-01'
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`text` AS c1
  FROM `dit-sandbox.golden.finding_right` AS x WHERE x.`day` >= DATE '2024-01-01' AND x.`day` < DATE '2024-02-01'
),
members AS (
  SELECT
    k0,
    c0,
    c1,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
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
    MAX(IF(l > r, c0, NULL)) AS l0,
    MAX(IF(r > l, c0, NULL)) AS r0,
    MAX(IF(l > r, c1, NULL)) AS l1,
    MAX(IF(r > l, c1, NULL)) AS r1,
    IF(SUM(l) > 0, MAX(IF(l > 0, c1, NULL)), MAX(c1)) AS v1
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l0 = r0 OR (IS_NAN(l0) AND IS_NAN(r0)), l0 IS NULL AND r0 IS NULL)) AS d0,
    IF(ABS(l0) < 1e290 AND ABS(r0) < 1e290, ABS(l0 - r0), NULL) AS e0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1
  FROM matched
),
tested AS (
  SELECT
    *,
    d0 AND IFNULL(e0 <= 1e-01, FALSE) AS w0
  FROM judged
),
classed AS (
  SELECT
    *,
    CASE
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 AND (w0) AND NOT ((d0 AND NOT w0) OR d1) THEN 'tolerated'
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
    (1, v1),
    (2, CONCAT(IF((d0 AND NOT w0), ' 0', ''), IF(d1, ' 1', '')))
  ])
  WHERE part < 2 OR (fate = 'changed')
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
  HAVING COUNT(*) <= IF(part IN (0, 2), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
