WITH digests AS (
  SELECT TO_HEX(SHA256(CONCAT(
    IF(x__.`a` IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x__.`a`.`b`, '"', '""'), '"'), '~'), ',', IFNULL(CAST(x__.`a`.`group` AS STRING), '~'), ')')), ',',
    IFNULL(CONCAT('"', REPLACE(x__.`a__b`, '"', '""'), '"'), '~'), ',',
    IFNULL(IF(x__.`c0` = 0, '0', FORMAT('%.17g', x__.`c0`)), '~'), ',',
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x__e0 IS NULL, '~', CONCAT('(', IFNULL(CAST(x__e0.`lrows` AS STRING), '~'), ')')), ',' ORDER BY x__o0) FROM UNNEST(x__.`from`) AS x__e0 WITH OFFSET AS x__o0), ''), ']'), ',',
    IFNULL(CAST(x__.`k0` AS STRING), '~'), ',',
    IFNULL(CONCAT('"', REPLACE(x__.`naïve name`, '"', '""'), '"'), '~'), ',',
    IFNULL(CAST(x__.`select` AS STRING), '~'), ',',
    IFNULL(CAST(x__.`side` AS STRING), '~'), ',',
    IFNULL(CONCAT('"', REPLACE(x__.`x`, '"', '""'), '"'), '~'), ',',
    IFNULL(CONCAT('"', REPLACE(x__.`x_e0`, '"', '""'), '"'), '~')
  ))) AS digest
  FROM `dit-sandbox.golden.awkward_names_left` AS x__
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
