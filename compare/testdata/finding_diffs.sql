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
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  c0 AS `v`,
  c1 AS `t`
FROM members
WHERE l != r
