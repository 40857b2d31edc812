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
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  c0 AS `t`,
  c1 AS `c`,
  c2 AS `u`,
  c3 AS `j`,
  c4 AS `every`,
  c5 AS `v`,
  c6 AS `exact`
FROM members
WHERE l != r
