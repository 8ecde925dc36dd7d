--| id = "remittances"
--| agenda = "development"
--| unit = "USD"
--| key = ["ref_area", "period"]
--| inputs = ["worldbank.remittances_received", "worldbank.population"]
--|
--| [title]
--| en = "Personal remittances received"
--| es = "Remesas personales recibidas"
--|
--| [note]
--| en = """
--| Personal transfers and compensation of employees in the balance of payments, current US dollars: no price or exchange rate change is
--| taken out, so that growth over years is not growth of purchasing power. Compensation of employees includes border and seasonal workers,
--| who are no migrants. Informal channels are missing. Money sent abroad is another figure. Per capita divides by all residents at the
--| middle of the year, not by the people who receive; it is empty where that population is not published."""
--| es = """
--| Transferencias personales y remuneración de empleados en la balanza de pagos, dólares corrientes de EE. UU.: no se descuentan precios ni
--| tipos de cambio, de modo que el crecimiento entre años no es crecimiento del poder de compra. La remuneración de empleados incluye a
--| trabajadores fronterizos y de temporada, que no son migrantes. Faltan los canales informales. El dinero enviado al exterior es otra
--| cifra. El valor por habitante divide por todos los residentes a mitad de año, no por quienes reciben; queda vacío donde esa población no
--| se publica."""
--|
--| [formula]
--| text = { en = "per_capita = received / population at mid-year", es = "per_capita = received / población a mitad de año" }
--| source = "International Monetary Fund, Balance of Payments and International Investment Position Manual, 6th edition (2009), Appendix 5: personal remittances; World Bank, BX.TRF.PWKR.CD.DT"
--|
--| [columns.received]
--| decimals = 2
--| en = "Personal remittances received during the year, current US dollars"
--| es = "Remesas personales recibidas durante el año, dólares corrientes de EE. UU."
--|
--| [columns.population]
--| unit = "PS"
--| decimals = 0
--| en = "Population at the middle of the year"
--| es = "Población a mitad de año"
--|
--| [columns.per_capita]
--| unit = "USD_PER_PS"
--| decimals = 4
--| en = "Remittances received per inhabitant, current US dollars"
--| es = "Remesas recibidas por habitante, dólares corrientes de EE. UU."
--|
--| [[checks]]
--| name = "nothing_received_below_zero"
--| sql = "SELECT ref_area, period, received FROM result WHERE received < 0"
--|
--| [[checks]]
--| name = "only_current_dollars"
--| sql = "SELECT ref_area, period, unit FROM observations WHERE measure = 'remittances_received' AND unit <> 'USD'"
--|
--| [[checks]]
--| name = "every_year_has_its_population"
--| severity = "warning"
--| sql = "SELECT ref_area, period, received FROM result WHERE population IS NULL"
--|
--| [[checks]]
--| name = "every_published_flow_is_here"
--| sql = """
--| SELECT n.ref_area, n.period, n.value
--| FROM observations AS n
--| WHERE n.measure = 'remittances_received' AND n.unit = 'USD' AND n.breakdown = 'ref_area' AND n.value IS NOT NULL
--|   AND NOT EXISTS (SELECT r.ref_area FROM result AS r WHERE r.ref_area = n.ref_area AND r.period = n.period)
--| """

WITH flows AS (
  SELECT
    ref_area, period, period_start, period_end, value,
    status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
    status_s, status_u, status_v, status_w
  FROM observations
  WHERE measure = 'remittances_received' AND unit = 'USD' AND breakdown = 'ref_area' AND value IS NOT NULL
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
  f.value AS received,
  r.value AS population,
  f.value / NULLIF(r.value, 0) AS per_capita,
  f.status_b OR r.status_b AS status_b, f.status_d OR r.status_d AS status_d, f.status_e OR r.status_e AS status_e,
  f.status_f OR r.status_f AS status_f, f.status_g OR r.status_g AS status_g, f.status_i OR r.status_i AS status_i,
  f.status_j OR r.status_j AS status_j, f.status_k OR r.status_k AS status_k, f.status_l OR r.status_l AS status_l,
  f.status_m OR r.status_m AS status_m, f.status_n OR r.status_n AS status_n, f.status_o OR r.status_o AS status_o,
  f.status_p OR r.status_p AS status_p, f.status_q OR r.status_q AS status_q, f.status_s OR r.status_s AS status_s,
  f.status_u OR r.status_u AS status_u, f.status_v OR r.status_v AS status_v, f.status_w OR r.status_w AS status_w
FROM flows AS f
LEFT JOIN residents AS r ON r.ref_area = f.ref_area AND r.period = f.period
ORDER BY ref_area, period
