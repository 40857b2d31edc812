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
),
matched AS (
  SELECT
    k0,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal
  FROM members
  GROUP BY k0
)
SELECT
  CAST(IFNULL(SUM(lrows), 0) AS INT64) AS left_rows,
  CAST(IFNULL(SUM(rrows), 0) AS INT64) AS right_rows,
  CAST(IFNULL(SUM(equal), 0) AS INT64) AS equal_rows,
  CAST(IFNULL(SUM(IF(k0 IS NULL, lrows, 0)), 0) AS INT64) AS left_null_keys,
  CAST(IFNULL(SUM(IF(k0 IS NULL, rrows, 0)), 0) AS INT64) AS right_null_keys,
  COUNTIF(lrows > 1) AS left_repeated_keys,
  COUNTIF(rrows > 1) AS right_repeated_keys,
  CAST(IFNULL(SUM(IF(lrows > 1, lrows, 0)), 0) AS INT64) AS left_repeated_rows,
  CAST(IFNULL(SUM(IF(rrows > 1, rrows, 0)), 0) AS INT64) AS right_repeated_rows
FROM matched
