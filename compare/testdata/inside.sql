WITH sides AS (
  SELECT
    0 AS side,
    x.`id` AS k0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), ',' ORDER BY IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), xe0, IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~')) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS u0,
    IFNULL((SELECT STRING_AGG(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), ',' ORDER BY IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), xe0, IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~')) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), '') AS t0_0,
    IF(x.`s` IS NULL, NULL, CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS c1,
    IF(x.`s` IS NULL, '~', CONCAT('(', IFNULL(IF(x.`s`.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(x.`s`.`n` IS NULL, NULL, '*'), '~'), ',', IFNULL(CONCAT('"', REPLACE(IF(SAFE.PARSE_JSON(x.`s`.`t`) IS NULL, CONCAT('t', x.`s`.`t`), CONCAT('j', TO_JSON_STRING(SAFE.PARSE_JSON(x.`s`.`t`)))), '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS u1,
    IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '') AS t1_0,
    IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '') AS t1_1,
    IFNULL((SELECT STRING_AGG(CAST(UNIX_MICROS(xe0) AS STRING), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), '') AS t1_2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS u2,
    IFNULL((SELECT STRING_AGG(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_0,
    IFNULL((SELECT STRING_AGG(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_1,
    IFNULL((SELECT STRING_AGG((SELECT STRING_AGG(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_2,
    IFNULL((SELECT STRING_AGG((SELECT STRING_AGG(CAST(xe1.`dt` AS STRING), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_3,
    IFNULL((SELECT STRING_AGG((SELECT STRING_AGG(CAST(xe1.`i` AS STRING), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_4,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c3,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(TRIM(LOWER(xe0), ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), '"', '""'), '"'), '~'), ',' ORDER BY IFNULL(CONCAT('"', REPLACE(TRIM(LOWER(xe0), ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), '"', '""'), '"'), '~'), IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~')) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS u3,
    x.`f` AS c4,
    CONCAT('x', TO_HEX(ST_ASBINARY(x.`g`))) AS c5
  FROM `dit-sandbox.golden.inside_left` AS x
  UNION ALL
  SELECT
    1 AS side,
    x.`id` AS k0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c0,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), ',' ORDER BY IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), xe0, IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~')) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS u0,
    IFNULL((SELECT STRING_AGG(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), ',' ORDER BY IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), xe0, IFNULL(IF(xe0 = 0, '0', FORMAT('%.17g', xe0)), '~')) FROM UNNEST(x.`a`) AS xe0 WITH OFFSET AS xo0), '') AS t0_0,
    IF(x.`s` IS NULL, NULL, CONCAT('(', IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '~'), ',', IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '~'), ',', IFNULL(CONCAT('"', REPLACE(x.`s`.`t`, '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CAST(UNIX_MICROS(xe0) AS STRING), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS c1,
    IF(x.`s` IS NULL, '~', CONCAT('(', IFNULL(IF(x.`s`.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(x.`s`.`n` IS NULL, NULL, '*'), '~'), ',', IFNULL(CONCAT('"', REPLACE(IF(SAFE.PARSE_JSON(x.`s`.`t`) IS NULL, CONCAT('t', x.`s`.`t`), CONCAT('j', TO_JSON_STRING(SAFE.PARSE_JSON(x.`s`.`t`)))), '"', '""'), '"'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(IF(xe0 IS NULL, NULL, '*'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), ''), ']'), ')')) AS u1,
    IFNULL(IF(x.`s`.`f` = 0, '0', FORMAT('%.17g', x.`s`.`f`)), '') AS t1_0,
    IFNULL(CAST(CAST(x.`s`.`n` AS NUMERIC) AS STRING), '') AS t1_1,
    IFNULL((SELECT STRING_AGG(CAST(UNIX_MICROS(xe0) AS STRING), ',' ORDER BY xo0) FROM UNNEST(x.`s`.`ts`) AS xe0 WITH OFFSET AS xo0), '') AS t1_2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY xo0) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c2,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS u2,
    IFNULL((SELECT STRING_AGG(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_0,
    IFNULL((SELECT STRING_AGG(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_1,
    IFNULL((SELECT STRING_AGG((SELECT STRING_AGG(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_2,
    IFNULL((SELECT STRING_AGG((SELECT STRING_AGG(CAST(xe1.`dt` AS STRING), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_3,
    IFNULL((SELECT STRING_AGG((SELECT STRING_AGG(CAST(xe1.`i` AS STRING), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ',' ORDER BY IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe0.`g` IS NULL, NULL, '*'), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(IF(xe1.`bn` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`dt` IS NULL, NULL, '*'), '~'), ',', IFNULL(IF(xe1.`i` IS NULL, NULL, '*'), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')')), xe0.`f`, IF(xe0 IS NULL, '~', CONCAT('(', IFNULL(CONCAT('"', REPLACE(xe0.`k`, '"', '""'), '"'), '~'), ',', IFNULL(IF(xe0.`f` = 0, '0', FORMAT('%.17g', xe0.`f`)), '~'), ',', IFNULL(CONCAT('x', TO_HEX(ST_ASBINARY(xe0.`g`))), '~'), ',', CONCAT('[', IFNULL((SELECT STRING_AGG(IF(xe1 IS NULL, '~', CONCAT('(', IFNULL(CAST(CAST(xe1.`bn` AS BIGNUMERIC) AS STRING), '~'), ',', IFNULL(CAST(xe1.`dt` AS STRING), '~'), ',', IFNULL(CAST(xe1.`i` AS STRING), '~'), ')')), ',' ORDER BY xo1) FROM UNNEST(xe0.`in`) AS xe1 WITH OFFSET AS xo1), ''), ']'), ')'))) FROM UNNEST(x.`r`) AS xe0 WITH OFFSET AS xo0), '') AS t2_4,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~'), ',' ORDER BY xo0) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS c3,
    CONCAT('[', IFNULL((SELECT STRING_AGG(IFNULL(CONCAT('"', REPLACE(TRIM(LOWER(xe0), ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), '"', '""'), '"'), '~'), ',' ORDER BY IFNULL(CONCAT('"', REPLACE(TRIM(LOWER(xe0), ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), '"', '""'), '"'), '~'), IFNULL(CONCAT('"', REPLACE(xe0, '"', '""'), '"'), '~')) FROM UNNEST(x.`tags`) AS xe0 WITH OFFSET AS xo0), ''), ']') AS u3,
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
    COUNTIF(side = 1) AS r,
    MAX(u0) AS u0,
    MAX(t0_0) AS t0_0,
    MAX(u1) AS u1,
    MAX(t1_0) AS t1_0,
    MAX(t1_1) AS t1_1,
    MAX(t1_2) AS t1_2,
    MAX(u2) AS u2,
    MAX(t2_0) AS t2_0,
    MAX(t2_1) AS t2_1,
    MAX(t2_2) AS t2_2,
    MAX(t2_3) AS t2_3,
    MAX(t2_4) AS t2_4,
    MAX(u3) AS u3
  FROM sides
  GROUP BY k0, c0, c1, c2, c3, c4, c5
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
    MAX(IF(l > r, u0, NULL)) AS lu0,
    MAX(IF(r > l, u0, NULL)) AS ru0,
    MAX(IF(l > r, t0_0, NULL)) AS lt0_0,
    MAX(IF(r > l, t0_0, NULL)) AS rt0_0,
    MAX(IF(l > r, c1, NULL)) AS l1,
    MAX(IF(r > l, c1, NULL)) AS r1,
    MAX(IF(l > r, u1, NULL)) AS lu1,
    MAX(IF(r > l, u1, NULL)) AS ru1,
    MAX(IF(l > r, t1_0, NULL)) AS lt1_0,
    MAX(IF(r > l, t1_0, NULL)) AS rt1_0,
    MAX(IF(l > r, t1_1, NULL)) AS lt1_1,
    MAX(IF(r > l, t1_1, NULL)) AS rt1_1,
    MAX(IF(l > r, t1_2, NULL)) AS lt1_2,
    MAX(IF(r > l, t1_2, NULL)) AS rt1_2,
    MAX(IF(l > r, c2, NULL)) AS l2,
    MAX(IF(r > l, c2, NULL)) AS r2,
    MAX(IF(l > r, u2, NULL)) AS lu2,
    MAX(IF(r > l, u2, NULL)) AS ru2,
    MAX(IF(l > r, t2_0, NULL)) AS lt2_0,
    MAX(IF(r > l, t2_0, NULL)) AS rt2_0,
    MAX(IF(l > r, t2_1, NULL)) AS lt2_1,
    MAX(IF(r > l, t2_1, NULL)) AS rt2_1,
    MAX(IF(l > r, t2_2, NULL)) AS lt2_2,
    MAX(IF(r > l, t2_2, NULL)) AS rt2_2,
    MAX(IF(l > r, t2_3, NULL)) AS lt2_3,
    MAX(IF(r > l, t2_3, NULL)) AS rt2_3,
    MAX(IF(l > r, t2_4, NULL)) AS lt2_4,
    MAX(IF(r > l, t2_4, NULL)) AS rt2_4,
    MAX(IF(l > r, c3, NULL)) AS l3,
    MAX(IF(r > l, c3, NULL)) AS r3,
    MAX(IF(l > r, u3, NULL)) AS lu3,
    MAX(IF(r > l, u3, NULL)) AS ru3,
    MAX(IF(l > r, c4, NULL)) AS l4,
    MAX(IF(r > l, c4, NULL)) AS r4,
    MAX(IF(l > r, c5, NULL)) AS l5,
    MAX(IF(r > l, c5, NULL)) AS r5
  FROM members
  GROUP BY k0
),
judged AS (
  SELECT
    *,
    lrest = 1 AND rrest = 1 AND (l0 IS DISTINCT FROM r0) AS d0,
    lrest = 1 AND rrest = 1 AND (l1 IS DISTINCT FROM r1) AS d1,
    lrest = 1 AND rrest = 1 AND (l2 IS DISTINCT FROM r2) AS d2,
    lrest = 1 AND rrest = 1 AND (l3 IS DISTINCT FROM r3) AS d3,
    lrest = 1 AND rrest = 1 AND (NOT COALESCE(l4 = r4 OR (IS_NAN(l4) AND IS_NAN(r4)), l4 IS NULL AND r4 IS NULL)) AS d4,
    IF(ABS(l4) < 1e290 AND ABS(r4) < 1e290, ABS(l4 - r4), NULL) AS e4,
    lrest = 1 AND rrest = 1 AND (l5 IS DISTINCT FROM r5) AS d5,
    IF(STARTS_WITH(l5, 'x0101000000') AND STARTS_WITH(r5, 'x0101000000'), ST_DISTANCE(ST_GEOGFROMWKB(FROM_HEX(SUBSTR(l5, 2)), oriented => TRUE), ST_GEOGFROMWKB(FROM_HEX(SUBSTR(r5, 2)), oriented => TRUE)), NULL) AS e5
  FROM matched
),
tested AS (
  SELECT
    *,
    d0 AND IFNULL(lu0 = ru0, FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(IF(ABS(SAFE_CAST(v AS FLOAT64)) < 1e290 AND ABS(SAFE_CAST(w AS FLOAT64)) < 1e290, ABS(SAFE_CAST(v AS FLOAT64) - SAFE_CAST(w AS FLOAT64)), NULL) <= 1e-09, FALSE), FALSE)) FROM UNNEST(SPLIT(lt0_0, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt0_0, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AS w0,
    d1 AND IFNULL(lu1 = ru1, FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(IF(ABS(SAFE_CAST(v AS FLOAT64)) < 1e290 AND ABS(SAFE_CAST(w AS FLOAT64)) < 1e290, ABS(SAFE_CAST(v AS FLOAT64) - SAFE_CAST(w AS FLOAT64)), NULL) <= 1e-09, FALSE), FALSE)) FROM UNNEST(SPLIT(lt1_0, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt1_0, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(IF(ABS(SAFE_CAST(v AS NUMERIC)) < 4e28 AND ABS(SAFE_CAST(w AS NUMERIC)) < 4e28, CAST(ABS(SAFE_CAST(v AS NUMERIC) - SAFE_CAST(w AS NUMERIC)) AS FLOAT64), NULL) <= 5e-01, FALSE), FALSE)) FROM UNNEST(SPLIT(lt1_1, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt1_1, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(CAST(ABS(CAST(SAFE_CAST(v AS INT64) AS NUMERIC) - CAST(SAFE_CAST(w AS INT64) AS NUMERIC)) AS FLOAT64) <= 1e+01, FALSE), FALSE)) FROM UNNEST(SPLIT(lt1_2, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt1_2, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AS w1,
    d2 AND IFNULL(lu2 = ru2, FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(IF(ABS(SAFE_CAST(v AS FLOAT64)) < 1e290 AND ABS(SAFE_CAST(w AS FLOAT64)) < 1e290, ABS(SAFE_CAST(v AS FLOAT64) - SAFE_CAST(w AS FLOAT64)), NULL) <= 1e-09, FALSE), FALSE)) FROM UNNEST(SPLIT(lt2_0, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt2_0, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(IF(STARTS_WITH(v, 'x0101000000') AND STARTS_WITH(w, 'x0101000000'), ST_DISTANCE(ST_GEOGFROMWKB(FROM_HEX(SUBSTR(v, 2)), oriented => TRUE), ST_GEOGFROMWKB(FROM_HEX(SUBSTR(w, 2)), oriented => TRUE)), NULL) <= 5e+00 OR ST_EQUALS(ST_GEOGFROMWKB(FROM_HEX(SUBSTR(v, 2)), oriented => TRUE), ST_GEOGFROMWKB(FROM_HEX(SUBSTR(w, 2)), oriented => TRUE)), FALSE), FALSE)) FROM UNNEST(SPLIT(lt2_1, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt2_1, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(IF(ABS(SAFE_CAST(v AS BIGNUMERIC)) < 4e19 AND ABS(SAFE_CAST(w AS BIGNUMERIC)) < 4e19, CAST(ABS(SAFE_CAST(v AS BIGNUMERIC) - SAFE_CAST(w AS BIGNUMERIC)) AS FLOAT64), NULL) <= 0e+00 OR IF(ABS(SAFE_CAST(v AS BIGNUMERIC)) < 4e19 AND ABS(SAFE_CAST(w AS BIGNUMERIC)) < 4e19, CAST(ABS(SAFE_CAST(v AS BIGNUMERIC) - SAFE_CAST(w AS BIGNUMERIC)) AS FLOAT64), NULL) <= 1e-06 * GREATEST(ABS(CAST(SAFE_CAST(v AS BIGNUMERIC) AS FLOAT64)), ABS(CAST(SAFE_CAST(w AS BIGNUMERIC) AS FLOAT64))), FALSE), FALSE)) FROM UNNEST(SPLIT(lt2_2, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt2_2, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(CAST(ABS(DATETIME_DIFF(SAFE_CAST(v AS DATETIME), SAFE_CAST(w AS DATETIME), MICROSECOND)) AS FLOAT64) <= 1e+01, FALSE), FALSE)) FROM UNNEST(SPLIT(lt2_3, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt2_3, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AND IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR IFNULL(CAST(ABS(CAST(SAFE_CAST(v AS INT64) AS NUMERIC) - CAST(SAFE_CAST(w AS INT64) AS NUMERIC)) AS FLOAT64) <= 1e+00, FALSE), FALSE)) FROM UNNEST(SPLIT(lt2_4, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(rt2_4, ',')) AS w WITH OFFSET AS p ON o = p), FALSE) AS w2,
    d3 AND IFNULL(lu3 = ru3, FALSE) AS w3,
    d4 AND IFNULL(e4 <= 0e+00 OR e4 <= 4e+00 * POW(2e0, GREATEST(-1022e0, GREATEST(-1022e0, LEAST(1023e0, FLOOR(LOG(GREATEST(GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64))), 5e-324), 2e0)))) - IF(POW(2e0, GREATEST(-1022e0, LEAST(1023e0, FLOOR(LOG(GREATEST(GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64))), 5e-324), 2e0))))) > GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64))), 1e0, 0e0) + IF(POW(2e0, GREATEST(-1022e0, LEAST(1023e0, FLOOR(LOG(GREATEST(GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64))), 5e-324), 2e0))))) <= GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64))) / 2e0, 1e0, 0e0)) - 52e0), FALSE) AS w4,
    d5 AND IFNULL(e5 <= 0e+00 OR ST_EQUALS(ST_GEOGFROMWKB(FROM_HEX(SUBSTR(l5, 2)), oriented => TRUE), ST_GEOGFROMWKB(FROM_HEX(SUBSTR(r5, 2)), oriented => TRUE)), FALSE) AS w5
  FROM judged
),
classed AS (
  SELECT
    *,
    CASE
      WHEN rrows = 0 THEN 'only_left'
      WHEN lrows = 0 THEN 'only_right'
      WHEN lrest = 0 AND rrest = 0 THEN 'equal'
      WHEN lrest = 1 AND rrest = 1 AND (w0 OR w1 OR w2 OR w3 OR w4 OR w5) AND NOT ((d0 AND NOT w0) OR (d1 AND NOT w1) OR (d2 AND NOT w2) OR (d3 AND NOT w3) OR (d4 AND NOT w4) OR (d5 AND NOT w5)) THEN 'tolerated'
      WHEN lrest = 1 AND rrest = 1 THEN 'changed'
      ELSE 'unpaired'
    END AS fate
  FROM tested
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
  CAST(IFNULL(SUM(IF(k0 IS NULL, lrows, 0)), 0) AS INT64) AS left_null_keys,
  CAST(IFNULL(SUM(IF(k0 IS NULL, rrows, 0)), 0) AS INT64) AS right_null_keys,
  COUNTIF(lrows > 1) AS left_repeated_keys,
  COUNTIF(rrows > 1) AS right_repeated_keys,
  CAST(IFNULL(SUM(IF(lrows > 1, lrows, 0)), 0) AS INT64) AS left_repeated_rows,
  CAST(IFNULL(SUM(IF(rrows > 1, rrows, 0)), 0) AS INT64) AS right_repeated_rows,
  ARRAY<INT64>[COUNTIF(d0), COUNTIF(d1), COUNTIF(d2), COUNTIF(d3), COUNTIF(d4), COUNTIF(d5)] AS column_differing,
  ARRAY<INT64>[COUNTIF(w0), COUNTIF(w1), COUNTIF(w2), COUNTIF(w3), COUNTIF(w4), COUNTIF(w5)] AS column_tolerated,
  ARRAY<INT64>[COUNTIF(d0 AND (l0 IS NULL) != (r0 IS NULL)), COUNTIF(d1 AND (l1 IS NULL) != (r1 IS NULL)), COUNTIF(d2 AND (l2 IS NULL) != (r2 IS NULL)), COUNTIF(d3 AND (l3 IS NULL) != (r3 IS NULL)), COUNTIF(d4 AND (l4 IS NULL) != (r4 IS NULL)), COUNTIF(d5 AND (l5 IS NULL) != (r5 IS NULL))] AS column_nulls,
  ARRAY<INT64>[0, 0, 0, 0, COUNTIF(d4 AND e4 IS NOT NULL), COUNTIF(d5 AND e5 IS NOT NULL)] AS column_measured,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF((d4 AND NOT w4), e4, NULL)), 0e0), IFNULL(MAX(IF((d5 AND NOT w5), e5, NULL)), 0e0)] AS column_max_beyond,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d4, e4, NULL)), 0e0), IFNULL(MAX(IF(d5, e5, NULL)), 0e0)] AS column_max_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(AVG(IF(d4, e4, NULL)), 0e0), IFNULL(AVG(IF(d5, e5, NULL)), 0e0)] AS column_mean_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d4, e4, NULL), 100)[SAFE_OFFSET(50)], 0e0), IFNULL(APPROX_QUANTILES(IF(d5, e5, NULL), 100)[SAFE_OFFSET(50)], 0e0)] AS column_p50_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d4, e4, NULL), 100)[SAFE_OFFSET(99)], 0e0), IFNULL(APPROX_QUANTILES(IF(d5, e5, NULL), 100)[SAFE_OFFSET(99)], 0e0)] AS column_p99_abs,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(MAX(IF(d4, SAFE_DIVIDE(e4, GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64)))), NULL)), 0e0), 0e0] AS column_max_rel,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(AVG(IF(d4, SAFE_DIVIDE(e4, GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64)))), NULL)), 0e0), 0e0] AS column_mean_rel,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d4, SAFE_DIVIDE(e4, GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(50)], 0e0), 0e0] AS column_p50_rel,
  ARRAY<FLOAT64>[0e0, 0e0, 0e0, 0e0, IFNULL(APPROX_QUANTILES(IF(d4, SAFE_DIVIDE(e4, GREATEST(ABS(CAST(l4 AS FLOAT64)), ABS(CAST(r4 AS FLOAT64)))), NULL), 100)[SAFE_OFFSET(99)], 0e0), 0e0] AS column_p99_rel,
  ARRAY_AGG(IF((fate = 'changed'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(l0, '~'), ',', IFNULL(r0, '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(l1, '~'), ',', IFNULL(r1, '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(l2, '~'), ',', IFNULL(r2, '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(l3, '~'), ',', IFNULL(r3, '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(IF(l4 = 0, '0', FORMAT('%.17g', l4)), '~'), ',', IFNULL(IF(r4 = 0, '0', FORMAT('%.17g', r4)), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(l5, '~'), ',', IFNULL(r5, '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'changed'), k0 LIMIT 10) AS samples_changed,
  ARRAY_AGG(IF((fate = 'tolerated'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ',', IF(d0, CONCAT('(', IFNULL(l0, '~'), ',', IFNULL(r0, '~'), ')'), '='), ',', IF(d1, CONCAT('(', IFNULL(l1, '~'), ',', IFNULL(r1, '~'), ')'), '='), ',', IF(d2, CONCAT('(', IFNULL(l2, '~'), ',', IFNULL(r2, '~'), ')'), '='), ',', IF(d3, CONCAT('(', IFNULL(l3, '~'), ',', IFNULL(r3, '~'), ')'), '='), ',', IF(d4, CONCAT('(', IFNULL(IF(l4 = 0, '0', FORMAT('%.17g', l4)), '~'), ',', IFNULL(IF(r4 = 0, '0', FORMAT('%.17g', r4)), '~'), ')'), '='), ',', IF(d5, CONCAT('(', IFNULL(l5, '~'), ',', IFNULL(r5, '~'), ')'), '='), ')'), '') ORDER BY NOT (fate = 'tolerated'), k0 LIMIT 10) AS samples_tolerated,
  ARRAY_AGG(IF((fate = 'only_left'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_left'), k0 LIMIT 10) AS samples_only_left,
  ARRAY_AGG(IF((fate = 'only_right'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'only_right'), k0 LIMIT 10) AS samples_only_right,
  ARRAY_AGG(IF((fate = 'unpaired'), CONCAT('(', CONCAT('(', IFNULL(CAST(k0 AS STRING), '~'), ')'), ',', CAST(lrows AS STRING), ',', CAST(rrows AS STRING), ',', CAST(lrest AS STRING), ',', CAST(rrest AS STRING), ')'), '') ORDER BY NOT (fate = 'unpaired'), k0 LIMIT 10) AS samples_unpaired
FROM classed
