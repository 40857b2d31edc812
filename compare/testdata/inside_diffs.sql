WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c0,
    x.`a` AS vc0,
    IF(x.`s` IS NULL, NULL, CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS c1,
    x.`s` AS vc1,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c2,
    x.`r` AS vc2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c3,
    x.`tags` AS vc3,
    x.`f` AS c4,
    CONCAT('x', TO_HEX(ST_ASBINARY(x.`g`))) AS c5,
    x.`g` AS vc5
  FROM `dit-sandbox.golden.inside_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c0,
    x.`a` AS vc0,
    IF(x.`s` IS NULL, NULL, CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS c1,
    x.`s` AS vc1,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c2,
    x.`r` AS vc2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c3,
    x.`tags` AS vc3,
    x.`f` AS c4,
    CONCAT('x', TO_HEX(ST_ASBINARY(x.`g`))) AS c5,
    x.`g` AS vc5
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
    COUNTIF(side = 1) AS r,
    ANY_VALUE(vc0) AS vc0,
    ANY_VALUE(vc1) AS vc1,
    ANY_VALUE(vc2) AS vc2,
    ANY_VALUE(vc3) AS vc3,
    ANY_VALUE(vc5) AS vc5
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5
)
SELECT
  l AS dit_left_rows,
  r AS dit_right_rows,
  k0 AS `id`,
  vc0 AS `a`,
  vc1 AS `s`,
  vc2 AS `r`,
  vc3 AS `tags`,
  c4 AS `f`,
  vc5 AS `g`
FROM members
WHERE l != r
