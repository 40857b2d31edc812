WITH sides AS (
  SELECT
    0 AS side,
    COLLATE(x.`id`, '') AS k0,
    x.`n` AS c0,
    IF(x.`st` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(COLLATE(x.`st`.`s`, ''), '"', '""'), '"'), '~'), ',', IFNULL(CAST(CAST(x.`st`.`n` AS NUMERIC) AS STRING), '~'), ')')) AS c1
  FROM `dit-sandbox.golden.limits_and_collation_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`n` AS c0,
    IF(x.`st` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(x.`st`.`s`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(CAST(x.`st`.`n` AS NUMERIC) AS STRING), '~'), ')')) AS c1
  FROM `dit-sandbox.golden.limits_and_collation_right` AS x
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
    MAX(IF(r > l, c1, NULL)) AS r1
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (l0 IS DISTINCT FROM r0) AS d0,
    IF(ABS(l0) < 4e28 AND ABS(r0) < 4e28, CAST(ABS(l0 - r0) AS FLOAT64), NULL) AS e0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1
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
    (1, CONCAT(IF(d0, ' 0', ''), IF(d1, ' 1', '')))
  ])
  WHERE part < 1 OR (fate = 'changed')
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
  HAVING COUNT(*) <= IF(part IN (0, 1), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
