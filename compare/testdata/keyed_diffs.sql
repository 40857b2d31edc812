WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`s` AS c1
  FROM `dit-sandbox.golden.keyed_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`v` AS c0,
    x.`s` AS c1
  FROM `dit-sandbox.golden.keyed_right` AS x
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
  c1 AS `s`
FROM members
WHERE l != r
