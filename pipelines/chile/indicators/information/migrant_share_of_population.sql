--| id = "migrant_share_of_population"
--| agenda = "information"
--| unit = "PS"
--| key = ["ref_area", "sex", "period"]
--| inputs = ["undesa.migrant_stock", "undesa.population", "undesa.migrant_share"]
--|
--| [title]
--| en = "International migrants as a share of the population"
--| es = "Migrantes internacionales como porcentaje de la población"
--|
--| [note]
--| en = """
--| All figures are estimates. Numerator and denominator come from the same edition of UN DESA, so that a revision never moves only one of
--| them. `origin_basis` says who counts as a migrant: the foreign-born, or foreign citizens where the source has no birthplace. Groups are
--| sums of the members of which both numbers are published: `members_missing` names the others (Bouvet Island and South Georgia have no
--| permanent residents), and where members count differently the basis is `mixed`. M49_005 is South America as the United Nations defines
--| it, CSM the twelve countries of the South American Conference on Migration. The share is not comparable with one over the census
--| population: the base of a denominator is part of its name."""
--| es = """
--| Todas las cifras son estimaciones. Numerador y denominador vienen de la misma edición de UN DESA, de modo que una revisión nunca mueve
--| solo uno de ellos. `origin_basis` dice quién cuenta como migrante: los nacidos en el extranjero, o los extranjeros donde la fuente no
--| tiene lugar de nacimiento. Los grupos son sumas de los miembros con ambas cifras publicadas: `members_missing` nombra a los demás (la
--| isla Bouvet y Georgia del Sur no tienen residentes permanentes), y donde los miembros cuentan distinto la base es `mixed`. M49_005 es
--| América del Sur según las Naciones Unidas, CSM los doce países de la Conferencia Suramericana sobre Migraciones. El porcentaje no es
--| comparable con uno sobre la población censal: la base de un denominador es parte de su nombre."""
--|
--| [formula]
--| text = { en = "percent = 100 × migrants / population, of the same area, sex, day and edition", es = "percent = 100 × migrants / population, de la misma área, sexo, día y edición" }
--| source = "United Nations, DESA, Population Division, International Migrant Stock 2020 (POP/DB/MIG/Stock/Rev.2020), Tables 1 to 3"
--|
--| [columns.migrants]
--| decimals = 0
--| en = "International migrants at mid-year"
--| es = "Migrantes internacionales a mitad de año"
--|
--| [columns.population]
--| decimals = 0
--| en = "Total population at mid-year"
--| es = "Población total a mitad de año"
--|
--| [columns.percent]
--| unit = "PT"
--| decimals = 6
--| en = "Migrants per hundred residents"
--| es = "Migrantes por cada cien residentes"
--|
--| [columns.imputed_percent]
--| unit = "PT"
--| decimals = 6
--| en = "Share of the migrants that is imputed because the area has no data (status I)"
--| es = "Porcentaje de los migrantes que está imputado porque el área no tiene datos (estado I)"
--|
--| [columns.members]
--| unit = "1"
--| decimals = 0
--| en = "Members of the group on that day; none for a country"
--| es = "Miembros del grupo en ese día; ninguno para un país"
--|
--| [columns.members_reporting]
--| unit = "1"
--| decimals = 0
--| en = "Members of the group that are in the sum; none for a country"
--| es = "Miembros del grupo incluidos en la suma; ninguno para un país"
--|
--| [columns.members_missing]
--| en = "Members of the group that are not in the sum, separated by spaces"
--| es = "Miembros del grupo no incluidos en la suma, separados por espacios"
--|
--| [[checks]]
--| name = "equals_the_published_share"
--| sql = """
--| SELECT r.ref_area, r.sex, r.period, r.percent, o.value AS published
--| FROM result AS r
--| JOIN observations AS o ON o.ref_area = r.ref_area AND o.sex = r.sex AND o.period_start = r.period_start
--| WHERE o.measure = 'migrant_share' AND o.breakdown IN ('ref_area', 'ref_area+sex', 'ref_area*', 'ref_area*+sex')
--|   -- a group is the printed one where nobody is missing but Bouvet Island and South Georgia, for which nothing is ever published
--|   AND (r.members_missing IS NULL OR r.members_missing IN ('BVT', 'SGS', 'BVT SGS'))
--|   AND ABS(r.percent - o.value) > 0.000001
--| """
--|
--| [[checks]]
--| name = "is_near_the_published_share_without_some_members"
--| severity = "warning"
--| sql = """
--| SELECT r.ref_area, r.sex, r.period, r.percent, o.value AS published, r.members_missing
--| FROM result AS r
--| JOIN observations AS o ON o.ref_area = r.ref_area AND o.sex = r.sex AND o.period_start = r.period_start
--| WHERE o.measure = 'migrant_share' AND o.breakdown IN ('ref_area*', 'ref_area*+sex')
--|   AND r.members_missing NOT IN ('BVT', 'SGS', 'BVT SGS')
--|   -- the Falkland Islands (Malvinas), which have no published population by sex, move the share by less than this
--|   AND ABS(r.percent - o.value) > 0.001
--| """
--|
--| [[checks]]
--| name = "every_published_stock_is_here"
--| sql = """
--| SELECT s.ref_area, s.sex, s.period, s.value
--| FROM observations AS s
--| WHERE s.measure = 'migrant_stock' AND s.breakdown IN ('ref_area', 'ref_area+sex') AND s.value IS NOT NULL
--|   AND NOT EXISTS (SELECT r.ref_area FROM result AS r WHERE r.ref_area = s.ref_area AND r.sex = s.sex AND r.period = s.period)
--| """
--|
--| [[checks]]
--| name = "every_stock_has_its_population"
--| severity = "warning"
--| sql = "SELECT ref_area, sex, period, migrants FROM result WHERE population IS NULL"
--|
--| [[checks]]
--| name = "south_america_equals_the_published_sum"
--| sql = """
--| -- left_out: the stock of members without a published population, which the sum leaves out; unknown: members without a published stock
--| SELECT r.sex, r.period, r.migrants, m.left_out, m.unknown, o.value AS published
--| FROM result AS r
--| JOIN observations AS o ON o.ref_area = r.ref_area AND o.sex = r.sex AND o.period_start = r.period_start
--| JOIN (
--|   SELECT
--|     t.sex AS sex,
--|     t.period AS period,
--|     SUM(CASE WHEN s.value IS NOT NULL AND p.value IS NULL THEN s.value ELSE 0.0 END) AS left_out,
--|     SUM(CASE WHEN s.value IS NULL AND g.member NOT IN ('BVT', 'SGS') THEN 1 ELSE 0 END) AS unknown
--|   FROM result AS t
--|   JOIN area_groups AS g ON g."group" = t.ref_area
--|   LEFT JOIN (
--|     SELECT ref_area, sex, period, value FROM observations WHERE measure = 'migrant_stock' AND breakdown IN ('ref_area', 'ref_area+sex')
--|   ) AS s ON s.ref_area = g.member AND s.sex = t.sex AND s.period = t.period
--|   LEFT JOIN (
--|     SELECT ref_area, sex, period, value FROM observations WHERE measure = 'population' AND breakdown IN ('ref_area', 'ref_area+sex')
--|   ) AS p ON p.ref_area = g.member AND p.sex = t.sex AND p.period = t.period
--|   WHERE t.ref_area = 'M49_005'
--|   GROUP BY t.sex, t.period
--| ) AS m ON m.sex = r.sex AND m.period = r.period
--| WHERE r.ref_area = 'M49_005' AND o.measure = 'migrant_stock' AND o.breakdown IN ('ref_area*', 'ref_area*+sex')
--|   AND (r.migrants + m.left_out > o.value + 0.5 OR (m.unknown = 0 AND r.migrants + m.left_out < o.value - 0.5))
--| """

