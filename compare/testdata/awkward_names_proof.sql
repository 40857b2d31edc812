WITH sides AS (
  SELECT
    0 AS side,
    x__.`select` AS k0,
    IF(x__.`a` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(x__.`a`.`b`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(x__.`a`.`group` AS STRING), '~'), ')')) AS k1,
    x__.`a__b` AS c0,
    x__.`x` AS c1,
    x__.`k0` AS c2,
    x__.`c0` AS c3,
    x__.`x_e0` AS c4,
    x__.`side` AS c5,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x__e0 IS NULL, '~', CONCAT('(', IFNULL(CAST(x__e0.`lrows` AS STRING), '~'), ')')), ',' ORDER BY x__o0) FROM UNNEST(x__.`from`) AS x__e0 WITH OFFSET AS x__o0), ''), ']') AS c6,
    x__.`naïve name` AS c7
  FROM `dit-sandbox.golden.awkward_names_left` AS x__
  UNION ALL
  SELECT
    1 AS side,
    x__.`SELECT` AS k0,
    IF(x__.`A` IS NULL, NULL, CONCAT('(', IFNULL(CONCAT('"', REPLACE(x__.`A`.`B`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(x__.`A`.`GROUP` AS STRING), '~'), ')')) AS k1,
    x__.`A__B` AS c0,
    x__.`X` AS c1,
    x__.`K0` AS c2,
    x__.`C0` AS c3,
    x__.`X_E0` AS c4,
    x__.`SIDE` AS c5,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x__e0 IS NULL, '~', CONCAT('(', IFNULL(CAST(x__e0.`LROWS` AS STRING), '~'), ')')), ',' ORDER BY x__o0) FROM UNNEST(x__.`FROM`) AS x__e0 WITH OFFSET AS x__o0), ''), ']') AS c6,
    x__.`naïve name` AS c7
  FROM `dit-sandbox.golden.awkward_names_right` AS x__
),
members AS (
  SELECT
    k0,
    k1,
    c0,
    c1,
    c2,
    c3,
    c4,
    c5,
    c6,
    c7,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, k1, c0, c1, c2, c3, c4, c5, c6, c7
),
matched AS (
  SELECT
    k0,
    k1,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal
  FROM members
  GROUP BY k0, k1
)
SELECT
  CAST(IFNULL(SUM(lrows), 0) AS INT64) AS left_rows,
  CAST(IFNULL(SUM(rrows), 0) AS INT64) AS right_rows,
  CAST(IFNULL(SUM(equal), 0) AS INT64) AS equal_rows,
  CAST(IFNULL(SUM(IF(k0 IS NULL OR k1 IS NULL, lrows, 0)), 0) AS INT64) AS left_null_keys,
  CAST(IFNULL(SUM(IF(k0 IS NULL OR k1 IS NULL, rrows, 0)), 0) AS INT64) AS right_null_keys,
  COUNTIF(lrows > 1) AS left_repeated_keys,
  COUNTIF(rrows > 1) AS right_repeated_keys,
  CAST(IFNULL(SUM(IF(lrows > 1, lrows, 0)), 0) AS INT64) AS left_repeated_rows,
  CAST(IFNULL(SUM(IF(rrows > 1, rrows, 0)), 0) AS INT64) AS right_repeated_rows
FROM matched
