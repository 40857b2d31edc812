WITH digests AS (
  SELECT TO_HEX(SHA256(CONCAT(
    IFNULL(CAST(x.`id` AS STRING), '~'), ',',
    IFNULL(CONCAT('"', REPLACE(x.`s`, '"', '""'), '"'), '~'), ',',
    IFNULL(IF(x.`v` = 0, '0', FORMAT('%.17g', x.`v`)), '~')
  ))) AS digest
  FROM `dit-sandbox.golden.whole_rows_left` AS x
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