WITH figures AS (
  SELECT
    ref_area,
    sex,
    period,
    period_start,
    period_end,
    vintage,
    MAX(CASE WHEN measure = 'migrant_stock' THEN origin_basis END) AS origin_basis,
    SUM(CASE WHEN measure = 'migrant_stock' THEN value END) AS migrants,
    SUM(CASE WHEN measure = 'population' THEN value END) AS population,
    SUM(CASE WHEN measure = 'migrant_stock' AND status_i THEN value ELSE 0.0 END) AS imputed,
    MAX(status_b) AS status_b, MAX(status_d) AS status_d, MAX(status_e) AS status_e, MAX(status_f) AS status_f, MAX(status_g) AS status_g,
    MAX(status_i) AS status_i, MAX(status_j) AS status_j, MAX(status_k) AS status_k, MAX(status_l) AS status_l, MAX(status_m) AS status_m,
    MAX(status_n) AS status_n, MAX(status_o) AS status_o, MAX(status_p) AS status_p, MAX(status_q) AS status_q, MAX(status_s) AS status_s,
    MAX(status_u) AS status_u, MAX(status_v) AS status_v, MAX(status_w) AS status_w
  FROM observations
  WHERE measure IN ('migrant_stock', 'population') AND unit = 'PS' AND breakdown IN ('ref_area', 'ref_area+sex')
  GROUP BY ref_area, sex, period, period_start, period_end, vintage
),
countries AS (
  SELECT
    ref_area, sex, period, period_start, period_end, vintage, origin_basis, migrants, population, imputed,
    status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
    status_s, status_u, status_v, status_w
  FROM figures
  WHERE migrants IS NOT NULL
),
-- a member is in the sums of its groups only where both of its numbers are published
complete AS (
  SELECT
    ref_area, sex, vintage, period_start, period_end, origin_basis, migrants, population, imputed,
    status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
    status_s, status_u, status_v, status_w
  FROM countries
  WHERE population IS NOT NULL
),
days AS (
  SELECT DISTINCT sex, period, period_start, period_end, vintage FROM countries
),
-- every member that a group has now, on every day, whether it reports or not: one list for all years, so that years compare
seats AS (
  SELECT g."group" AS ref_area, g.member AS member, d.sex AS sex, d.period AS period, d.period_start AS period_start, d.period_end AS period_end,
    d.vintage AS vintage
  FROM days AS d
  CROSS JOIN area_groups AS g
  WHERE g."group" IN ('M49_005', 'CSM') AND g.member_to IS NULL
),
country_groups AS (
  SELECT
    m.ref_area AS ref_area,
    m.sex AS sex,
    m.period AS period,
    m.period_start AS period_start,
    m.period_end AS period_end,
    CASE WHEN MIN(c.origin_basis) = MAX(c.origin_basis) THEN MIN(c.origin_basis) ELSE 'mixed' END AS origin_basis,
    SUM(c.migrants) AS migrants,
    SUM(c.population) AS population,
    SUM(c.imputed) AS imputed,
    COUNT(*) AS members,
    COUNT(c.ref_area) AS members_reporting,
    STRING_AGG(CASE WHEN c.ref_area IS NULL THEN m.member END, ' ' ORDER BY m.member) AS members_missing,
    MAX(c.status_b) AS status_b, MAX(c.status_d) AS status_d, MAX(c.status_e) AS status_e, MAX(c.status_f) AS status_f,
    MAX(c.status_g) AS status_g, MAX(c.status_i) AS status_i, MAX(c.status_j) AS status_j, MAX(c.status_k) AS status_k,
    MAX(c.status_l) AS status_l, MAX(c.status_m) AS status_m, MAX(c.status_n) AS status_n, MAX(c.status_o) AS status_o,
    MAX(c.status_p) AS status_p, MAX(c.status_q) AS status_q, MAX(c.status_s) AS status_s, MAX(c.status_u) AS status_u,
    MAX(c.status_v) AS status_v, MAX(c.status_w) AS status_w
  FROM seats AS m
  LEFT JOIN complete AS c
    ON c.ref_area = m.member AND c.sex = m.sex AND c.vintage = m.vintage AND c.period_start = m.period_start AND c.period_end = m.period_end
  GROUP BY m.ref_area, m.sex, m.period, m.period_start, m.period_end, m.vintage
),
everything AS (
  SELECT
    ref_area, sex, period, period_start, period_end, origin_basis, migrants, population, imputed,
    CAST(NULL AS BIGINT) AS members, CAST(NULL AS BIGINT) AS members_reporting, CAST(NULL AS VARCHAR) AS members_missing,
    status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
    status_s, status_u, status_v, status_w
  FROM countries
  UNION ALL
  SELECT
    ref_area, sex, period, period_start, period_end, origin_basis, migrants, population, imputed,
    CAST(members AS BIGINT) AS members, CAST(members_reporting AS BIGINT) AS members_reporting, members_missing,
    status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
    status_s, status_u, status_v, status_w
  FROM country_groups
  WHERE members_reporting > 0
)
SELECT
  ref_area,
  sex,
  period,
  period_start,
  period_end,
  origin_basis,
  migrants,
  population,
  100.0 * migrants / NULLIF(population, 0) AS percent,
  100.0 * imputed / NULLIF(migrants, 0) AS imputed_percent,
  members,
  members_reporting,
  members_missing,
  status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
  status_s, status_u, status_v, status_w
FROM everything
ORDER BY ref_area, sex, period
