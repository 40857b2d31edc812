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
)
SELECT
  CAST(IFNULL(SUM(lrows), 0) AS INT64) AS left_rows,
  CAST(IFNULL(SUM(rrows), 0) AS INT64) AS right_rows,
  CAST(IFNULL(SUM(equal), 0) AS INT64) AS equal_rows,
  COUNTIF((fate = 'changed')) AS changed,
  COUNTIF((fate = 'tolerated')) AS tolerated,
  CAST(IFNULL(SUM(IF((fate = 'only_left'), lrows, 0)), 0) AS INT64) AS only_left,
  CAST(IFNULL(SUM(IF((fate = 'only_right'), rrows, 0)), 0) AS INT64) AS only_right,
  CAST(IFNULL(SUM(IF((fate = 'unpaired'), lrest, 0)), 0) AS INT64) AS unpaired_left,
  CAST(IFNULL(SUM(IF((fate = 'unpaired'), rrest, 0)), 0) AS INT64) AS unpaired_right,
  CAST(IFNULL(SUM(IF(k0 IS NULL OR k1 IS NULL OR k2 IS NULL OR k3 IS NULL OR k4 IS NULL OR k5 IS NULL OR k6 IS NULL OR k7 IS NULL OR k8 IS NULL OR k9 IS NULL OR k10 IS NULL OR k11 IS NULL OR k12 IS NULL OR k13 IS NULL OR k14 IS NULL OR k15 IS NULL OR k16 IS NULL OR k17 IS NULL OR k18 IS NULL OR k19 IS NULL OR k20 IS NULL, lrows, 0)), 0) AS INT64) AS left_null_keys,
  CAST(IFNULL(SUM(IF(k0 IS NULL OR k1 IS NULL OR k2 IS NULL OR k3 IS NULL OR k4 IS NULL OR k5 IS NULL OR k6 IS NULL OR k7 IS NULL OR k8 IS NULL OR k9 IS NULL OR k10 IS NULL OR k11 IS NULL OR k12 IS NULL OR k13 IS NULL OR k14 IS NULL OR k15 IS NULL OR k16 IS NULL OR k17 IS NULL OR k18 IS NULL OR k19 IS NULL OR k20 IS NULL, rrows, 0)), 0) AS INT64) AS right_null_keys,
  COUNTIF(lrows > 1) AS left_repeated_keys,
  COUNTIF(rrows > 1) AS right_repeated_keys,
  CAST(IFNULL(SUM(IF(lrows > 1, lrows, 0)), 0) AS INT64) AS left_repeated_rows,
  CAST(IFNULL(SUM(IF(rrows > 1, rrows, 0)), 0) AS INT64) AS right_repeated_rows,
  ARRAY<INT64>[] AS column_differing,
  ARRAY<INT64>[] AS column_tolerated,
  ARRAY<INT64>[] AS column_nulls,
  ARRAY<INT64>[] AS column_measured,
  ARRAY<FLOAT64>[] AS column_max_beyond,
  ARRAY<FLOAT64>[] AS column_max_abs,
  ARRAY<FLOAT64>[] AS column_mean_abs,
  ARRAY<FLOAT64>[] AS column_p50_abs,
  ARRAY<FLOAT64>[] AS column_p99_abs,
  ARRAY<FLOAT64>[] AS column_max_rel,
  ARRAY<FLOAT64>[] AS column_mean_rel,
  ARRAY<FLOAT64>[] AS column_p50_rel,
  ARRAY<FLOAT64>[] AS column_p99_rel
FROM classed
