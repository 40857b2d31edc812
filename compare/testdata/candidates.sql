SELECT
  COUNT(*) AS row_count,
  ARRAY<INT64>[
    COUNT(DISTINCT x_.`id`),
    COUNT(DISTINCT x_.`Vessel_ID`),
    COUNT(DISTINCT COLLATE(x_.`part key`, '')),
    COUNT(DISTINCT x_.`n`),
    COUNT(DISTINCT x_.`bn`),
    COUNT(DISTINCT x_.`s`),
    COUNT(DISTINCT x_.`by`),
    COUNT(DISTINCT x_.`d`),
    COUNT(DISTINCT x_.`dt`),
    COUNT(DISTINCT x_.`tm`),
    COUNT(DISTINCT x_.`ts`),
    COUNT(DISTINCT x_.`i`),
    COUNT(DISTINCT x_.`x`)
  ] AS value_counts
FROM `dit-sandbox.golden.candidates` AS x_
