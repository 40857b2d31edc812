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
    SUM(LEAST(l, r)) AS equal,
    SUM(l - LEAST(l, r)) AS lrest,
    SUM(r - LEAST(l, r)) AS rrest,
    MAX(IF(l > r, c0, NULL)) AS l0,
    MAX(IF(r > l, c0, NULL)) AS r0,
    MAX(IF(l > r, c1, NULL)) AS l1,
    MAX(IF(r > l, c1, NULL)) AS r1,
    MAX(IF(l > r, c2, NULL)) AS l2,
    MAX(IF(r > l, c2, NULL)) AS r2,
    MAX(IF(l > r, c3, NULL)) AS l3,
    MAX(IF(r > l, c3, NULL)) AS r3,
    MAX(IF(l > r, c4, NULL)) AS l4,
    MAX(IF(r > l, c4, NULL)) AS r4,
    MAX(IF(l > r, c5, NULL)) AS l5,
    MAX(IF(r > l, c5, NULL)) AS r5,
    MAX(IF(l > r, c6, NULL)) AS l6,
    MAX(IF(r > l, c6, NULL)) AS r6,
    MAX(IF(l > r, c7, NULL)) AS l7,
    MAX(IF(r > l, c7, NULL)) AS r7,
    MAX(IF(l > r, c8, NULL)) AS l8,
    MAX(IF(r > l, c8, NULL)) AS r8,
    MAX(IF(l > r, c9, NULL)) AS l9,
    MAX(IF(r > l, c9, NULL)) AS r9,
    MAX(IF(l > r, c10, NULL)) AS l10,
    MAX(IF(r > l, c10, NULL)) AS r10,
    MAX(IF(l > r, c11, NULL)) AS l11,
    MAX(IF(r > l, c11, NULL)) AS r11,
    MAX(IF(l > r, c12, NULL)) AS l12,
    MAX(IF(r > l, c12, NULL)) AS r12,
    MAX(IF(l > r, c13, NULL)) AS l13,
    MAX(IF(r > l, c13, NULL)) AS r13,
    MAX(IF(l > r, c14, NULL)) AS l14,
    MAX(IF(r > l, c14, NULL)) AS r14,
    MAX(IF(l > r, c15, NULL)) AS l15,
    MAX(IF(r > l, c15, NULL)) AS r15,
    MAX(IF(l > r, c16, NULL)) AS l16,
    MAX(IF(r > l, c16, NULL)) AS r16,
    MAX(IF(l > r, c17, NULL)) AS l17,
    MAX(IF(r > l, c17, NULL)) AS r17,
    MAX(IF(l > r, c18, NULL)) AS l18,
    MAX(IF(r > l, c18, NULL)) AS r18,
    MAX(IF(l > r, c19, NULL)) AS l19,
    MAX(IF(r > l, c19, NULL)) AS r19,
    IF(SUM(l) > 0, MAX(IF(l > 0, c3, NULL)), MAX(c3)) AS v3,
    IF(SUM(l) > 0, MAX(IF(l > 0, c4, NULL)), MAX(c4)) AS v4,
    IF(SUM(l) > 0, MAX(IF(l > 0, c6, NULL)), MAX(c6)) AS v6,
    IF(SUM(l) > 0, MAX(IF(l > 0, c7, NULL)), MAX(c7)) AS v7,
    IF(SUM(l) > 0, MAX(IF(l > 0, c9, NULL)), MAX(c9)) AS v9,
    IF(SUM(l) > 0, MAX(IF(l > 0, c11, NULL)), MAX(c11)) AS v11
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l0 = r0 OR (IS_NAN(l0) AND IS_NAN(r0)), l0 IS NULL AND r0 IS NULL)) AS d0,
    IF(ABS(l0) < 1e290 AND ABS(r0) < 1e290, ABS(l0 - r0), NULL) AS e0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1,
    IF(ABS(l1) < 4e28 AND ABS(r1) < 4e28, CAST(ABS(l1 - r1) AS FLOAT64), NULL) AS e1,
    lrest = 1 AND rrest = 1 AND (l2 IS DISTINCT FROM r2) AS d2,
    IF(ABS(l2) < 4e19 AND ABS(r2) < 4e19, CAST(ABS(l2 - r2) AS FLOAT64), NULL) AS e2,
    lrest = 1 AND rrest = 1 AND (l3 IS DISTINCT FROM r3) AS d3,
    lrest = 1 AND rrest = 1 AND (l4 IS DISTINCT FROM r4) AS d4,
    lrest = 1 AND rrest = 1 AND (l5 IS DISTINCT FROM r5) AS d5,
    lrest = 1 AND rrest = 1 AND (l6 IS DISTINCT FROM r6) AS d6,
    lrest = 1 AND rrest = 1 AND (l7 IS DISTINCT FROM r7) AS d7,
    CAST(ABS(DATETIME_DIFF(l7, r7, MICROSECOND)) AS FLOAT64) AS e7,
    lrest = 1 AND rrest = 1 AND (l8 IS DISTINCT FROM r8) AS d8,
    lrest = 1 AND rrest = 1 AND (l9 IS DISTINCT FROM r9) AS d9,
    CAST(ABS(UNIX_MICROS(l9) - UNIX_MICROS(r9)) AS FLOAT64) AS e9,
    lrest = 1 AND rrest = 1 AND (l10 IS DISTINCT FROM r10) AS d10,
    lrest = 1 AND rrest = 1 AND (l11 IS DISTINCT FROM r11) AS d11,
    CAST(ABS(CAST(l11 AS NUMERIC) - CAST(r11 AS NUMERIC)) AS FLOAT64) AS e11,
    lrest = 1 AND rrest = 1 AND (l12 IS DISTINCT FROM r12) AS d12,
    lrest = 1 AND rrest = 1 AND (l13 IS DISTINCT FROM r13) AS d13,
    lrest = 1 AND rrest = 1 AND (l14 IS DISTINCT FROM r14) AS d14,
    IF(STARTS_WITH(l14, 'x0101000000') AND STARTS_WITH(r14, 'x0101000000'), ST_DISTANCE(ST_GEOGFROMWKB(FROM_HEX(SUBSTR(l14, 2)), oriented => TRUE), ST_GEOGFROMWKB(FROM_HEX(SUBSTR(r14, 2)), oriented => TRUE)), NULL) AS e14,
    lrest = 1 AND rrest = 1 AND (l15 IS DISTINCT FROM r15) AS d15,
    lrest = 1 AND rrest = 1 AND (l16 IS DISTINCT FROM r16) AS d16,
    lrest = 1 AND rrest = 1 AND (l17 IS DISTINCT FROM r17) AS d17,
    lrest = 1 AND rrest = 1 AND (l18 IS DISTINCT FROM r18) AS d18,
    lrest = 1 AND rrest = 1 AND (l19 IS DISTINCT FROM r19) AS d19
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
    (1, CAST(v3 AS STRING)),
    (2, v4),
    (3, CAST(v6 AS STRING)),
    (4, CAST(DATE(v7) AS STRING)),
    (5, CAST(DATE(v9, 'UTC') AS STRING)),
    (6, CAST(v11 AS STRING)),
    (7, CONCAT(IF(d0, ' 0', ''), IF(d1, ' 1', ''), IF(d2, ' 2', ''), IF(d3, ' 3', ''), IF(d4, ' 4', ''), IF(d5, ' 5', ''), IF(d6, ' 6', ''), IF(d7, ' 7', ''), IF(d8, ' 8', ''), IF(d9, ' 9', ''), IF(d10, ' 10', ''), IF(d11, ' 11', ''), IF(d12, ' 12', ''), IF(d13, ' 13', ''), IF(d14, ' 14', ''), IF(d15, ' 15', ''), IF(d16, ' 16', ''), IF(d17, ' 17', ''), IF(d18, ' 18', ''), IF(d19, ' 19', '')))
  ])
  WHERE part < 7 OR (fate = 'changed')
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
  HAVING COUNT(*) <= IF(part IN (0, 7, 3, 4, 5), 10000, 100)
)
SELECT
  ARRAY_AGG(found ORDER BY part) AS found
FROM summed
