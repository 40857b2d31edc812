WITH sides AS (
  SELECT
    0 AS side,
    x_.`id` AS k0,
    x_.`speed` AS c0,
    x_.`a` AS c1,
    x_.`b` AS c2,
    IF(x_.`st` IS NULL, NULL, CONCAT('(', IFNULL(CAST(x_.`st`.`x` AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x_.`st`.`y`, '"', '""'), '"'), '~'), ')')) AS c3
  FROM `dit-sandbox.golden.renamed_left` AS x_
  UNION ALL
  SELECT
    1 AS side,
    x_.`vessel_id` AS k0,
    x_.`speed knots` AS c0,
    x_.`b` AS c1,
    x_.`a` AS c2,
    IF(x_.`position` IS NULL, NULL, CONCAT('(', IFNULL(CAST(x_.`position`.`x` AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x_.`position`.`Y`, '"', '""'), '"'), '~'), ')')) AS c3
  FROM `dit-sandbox.golden.renamed_right` AS x_
),
members AS (
  SELECT
    k0,
    c0,
    c1,
    c2,
    c3,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0, c1, c2, c3
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  c0 AS `speed`,
  c1 AS `a`,
  c2 AS `b`,
  c3 AS `st`
FROM members
WHERE l != r
