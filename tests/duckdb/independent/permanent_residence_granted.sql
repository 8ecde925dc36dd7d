-- The publisher prints cells of a cross table; a cell of one to five permits is hidden and kept as an interval.
-- Whatever stands beside a total of a year with hidden cells lacks them too, and says so.
SELECT ref_area, origin, period,
  SUM(value) AS permits_printed,
  SUM(IF(value IS NULL, value_low, value)) AS permits_low,
  SUM(IF(value IS NULL, value_high, value)) AS permits_high,
  COUNT_IF(value IS NULL)::BIGINT AS hidden_cells,
  SUM(SUM(value)) OVER (PARTITION BY ref_area, period) AS total_printed,
  100 * permits_printed / total_printed AS percent,
  IF(BOOL_OR(COUNT_IF(value IS NULL) > 0) OVER (PARTITION BY ref_area, period), 'Q', 'A') AS status
FROM 'observations/sermig.permanent_residence_decisions.parquet'
WHERE category = 'GRANT'
GROUP BY ref_area, origin, period
