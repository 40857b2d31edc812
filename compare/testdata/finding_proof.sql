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
