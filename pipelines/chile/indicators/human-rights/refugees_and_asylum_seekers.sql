--| id = "refugees_and_asylum_seekers"
--| agenda = "human-rights"
--| unit = "PS"
--| key = ["ref_area", "period"]
--| inputs = ["unhcr.population"]
--|
--| [title]
--| en = "Refugees and asylum seekers by country of asylum"
--| es = "Refugiados y solicitantes de asilo por país de asilo"
--|
--| [note]
--| en = """
--| Persons, on the last day of the year (mid-year editions: on 30 June, replaced later). Always quote both totals: most Venezuelans abroad
--| are counted as other people in need of international protection, a group that exists since 2018 (until 2021 as Venezuelans displaced
--| abroad). A total is empty where one of its parts is not published; empty is not zero. UNHCR rounds counts below five. Applications of
--| the year are another figure, in persons or in cases, and never add to these stocks."""
--| es = """
--| Personas, el último día del año (ediciones de mitad de año: el 30 de junio, reemplazadas después). Se citan siempre los dos totales: la
--| mayoría de los venezolanos en el exterior cuenta como otras personas necesitadas de protección internacional, un grupo que existe desde
--| 2018 (hasta 2021 como venezolanos desplazados en el extranjero). Un total queda vacío donde falta una de sus partes; vacío no es cero.
--| ACNUR redondea los recuentos menores que cinco. Las solicitudes del año son otra cifra, en personas o en casos, y nunca se suman a estos
--| stocks."""
--|
--| [formula]
--| text = { en = "total_without_other = refugees + asylum_seekers; total_with_other = total_without_other + other_people_in_need_of_international_protection; each part summed over origins", es = "total_without_other = refugees + asylum_seekers; total_with_other = total_without_other + other_people_in_need_of_international_protection; cada parte sumada sobre los orígenes" }
--| source = "UNHCR, Refugee Data Finder, methodology: forcibly displaced people and other people in need of international protection"
--|
--| [columns.refugees]
--| decimals = 0
--| en = "Refugees under UNHCR's mandate, people in refugee-like situations included"
--| es = "Refugiados bajo el mandato de ACNUR, incluidas personas en situación similar"
--|
--| [columns.asylum_seekers]
--| decimals = 0
--| en = "Asylum seekers whose claim is pending"
--| es = "Solicitantes de asilo con solicitud pendiente"
--|
--| [columns.other_people_in_need_of_international_protection]
--| decimals = 0
--| en = "Other people in need of international protection; none before the group existed"
--| es = "Otras personas necesitadas de protección internacional; ninguno antes de existir el grupo"
--|
--| [columns.total_without_other]
--| decimals = 0
--| en = "Refugees and asylum seekers"
--| es = "Refugiados y solicitantes de asilo"
--|
--| [columns.total_with_other]
--| decimals = 0
--| en = "Refugees, asylum seekers and other people in need of international protection"
--| es = "Refugiados, solicitantes de asilo y otras personas necesitadas de protección internacional"
--|
--| [[checks]]
--| name = "only_persons"
--| sql = """
--| SELECT measure, unit, COUNT(*) AS observations_of_it
--| FROM observations
--| WHERE measure IN ('refugees', 'asylum_seekers', 'other_people_in_need_of_international_protection') AND unit <> 'PS'
--| GROUP BY measure, unit
--| """
--|
--| [[checks]]
--| name = "no_count_below_zero"
--| sql = """
--| SELECT ref_area, period, refugees, asylum_seekers, other_people_in_need_of_international_protection
--| FROM result
--| WHERE refugees < 0 OR asylum_seekers < 0 OR other_people_in_need_of_international_protection < 0
--| """
--|
--| [[checks]]
--| name = "nobody_is_lost_between_origins_and_totals"
--| sql = """
--| SELECT o.period, o.persons, r.persons AS in_result
--| FROM (
--|   SELECT period, SUM(value) AS persons
--|   FROM observations
--|   WHERE measure = 'refugees' AND unit = 'PS' AND breakdown = 'origin+ref_area' AND value IS NOT NULL
--|   GROUP BY period
--| ) AS o
--| JOIN (SELECT period, SUM(refugees) AS persons FROM result GROUP BY period) AS r ON r.period = o.period
--| WHERE ABS(o.persons - r.persons) > 0.5
--| """

WITH counts AS (
  SELECT
    ref_area,
    period,
    period_start,
    period_end,
    SUM(CASE WHEN measure = 'refugees' THEN value END) AS refugees,
    SUM(CASE WHEN measure = 'asylum_seekers' THEN value END) AS asylum_seekers,
    SUM(CASE WHEN measure = 'other_people_in_need_of_international_protection' THEN value END) AS other_people_in_need_of_international_protection,
    MAX(status_b) AS status_b, MAX(status_d) AS status_d, MAX(status_e) AS status_e, MAX(status_f) AS status_f, MAX(status_g) AS status_g,
    MAX(status_i) AS status_i, MAX(status_j) AS status_j, MAX(status_k) AS status_k, MAX(status_l) AS status_l, MAX(status_m) AS status_m,
    MAX(status_n) AS status_n, MAX(status_o) AS status_o, MAX(status_p) AS status_p, MAX(status_q) AS status_q, MAX(status_s) AS status_s,
    MAX(status_u) AS status_u, MAX(status_v) AS status_v, MAX(status_w) AS status_w
  FROM observations
  WHERE measure IN ('refugees', 'asylum_seekers', 'other_people_in_need_of_international_protection')
    AND unit = 'PS' AND breakdown = 'origin+ref_area'
  GROUP BY ref_area, period, period_start, period_end
)
SELECT
  ref_area,
  period,
  period_start,
  period_end,
  refugees,
  asylum_seekers,
  other_people_in_need_of_international_protection,
  refugees + asylum_seekers AS total_without_other,
  refugees + asylum_seekers + other_people_in_need_of_international_protection AS total_with_other,
  status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
  status_s, status_u, status_v, status_w
FROM counts
WHERE refugees IS NOT NULL OR asylum_seekers IS NOT NULL OR other_people_in_need_of_international_protection IS NOT NULL
ORDER BY ref_area, period
