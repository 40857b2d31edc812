WITH sides AS (
  SELECT
    0 AS side,
    x.`part` AS k0,
    x.`id` AS k1
  FROM `dit-sandbox.golden.keys_only_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`part` AS k0,
    x.`id` AS k1
  FROM `dit-sandbox.golden.keys_only_right` AS x
),
members AS (
  SELECT
    k0,
    k1,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, k1
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `part`,
  k1 AS `id`
FROM members
WHERE l != r
