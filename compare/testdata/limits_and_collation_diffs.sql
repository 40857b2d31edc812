WITH sides AS (
  SELECT
    0 AS side,
    COLLATE(x.`id`, '') AS k0,
    x.`n` AS c0,
    IF(x.`st` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(COLLATE(x.`st`.`s`, ''), '"', '""'), '"'), '~'), ',', IFNULL(CAST(CAST(x.`st`.`n` AS NUMERIC) AS STRING), '~'), ')')) AS c1,
    x.`st` AS vc1
  FROM `dit-sandbox.golden.limits_and_collation_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    x.`n` AS c0,
    IF(x.`st` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(x.`st`.`s`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(CAST(x.`st`.`n` AS NUMERIC) AS STRING), '~'), ')')) AS c1,
    x.`st` AS vc1
  FROM `dit-sandbox.golden.limits_and_collation_right` AS x
),
members AS (
  SELECT
    k0,
    c0,
    c1,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r,
    ANY_VALUE(vc1) AS vc1
  FROM sides
  GROUP BY k0, c0, c1
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  c0 AS `n`,
  vc1 AS `st`
FROM members
WHERE l != r
