WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    x.`f` AS c0,
    x.`n` AS c1,
    x.`bn` AS c2,
    x.`b` AS c3,
    x.`s` AS c4,
    x.`by` AS c5,
    x.`d` AS c6,
    x.`dt` AS c7,
    x.`tm` AS c8,
    x.`ts` AS c9,
    IF(x.`j` IS NULL, NULL, TO_JSON_STRING(x.`j`)) AS c10,
    x.`j` AS vc10,
    x.`i` AS c11
  FROM `dit-sandbox.golden.tolerances_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`f` AS c0,
    x.`n` AS c1,
    x.`bn` AS c2,
    x.`b` AS c3,
    x.`s` AS c4,
    x.`by` AS c5,
    x.`d` AS c6,
    x.`dt` AS c7,
    x.`tm` AS c8,
    x.`ts` AS c9,
    IF(x.`j` IS NULL, NULL, TO_JSON_STRING(x.`j`)) AS c10,
    x.`j` AS vc10,
    x.`i` AS c11
  FROM `dit-sandbox.golden.tolerances_right` AS x
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
    c7,
    c8,
    c9,
    c10,
    c11,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r,
    ANY_VALUE(vc10) AS vc10
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  c0 AS `f`,
  c1 AS `n`,
  c2 AS `bn`,
  c3 AS `b`,
  c4 AS `s`,
  c5 AS `by`,
  c6 AS `d`,
  c7 AS `dt`,
  c8 AS `tm`,
  c9 AS `ts`,
  vc10 AS `j`,
  c11 AS `i`
FROM members
WHERE l != r
