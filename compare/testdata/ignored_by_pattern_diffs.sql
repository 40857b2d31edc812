WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`v` AS c0
  FROM `dit-sandbox.golden.ignored_by_pattern_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`old` AS c0
  FROM `dit-sandbox.golden.ignored_by_pattern_right` AS x
),
members AS (
  SELECT
    k0,
    c0,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  c0 AS `v`
FROM members
WHERE l != r
