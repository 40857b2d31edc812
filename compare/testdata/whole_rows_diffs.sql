WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`v` AS k1,
    x.`s` AS k2
  FROM `dit-sandbox.golden.whole_rows_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`v` AS k1,
    x.`s` AS k2
  FROM `dit-sandbox.golden.whole_rows_right` AS x
),
members AS (
  SELECT
    k0,
    k1,
    k2,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, k1, k2
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  k1 AS `v`,
  k2 AS `s`
FROM members
WHERE l != r
