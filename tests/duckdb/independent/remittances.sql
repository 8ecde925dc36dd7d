-- Per head of the population in the middle of the same calendar year.
WITH groups AS (SELECT area FROM 'reference/areas.parquet' WHERE kind = 'group'),
  middle AS (SELECT ref_area, YEAR(period_start) AS calendar_year, value FROM 'observations/worldbank.population.parquet')
SELECT money.ref_area, period, money.value AS received, middle.value AS population, received / population AS per_capita
FROM 'observations/worldbank.remittances_received.parquet' AS money
  LEFT JOIN middle ON middle.ref_area = money.ref_area AND calendar_year = CAST(period AS INTEGER)
WHERE money.ref_area NOT IN (FROM groups) AND received IS NOT NULL
