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
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `select`,
  k1 AS `a`,
  c0 AS `a__b`,
  c1 AS `x`,
  c2 AS `k0`,
  c3 AS `c0`,
  c4 AS `x_e0`,
  c5 AS `side`,
  c6 AS `from`,
  c7 AS `naïve name`
FROM members
WHERE l != r
