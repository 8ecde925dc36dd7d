-- Pairs of two places, neither of which is a group of countries, over the printed row of all origins.
WITH stock AS (FROM 'observations/undesa.migrant_stock_bilateral.parquet'),
  groups AS (SELECT area FROM 'reference/areas.parquet' WHERE kind = 'group'),
  everyone AS (SELECT ref_area, period, value FROM stock WHERE origin = 'W')
SELECT ref_area, origin, period, stock.value AS persons, everyone.value AS total, 100 * persons / total AS percent
FROM stock LEFT JOIN everyone USING (ref_area, period)
WHERE origin <> 'W' AND ref_area NOT IN (FROM groups) AND persons IS NOT NULL
