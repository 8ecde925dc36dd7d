--| id = "net_migration_rate"
--| agenda = "information"
--| unit = "PS"
--| key = ["ref_area", "period"]
--| inputs = ["worldbank.net_migration", "worldbank.population"]
--|
--| [title]
--| en = "Net migration and net migration rate"
--| es = "Migración neta y tasa de migración neta"
--|
--| [note]
--| en = """
--| Immigrants less emigrants of the year, citizens included: an estimate that fits births, deaths and population together, not a count of
--| crossings. The World Bank takes it from the World Population Prospects of UN DESA: the two are one voice. The denominator is the
--| population at the middle of the same year, of the same publisher. The rate is empty where that population is not published. Recent years
--| may be projections, and every edition revises the past."""
--| es = """
--| Inmigrantes menos emigrantes del año, incluidos los nacionales: una estimación que concilia nacimientos, defunciones y población, no un
--| recuento de cruces. El Banco Mundial la toma de las Perspectivas de la Población Mundial de UN DESA: ambos son una sola voz. El
--| denominador es la población a mitad del mismo año, del mismo publicador. La tasa queda vacía donde esa población no se publica. Los años
--| recientes pueden ser proyecciones, y cada edición revisa el pasado."""
--|
--| [formula]
--| text = { en = "rate = 1000 × net_migration / population at mid-year", es = "rate = 1000 × net_migration / población a mitad de año" }
--| source = "United Nations, World Population Prospects, glossary: net migration rate (person-years taken as the mid-year population)"
--|
--| [columns.net_migration]
--| decimals = 0
--| en = "Immigrants less emigrants during the year"
--| es = "Inmigrantes menos emigrantes durante el año"
--|
--| [columns.population]
--| decimals = 0
--| en = "Population at the middle of the year"
--| es = "Población a mitad de año"
--|
--| [columns.rate]
--| unit = "PER_1000"
--| decimals = 6
--| en = "Net migrants per thousand inhabitants and year"
--| es = "Migrantes netos por mil habitantes y año"
--|
--| [[checks]]
--| name = "every_year_has_its_population"
--| severity = "warning"
--| sql = "SELECT ref_area, period, net_migration FROM result WHERE population IS NULL"
--|
--| [[checks]]
--| name = "nobody_leaves_more_than_once"
--| sql = "SELECT ref_area, period, rate FROM result WHERE ABS(rate) > 1000"
--|
--| [[checks]]
--| name = "every_published_flow_is_here"
--| sql = """
--| SELECT n.ref_area, n.period, n.value
--| FROM observations AS n
--| WHERE n.measure = 'net_migration' AND n.unit = 'PS' AND n.breakdown = 'ref_area' AND n.value IS NOT NULL
--|   AND NOT EXISTS (SELECT r.ref_area FROM result AS r WHERE r.ref_area = n.ref_area AND r.period = n.period)
--| """

WITH flows AS (
  SELECT
    ref_area, period, period_start, period_end, value,
    status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
    status_s, status_u, status_v, status_w
  FROM observations
  WHERE measure = 'net_migration' AND unit = 'PS' AND breakdown = 'ref_area' AND value IS NOT NULL
),
-- the population whose day lies in the year of the flow
residents AS (
  SELECT
    f.ref_area AS ref_area, f.period AS period, p.value AS value,
    p.status_b AS status_b, p.status_d AS status_d, p.status_e AS status_e, p.status_f AS status_f, p.status_g AS status_g,
    p.status_i AS status_i, p.status_j AS status_j, p.status_k AS status_k, p.status_l AS status_l, p.status_m AS status_m,
    p.status_n AS status_n, p.status_o AS status_o, p.status_p AS status_p, p.status_q AS status_q, p.status_s AS status_s,
    p.status_u AS status_u, p.status_v AS status_v, p.status_w AS status_w
  FROM flows AS f
  JOIN population AS p ON p.ref_area = f.ref_area AND p.period_start >= f.period_start AND p.period_end <= f.period_end
  WHERE p.unit = 'PS' AND p.breakdown = 'ref_area' AND p.value IS NOT NULL
)
SELECT
  f.ref_area AS ref_area,
  f.period AS period,
  f.period_start AS period_start,
  f.period_end AS period_end,
  f.value AS net_migration,
  r.value AS population,
  1000.0 * f.value / NULLIF(r.value, 0) AS rate,
  f.status_b OR r.status_b AS status_b, f.status_d OR r.status_d AS status_d, f.status_e OR r.status_e AS status_e,
  f.status_f OR r.status_f AS status_f, f.status_g OR r.status_g AS status_g, f.status_i OR r.status_i AS status_i,
  f.status_j OR r.status_j AS status_j, f.status_k OR r.status_k AS status_k, f.status_l OR r.status_l AS status_l,
  f.status_m OR r.status_m AS status_m, f.status_n OR r.status_n AS status_n, f.status_o OR r.status_o AS status_o,
  f.status_p OR r.status_p AS status_p, f.status_q OR r.status_q AS status_q, f.status_s OR r.status_s AS status_s,
  f.status_u OR r.status_u AS status_u, f.status_v OR r.status_v AS status_v, f.status_w OR r.status_w AS status_w
FROM flows AS f
LEFT JOIN residents AS r ON r.ref_area = f.ref_area AND r.period = f.period
ORDER BY ref_area, period
