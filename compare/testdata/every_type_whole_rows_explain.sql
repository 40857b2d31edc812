WITH sides AS (
  SELECT
    0 AS side,
    x_.`id` AS k0,
    x_.`f` AS k1,
    x_.`n` AS k2,
    x_.`bn` AS k3,
    x_.`b` AS k4,
    x_.`s` AS k5,
    x_.`by` AS k6,
    x_.`d` AS k7,
    x_.`dt` AS k8,
    x_.`tm` AS k9,
    x_.`ts` AS k10,
    IF(x_.`j` IS NULL, NULL, TO_JSON_STRING(x_.`j`)) AS k11,
    x_.`i` AS k12,
    IF(x_.`st` IS NULL, NULL, CONCAT('(', IFNULL(CAST(x_.`st`.`a` AS STRING), '~'), ',', IFNULL(IF(x_.`st`.`f` = 0, '0', FORMAT('%.17g', x_.`st`.`f`)), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(x_e0) AS STRING), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`st`.`ts`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ',', IF(x_.`st`.`in` IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_.`st`.`in`.`s`, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('x', TO_HEX(x_.`st`.`in`.`by`)), '~'), ',', IFNULL(IF(x_.`st`.`in`.`j` IS NULL, NULL, CONCAT('"', REPLACE(TO_JSON_STRING(x_.`st`.`in`.`j`), '"', '""'), '"')), '~'), ',', IFNULL(CAST(CAST(x_.`st`.`in`.`n` AS NUMERIC) AS STRING), '~'), ')')), ')')) AS k13,
    CAST(x_.`iv` AS STRING) AS k14,
    CONCAT('x', TO_HEX(ST_ASBINARY(x_.`g`))) AS k15,
    IF(x_.`ra` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`ra`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`ra`) AS STRING), '~'), ')')) AS k16,
    IF(x_.`rt` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_.`rt`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_.`rt`)) AS STRING), '~'), ')')) AS k17,
    IF(x_.`rd` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`rd`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`rd`) AS STRING), '~'), ')')) AS k18,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(x_e0 = 0, '0', FORMAT('%.17g', x_e0)), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`ar`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS k19,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x_e0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_e0.`x`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(x_e1 AS STRING), '~'), ',' ORDER BY x_o1) FROM UNNEST(x_e0.`y`) AS x_e1 WITH OFFSET AS x_o1), ''), ']'), ',', IF(x_e0.`z` IS NULL, '~', CONCAT('(', IFNULL(CAST(x_e0.`z`.`b` AS STRING), '~'), ',', IFNULL(CAST(x_e0.`z`.`iv` AS STRING), '~'), ',', IFNULL(IF(x_e0.`z`.`r` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_e0.`z`.`r`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_e0.`z`.`r`)) AS STRING), '~'), ')')), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x_e0.`z`.`g`))), '~'), ')')), ')')), ',' ORDER BY x_o0) FROM UNNEST(x_.`rr`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS k20
  FROM `dit-sandbox.golden.every_type_whole_rows_left` AS x_
  UNION ALL
  SELECT
    1 AS side,
    x_.`id` AS k0,
    x_.`f` AS k1,
    x_.`n` AS k2,
    x_.`bn` AS k3,
    x_.`b` AS k4,
    x_.`s` AS k5,
    x_.`by` AS k6,
    x_.`d` AS k7,
    x_.`dt` AS k8,
    x_.`tm` AS k9,
    x_.`ts` AS k10,
    IF(x_.`j` IS NULL, NULL, TO_JSON_STRING(x_.`j`)) AS k11,
    x_.`i` AS k12,
    IF(x_.`st` IS NULL, NULL, CONCAT('(', IFNULL(CAST(x_.`st`.`a` AS STRING), '~'), ',', IFNULL(IF(x_.`st`.`f` = 0, '0', FORMAT('%.17g', x_.`st`.`f`)), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(x_e0) AS STRING), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`st`.`ts`) AS x_e0 WITH OFFSET AS x_o0), ''), ']'), ',', IF(x_.`st`.`in` IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_.`st`.`in`.`s`, '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('x', TO_HEX(x_.`st`.`in`.`by`)), '~'), ',', IFNULL(IF(x_.`st`.`in`.`j` IS NULL, NULL, CONCAT('"', REPLACE(TO_JSON_STRING(x_.`st`.`in`.`j`), '"', '""'), '"')), '~'), ',', IFNULL(CAST(CAST(x_.`st`.`in`.`n` AS NUMERIC) AS STRING), '~'), ')')), ')')) AS k13,
    CAST(x_.`iv` AS STRING) AS k14,
    CONCAT('x', TO_HEX(ST_ASBINARY(x_.`g`))) AS k15,
    IF(x_.`ra` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`ra`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`ra`) AS STRING), '~'), ')')) AS k16,
    IF(x_.`rt` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_.`rt`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_.`rt`)) AS STRING), '~'), ')')) AS k17,
    IF(x_.`rd` IS NULL, NULL, CONCAT('(', IFNULL(CAST(RANGE_START(x_.`rd`) AS STRING), '~'), ',', IFNULL(CAST(RANGE_END(x_.`rd`) AS STRING), '~'), ')')) AS k18,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(x_e0 = 0, '0', FORMAT('%.17g', x_e0)), '~'), ',' ORDER BY x_o0) FROM UNNEST(x_.`ar`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS k19,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(x_e0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(x_e0.`x`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(x_e1 AS STRING), '~'), ',' ORDER BY x_o1) FROM UNNEST(x_e0.`y`) AS x_e1 WITH OFFSET AS x_o1), ''), ']'), ',', IF(x_e0.`z` IS NULL, '~', CONCAT('(', IFNULL(CAST(x_e0.`z`.`b` AS STRING), '~'), ',', IFNULL(CAST(x_e0.`z`.`iv` AS STRING), '~'), ',', IFNULL(IF(x_e0.`z`.`r` IS NULL, NULL, CONCAT('(', IFNULL(CAST(UNIX_MICROS(RANGE_START(x_e0.`z`.`r`)) AS STRING), '~'), ',', IFNULL(CAST(UNIX_MICROS(RANGE_END(x_e0.`z`.`r`)) AS STRING), '~'), ')')), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(x_e0.`z`.`g`))), '~'), ')')), ')')), ',' ORDER BY x_o0) FROM UNNEST(x_.`rr`) AS x_e0 WITH OFFSET AS x_o0), ''), ']') AS k20
  FROM `dit-sandbox.golden.every_type_whole_rows_right` AS x_
),
members AS (
  SELECT
    k0,
    k1,
    k2,
    k3,
    k4,
    k5,
    k6,
    k7,
    k8,
    k9,
    k10,
    k11,
    k12,
    k13,
    k14,
    k15,
    k16,
    k17,
    k18,
    k19,
    k20,
    COUNTIF(side = 0) AS l,
    COUNTIF(side = 1) AS r
  FROM sides
  GROUP BY k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, k12, k13, k14, k15, k16, k17, k18, k19, k20
),
matched AS (
  SELECT
    k0,
    k1,
    k2,
    k3,
    k4,
    k5,
    k6,
    k7,
    k8,
    k9,
    k10,
    k11,
    k12,
    k13,
    k14,
    k15,
    k16,
    k17,
    k18,
    k19,
    k20,
    SUM(l) AS lrows,
    SUM(r) AS rrows,
    SUM(LEAST(l, r)) AS equal,
    SUM(l - LEAST(l, r)) AS lrest,
    SUM(r - LEAST(l, r)) AS rrest
  FROM members
  GROUP BY k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, k12, k13, k14, k15, k16, k17, k18, k19, k20
),
judged AS (
  SELECT
    *
  FROM matched
),
classed AS (
  SELECT
    *,
    CASE
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 THEN 'changed'
      ELSE 'unpaired'
    END AS fate
  FROM judged
),
placed AS (
  SELECT
    part,
    value,
    fate NOT IN ('equal', 'tolerated') AS differs
  FROM classed CROSS JOIN UNNEST(ARRAY<STRUCT<part INT64, value STRING>>[
    (0, ''),
    (1, CAST(k0 AS STRING)),
    (2, CAST(k4 AS STRING)),
    (3, k5),
    (4, CAST(k7 AS STRING)),
    (5, CAST(DATE(k8) AS STRING)),
    (6, CAST(DATE(k10, 'UTC') AS STRING)),
    (7, CAST(k12 AS STRING))
  ])
),
counted AS (
  SELECT
    part,
    value,
    COUNT(*) AS n,
    COUNTIF(differs) AS differing
  FROM placed
  GROUP BY part, value
),
summed AS (
  SELECT
    part,
    CONCAT('(', CAST(part AS STRING), ',', CAST(COUNT(*) AS STRING), ',', CAST(COUNTIF(differing > 0) AS STRING), ',', CAST(SUM(n) AS STRING), ',', CAST(SUM(differing) AS STRING), ',', CAST(SUM(IF(differing > 0, n, 0)) AS STRING), ',', IFNULL(CONCAT('"', REPLACE(MIN(IF(differing > 0, IFNULL(value, ''), NULL)), '"', '""'), '"'), '~'), ',', IFNULL(CONCAT('"', REPLACE(MAX(IF(differing > 0, IFNULL(value, ''), NULL)), '"', '""'), '"'), '~'), ',', CONCAT('[', ARRAY_TO_STRING(ARRAY_AGG(CONCAT('(', IFNULL(CONCAT('"', REPLACE(value, '"', '""'), '"'), '~'), ',', CAST(differing AS STRING), ',', CAST(n AS STRING), ')') ORDER BY differing DESC, n, value LIMIT 5), ','), ']'), ')') AS found
  FROM counted
  GROUP BY part
  HAVING COUNT(*) <= IF(part IN (0, 8, 4, 5, 6), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
