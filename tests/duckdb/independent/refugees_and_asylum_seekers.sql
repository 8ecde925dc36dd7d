-- UNHCR publishes pairs of origin and asylum only: everyone in a country is the sum over its origins.
-- Other people in need of international protection are a group of its own since 2018; a country that has none adds none.
WITH people AS (
  PIVOT (SELECT ref_area, period, measure, value FROM 'observations/unhcr.population.parquet' WHERE value IS NOT NULL)
  ON measure IN ('refugees', 'asylum_seekers', 'other_people_in_need_of_international_protection')
  USING SUM(value)
  GROUP BY ref_area, period
)
SELECT *, refugees + asylum_seekers AS total_without_other,
  IF(period::INTEGER < 2018, NULL, total_without_other + IFNULL(other_people_in_need_of_international_protection, 0)) AS total_with_other
FROM people
WHERE COALESCE(refugees, asylum_seekers, other_people_in_need_of_international_protection) IS NOT NULL
