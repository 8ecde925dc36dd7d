-- Countries, and two groups as the sum of the members of which both numbers are published.
WITH area_groups AS (FROM 'reference/area_groups.parquet'),
  groups AS (SELECT area FROM 'reference/areas.parquet' WHERE kind = 'group'),
  countries AS (
    SELECT stock.ref_area, stock.sex, stock.period, stock.value AS migrants, people.value AS population
    FROM 'observations/undesa.migrant_stock.parquet' AS stock
      LEFT JOIN 'observations/undesa.population.parquet' AS people USING (ref_area, sex, period)
    WHERE stock.ref_area NOT IN (FROM groups) AND migrants IS NOT NULL
  ),
  sums AS (
    SELECT "group" AS ref_area, sex, period, SUM(migrants) AS migrants, SUM(population) AS population
    FROM countries JOIN area_groups ON member = ref_area
    WHERE "group" IN ('CSM', 'M49_005') AND population IS NOT NULL
    GROUP BY "group", sex, period
  )
SELECT *, 100 * migrants / population AS percent
FROM (FROM countries UNION ALL FROM sums)
