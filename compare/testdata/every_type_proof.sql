WITH sides AS (
  SELECT
    0 AS side,
    x_.`id` AS k0,
    x_.`f` AS c0,
    x_.`n` AS c1,
    x_.`bn` AS c2,
    x_.`b` AS c3,
    x_.`s` AS c4,
    x_.`by` AS c5,
    x_.`d` AS c6,
    x_.`dt` AS c7,
    x_.`tm` AS c8,
    x_.`ts` AS c9,
    IF(x_.`j` IS NULL, NULL, TO_JSON_STRING(x_.`j`)) AS c10,
    x_.`i` AS c11,
    IF(x_.`st` IS NULL, NULL, CONCAT('(', IFNULL(CAST(x_.`st`.`a` AS STRING), '~'), ',', IFNULL(IF(x_.`st`.`f` = 0, '0', FORMAT('%.17g', x_.`st`.`f`)), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(x_e0) AS STRING), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`st`.`ts`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ',', IF(x_.`st`.`in` IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_.`st`.`in`.`s`, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('x', TO_HEX(x_.`st`.`in`.`by`)), '~'), ',', IFNULL(IF(x_.`st`.`in`.`j` IS NULL, NULL, CONCAT('"', REPLACE(TO_JSON_STRING(x_.`st`.`in`.`j`), '"', '""'), '"')), '~'), ',', IFNULL(CAST(CAST(x_.`st`.`in`.`n` AS NUMERIC) AS STRING), '~'), ')')), ')')) AS c12,
    CAST(x_.`iv` AS STRING) AS c13,
    CONCAT('x', TO_HEX(ST_ASBINARY(x_.`g`))) AS c14,
    IF(x_.`ra` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`ra`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`ra`) AS STRING), '~'), ')')) AS c15,
    IF(x_.`rt` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_.`rt`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_.`rt`)) AS STRING), '~'), ')')) AS c16,
    IF(x_.`rd` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`rd`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`rd`) AS STRING), '~'), ')')) AS c17,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(x_e0 = 0, '0', FORMAT('%.17g', x_e0)), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`ar`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS c18,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x_e0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_e0.`x`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(x_e1 AS STRING), '~'), ',' ORDER BY x_o1) FROM UNNEST(x_e0.`y`) AS x_e1 WITH OFFSET AS x_o1), ''), ']'), ',', IF(x_e0.`z` IS NULL, '~', CONCAT('(', IFNULL(CAST(x_e0.`z`.`b` AS STRING), '~'), ',', IFNULL(CAST(x_e0.`z`.`iv` AS STRING), '~'), ',', IFNULL(IF(x_e0.`z`.`r` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_e0.`z`.`r`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_e0.`z`.`r`)) AS STRING), '~'), ')')), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x_e0.`z`.`g`))), '~'), ')')), ')')), ',' ORDER BY x_o0) FROM UNNEST(x_.`rr`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS c19
  FROM `dit-sandbox.golden.every_type_left` AS x_
  UNION ALL
  SELECT
    1 AS side,
    x_.`id` AS k0,
    x_.`f` AS c0,
    x_.`n` AS c1,
    x_.`bn` AS c2,
    x_.`b` AS c3,
    x_.`s` AS c4,
    x_.`by` AS c5,
    x_.`d` AS c6,
    x_.`dt` AS c7,
    x_.`tm` AS c8,
    x_.`ts` AS c9,
    IF(x_.`j` IS NULL, NULL, TO_JSON_STRING(x_.`j`)) AS c10,
    x_.`i` AS c11,
    IF(x_.`st` IS NULL, NULL, CONCAT('(', IFNULL(CAST(x_.`st`.`a` AS STRING), '~'), ',', IFNULL(IF(x_.`st`.`f` = 0, '0', FORMAT('%.17g', x_.`st`.`f`)), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(x_e0) AS STRING), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`st`.`ts`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ',', IF(x_.`st`.`in` IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_.`st`.`in`.`s`, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('x', TO_HEX(x_.`st`.`in`.`by`)), '~'), ',', IFNULL(IF(x_.`st`.`in`.`j` IS NULL, NULL, CONCAT('"', REPLACE(TO_JSON_STRING(x_.`st`.`in`.`j`), '"', '""'), '"')), '~'), ',', IFNULL(CAST(CAST(x_.`st`.`in`.`n` AS NUMERIC) AS STRING), '~'), ')')), ')')) AS c12,
    CAST(x_.`iv` AS STRING) AS c13,
    CONCAT('x', TO_HEX(ST_ASBINARY(x_.`g`))) AS c14,
    IF(x_.`ra` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`ra`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`ra`) AS STRING), '~'), ')')) AS c15,
    IF(x_.`rt` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_.`rt`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_.`rt`)) AS STRING), '~'), ')')) AS c16,
    IF(x_.`rd` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`rd`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`rd`) AS STRING), '~'), ')')) AS c17,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(x_e0 = 0, '0', FORMAT('%.17g', x_e0)), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`ar`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS c18,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x_e0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_e0.`x`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(x_e1 AS STRING), '~'), ',' ORDER BY x_o1) FROM UNNEST(x_e0.`y`) AS x_e1 WITH OFFSET AS x_o1), ''), ']'), ',', IF(x_e0.`z` IS NULL, '~', CONCAT('(', IFNULL(CAST(x_e0.`z`.`b` AS STRING), '~'), ',', IFNULL(CAST(x_e0.`z`.`iv` AS STRING), '~'), ',', IFNULL(IF(x_e0.`z`.`r` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_e0.`z`.`r`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_e0.`z`.`r`)) AS STRING), '~'), ')')), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x_e0.`z`.`g`))), '~'), ')')), ')')), ',' ORDER BY x_o0) FROM UNNEST(x_.`rr`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS c19
  FROM `dit-sandbox.golden.every_type_right` AS x_
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
    c12,
    c13,
    c14,
    c15,
    c16,
    c17,
    c18,
    c19,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19
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
