WITH digests AS (
  SELECT TO_HEX(SHA256(CONCAT(
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ',',
    IFNULL(IF(x.`f` = 0, '0', FORMAT('%.17g', x.`f`)), '~'), ',',
    IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x.`g`))), '~'), ',',
    IFNULL(CAST(x.`id` AS STRING), '~'), ',',
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ',', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ',',
    IF(x.`s` IS NULL, '~', CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')), ',',
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']')
  ))) AS digest
  FROM `dit-sandbox.golden.inside_left` AS x
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
