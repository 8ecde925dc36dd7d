-- The same pairs seen from the origin, over the printed row of the world; "Other North" and "Other South" are no origins.
WITH stock AS (FROM 'observations/undesa.migrant_stock_bilateral.parquet'),
  groups AS (SELECT area FROM 'reference/areas.parquet' WHERE kind = 'group'),
  world AS (SELECT origin, period, value FROM stock WHERE ref_area = 'M49_001' AND origin <> 'W')
SELECT origin, ref_area AS destination, period, stock.value AS persons, world.value AS total, 100 * persons / total AS percent
FROM stock LEFT JOIN world USING (origin, period)
WHERE ref_area NOT IN (FROM groups) AND NOT starts_with(origin, '_O:') AND persons IS NOT NULL
