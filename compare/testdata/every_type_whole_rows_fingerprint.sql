WITH digests AS (
  SELECT TO_HEX(SHA256(CONCAT(
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(x_e0 = 0, '0', FORMAT('%.17g', x_e0)), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`ar`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ',',
    IFNULL(CAST(x_.`b` AS STRING), '~'), ',',
    IFNULL(CAST(CAST(x_.`bn` AS BIGNUMERIC) AS STRING), '~'), ',',
    IFNULL(CONCAT('x', TO_HEX(x_.`by`)), '~'), ',',
    IFNULL(CAST(x_.`d` AS STRING), '~'), ',',
    IFNULL(CAST(x_.`dt` AS STRING), '~'), ',',
    IFNULL(IF(x_.`f` = 0, '0', FORMAT('%.17g', x_.`f`)), '~'), ',',
    IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x_.`g`))), '~'), ',',
    IFNULL(CAST(x_.`i` AS STRING), '~'), ',',
    IFNULL(CAST(x_.`id` AS STRING), '~'), ',',
    IFNULL(CAST(x_.`iv` AS STRING), '~'), ',',
    IFNULL(IF(x_.`j` IS NULL, NULL, CONCAT('"', REPLACE(TO_JSON_STRING(x_.`j`), '"', '""'), '"')), '~'), ',',
    IFNULL(CAST(CAST(x_.`n` AS NUMERIC) AS STRING), '~'), ',',
    IFNULL(IF(x_.`ra` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`ra`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`ra`) AS STRING), '~'), ')')), '~'), ',',
    IFNULL(IF(x_.`rd` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`rd`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`rd`) AS STRING), '~'), ')')), '~'), ',',
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x_e0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_e0.`x`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(x_e1 AS STRING), '~'), ',' ORDER BY x_o1) FROM UNNEST(x_e0.`y`) AS x_e1 WITH OFFSET AS x_o1), ''), ']'), ',', IF(x_e0.`z` IS NULL, '~', CONCAT('(', IFNULL(CAST(x_e0.`z`.`b` AS STRING), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x_e0.`z`.`g`))), '~'), ',', IFNULL(CAST(x_e0.`z`.`iv` AS STRING), '~'), ',', IFNULL(IF(x_e0.`z`.`r` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_e0.`z`.`r`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_e0.`z`.`r`)) AS STRING), '~'), ')')), '~'), ')')), ')')), ',' ORDER BY x_o0) FROM UNNEST(x_.`rr`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ',',
    IFNULL(IF(x_.`rt` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_.`rt`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_.`rt`)) AS STRING), '~'), ')')), '~'), ',',
    IFNULL(CONCAT('"', REPLACE(x_.`s`, '"', '""'), '"'), '~'), ',',
    IF(x_.`st` IS NULL, '~', CONCAT('(', IFNULL(CAST(x_.`st`.`a` AS STRING), '~'), ',', IFNULL(IF(x_.`st`.`f` = 0, '0', FORMAT('%.17g', x_.`st`.`f`)), '~'), ',', IF(x_.`st`.`in` IS NULL, '~', CONCAT('(', IFNULL(CONCAT('x', TO_HEX(x_.`st`.`in`.`by`)), '~'), ',', IFNULL(IF(x_.`st`.`in`.`j` IS NULL, NULL, CONCAT('"', REPLACE(TO_JSON_STRING(x_.`st`.`in`.`j`), '"', '""'), '"')), '~'), ',', IFNULL(CAST(CAST(x_.`st`.`in`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x_.`st`.`in`.`s`, '"', '""'), '"'), '~'), ')')), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(x_e0) AS STRING), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`st`.`ts`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ')')), ',',
    IFNULL(CAST(x_.`tm` AS STRING), '~'), ',',
    IFNULL(CAST(UNIX_MICROS(x_.`ts`) AS STRING), '~')
  ))) AS digest
  FROM `dit-sandbox.golden.every_type_whole_rows_left` AS x_
)
SELECT
  COUNT(*) AS n,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 1, 7)) AS INT64)), 0) AS sum0,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 8, 7)) AS INT64)), 0) AS sum1,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 15, 7)) AS INT64)), 0) AS sum2,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 22, 7)) AS INT64)), 0) AS sum3,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 29, 7)) AS INT64)), 0) AS sum4,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 36, 7)) AS INT64)), 0) AS sum5,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 43, 7)) AS INT64)), 0) AS sum6,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 50, 7)) AS INT64)), 0) AS sum7,
  IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, 57, 7)) AS INT64)), 0) AS sum8
FROM digests
