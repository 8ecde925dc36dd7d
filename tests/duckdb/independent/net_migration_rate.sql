-- Per thousand of the population in the middle of the same calendar year.
WITH groups AS (SELECT area FROM 'reference/areas.parquet' WHERE kind = 'group'),
  middle AS (SELECT ref_area, YEAR(period_start) AS calendar_year, value FROM 'observations/worldbank.population.parquet')
SELECT flow.ref_area, period, flow.value AS net_migration, middle.value AS population, 1000 * net_migration / population AS rate
FROM 'observations/worldbank.net_migration.parquet' AS flow
  LEFT JOIN middle ON middle.ref_area = flow.ref_area AND calendar_year = CAST(period AS INTEGER)
WHERE flow.ref_area NOT IN (FROM groups) AND net_migration IS NOT NULL
