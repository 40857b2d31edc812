WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c0,
    IF(x.`s` IS NULL, NULL, CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS c1,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c3,
    x.`f` AS c4,
    CONCAT('x', TO_HEX(ST_ASBINARY(x.`g`))) AS c5
  FROM `dit-sandbox.golden.inside_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c0,
    IF(x.`s` IS NULL, NULL, CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS c1,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c3,
    x.`f` AS c4,
    CONCAT('x', TO_HEX(ST_ASBINARY(x.`g`))) AS c5
  FROM `dit-sandbox.golden.inside_right` AS x
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
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5
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
