-- The publisher prints cells of a cross table; a cell of one to five permits is hidden and kept as an interval.
SELECT ref_area, origin, period,
  SUM(value) AS permits_printed,
  SUM(IF(value IS NULL, value_low, value)) AS permits_low,
  SUM(IF(value IS NULL, value_high, value)) AS permits_high,
  COUNT_IF(value IS NULL)::BIGINT AS hidden_cells,
  SUM(SUM(value)) OVER (PARTITION BY ref_area, period) AS total_printed,
  100 * permits_printed / total_printed AS percent
FROM 'observations/sermig.permanent_residence_decisions.parquet'
WHERE category = 'GRANT'
GROUP BY ref_area, origin, period
