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
--| abroad). From 2018 on, where UNHCR has figures for a country and year and none of this group (it prints "-": not applicable), the group
--| adds nothing to `total_with_other`, and its own column stays empty. Before 2018 `total_with_other` is empty, because the group did not
--| exist; empty is not zero. UNHCR rounds counts below five. Applications of the year are another figure, in persons or in cases, and never
--| add to these stocks."""
--| es = """
--| Personas, el último día del año (ediciones de mitad de año: el 30 de junio, reemplazadas después). Se citan siempre los dos totales: la
--| mayoría de los venezolanos en el exterior cuenta como otras personas necesitadas de protección internacional, un grupo que existe desde
--| 2018 (hasta 2021 como venezolanos desplazados en el extranjero). Desde 2018, donde ACNUR tiene cifras de un país y año y ninguna de este
--| grupo (imprime "-": no aplicable), el grupo no suma nada a `total_with_other` y su propia columna queda vacía. Antes de 2018
--| `total_with_other` queda vacío, porque el grupo no existía; vacío no es cero. ACNUR redondea los recuentos menores que cinco. Las
--| solicitudes del año son otra cifra, en personas o en casos, y nunca se suman a estos stocks."""
--|
--| [formula]
--| text = { en = "total_without_other = refugees + asylum_seekers; total_with_other = total_without_other + other_people_in_need_of_international_protection (nothing where none are published), from 2018; each part summed over origins", es = "total_without_other = refugees + asylum_seekers; total_with_other = total_without_other + other_people_in_need_of_international_protection (nada donde no se publica ninguna), desde 2018; cada parte sumada sobre los orígenes" }
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
--| en = "Other people in need of international protection; empty before the group existed (2018) and where UNHCR publishes none"
--| es = "Otras personas necesitadas de protección internacional; vacío antes de existir el grupo (2018) y donde ACNUR no publica ninguna"
--|
--| [columns.total_without_other]
--| decimals = 0
--| en = "Refugees and asylum seekers"
--| es = "Refugiados y solicitantes de asilo"
--|
--| [columns.total_with_other]
--| decimals = 0
--| en = "Refugees, asylum seekers and other people in need of international protection, who add nothing where UNHCR publishes none; empty before 2018"
--| es = "Refugiados, solicitantes de asilo y otras personas necesitadas de protección internacional, que no suman nada donde ACNUR no publica ninguna; vacío antes de 2018"
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
--| SELECT o.ref_area, o.period, o.refugees, o.asylum_seekers, o.others, r.refugees AS refugees_here, r.asylum_seekers AS asylum_seekers_here,
--|   r.other_people_in_need_of_international_protection AS others_here
--| FROM (
--|   -- whatever the breakdown: people counted by another one would not be in the result
--|   SELECT
--|     ref_area,
--|     period,
--|     SUM(CASE WHEN measure = 'refugees' THEN value ELSE 0.0 END) AS refugees,
--|     SUM(CASE WHEN measure = 'asylum_seekers' THEN value ELSE 0.0 END) AS asylum_seekers,
--|     SUM(CASE WHEN measure = 'other_people_in_need_of_international_protection' THEN value ELSE 0.0 END) AS others
--|   FROM observations
--|   WHERE measure IN ('refugees', 'asylum_seekers', 'other_people_in_need_of_international_protection')
--|     AND breakdown <> 'ref_area' AND breakdown NOT LIKE '%*%' AND value IS NOT NULL
--|   GROUP BY ref_area, period
--| ) AS o
--| LEFT JOIN result AS r ON r.ref_area = o.ref_area AND r.period = o.period
--| WHERE ABS(o.refugees - COALESCE(r.refugees, 0.0)) > 0.5
--|   OR ABS(o.asylum_seekers - COALESCE(r.asylum_seekers, 0.0)) > 0.5
--|   OR ABS(o.others - COALESCE(r.other_people_in_need_of_international_protection, 0.0)) > 0.5
--| """
--|
--| [[checks]]
--| name = "equals_the_published_total"
--| sql = """
--| SELECT o.measure, o.ref_area, o.period, o.value AS published
--| FROM observations AS o
--| LEFT JOIN result AS r ON r.ref_area = o.ref_area AND r.period = o.period
--| WHERE o.breakdown = 'ref_area' AND o.unit = 'PS' AND o.value IS NOT NULL
--|   AND (
--|     (o.measure = 'refugees' AND ABS(o.value - COALESCE(r.refugees, 0.0)) > 0.5)
--|     OR (o.measure = 'asylum_seekers' AND ABS(o.value - COALESCE(r.asylum_seekers, 0.0)) > 0.5)
--|     OR (
--|       o.measure = 'other_people_in_need_of_international_protection'
--|       AND ABS(o.value - COALESCE(r.other_people_in_need_of_international_protection, 0.0)) > 0.5
--|     )
--|   )
--| """
--|
--| [[checks]]
--| name = "both_totals_since_the_group_exists"
--| sql = """
--| SELECT ref_area, period, total_without_other, total_with_other
--| FROM result
--| WHERE (period >= '2018' AND total_without_other IS NOT NULL AND total_with_other IS NULL)
--|   OR (period < '2018' AND total_with_other IS NOT NULL)
--|   OR total_with_other < total_without_other
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
  -- the group exists since 2018; a country without such people has no figure of it
  CASE
    WHEN EXTRACT(YEAR FROM period_start) >= 2018
    THEN refugees + asylum_seekers + COALESCE(other_people_in_need_of_international_protection, 0.0)
  END AS total_with_other,
  status_b, status_d, status_e, status_f, status_g, status_i, status_j, status_k, status_l, status_m, status_n, status_o, status_p, status_q,
  status_s, status_u, status_v, status_w
FROM counts
WHERE refugees IS NOT NULL OR asylum_seekers IS NOT NULL OR other_people_in_need_of_international_protection IS NOT NULL
ORDER BY ref_area, period
