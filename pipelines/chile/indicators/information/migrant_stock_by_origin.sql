--| id = "migrant_stock_by_origin"
--| agenda = "information"
--| unit = "PS"
--| key = ["ref_area", "origin", "period"]
--| inputs = ["undesa.migrant_stock_bilateral"]
--|
--| [title]
--| en = "International migrant stock by origin"
--| es = "Stock de migrantes internacionales por origen"
--|
--| [note]
--| en = """
--| Estimates of UN DESA, not counts of one day: between censuses they are interpolated, and areas without data are imputed. `origin_basis`
--| says whether an area counts the foreign-born or foreign citizens; the two are not comparable. Editions revise the past: figures of two
--| editions never form a series (Chile 2015: 469,436 in the 2015 edition, 639,724 in the 2020 edition). Residual origins ("Other North",
--| "Other South") are part of the total. An origin that the edition leaves blank is absent, not zero."""
--| es = """
--| Estimaciones de UN DESA, no recuentos de un día: entre censos se interpolan, y las áreas sin datos se imputan. `origin_basis` dice si un
--| área cuenta a los nacidos en el extranjero o a los extranjeros; ambas no son comparables. Las ediciones revisan el pasado: cifras de dos
--| ediciones nunca forman una serie (Chile 2015: 469.436 en la edición 2015, 639.724 en la edición 2020). Los orígenes residuales ("Other
--| North", "Other South") son parte del total. Un origen que la edición deja en blanco no aparece; no es cero."""
--|
--| [formula]
--| text = { en = "percent = 100 × persons / total, both of the same edition and day", es = "percent = 100 × persons / total, ambos de la misma edición y día" }
--| source = "United Nations, DESA, Population Division, Trends in International Migrant Stock: Migrants by Destination and Origin (POP/DB/MIG/Stock/Rev.2015), Table 16"
--|
--| [columns.persons]
--| decimals = 0
--| en = "Migrants of this origin living in the area"
--| es = "Migrantes de este origen que viven en el área"
--|
--| [columns.total]
--| decimals = 0
--| en = "Migrants of all origins living in the area, as published; empty where the edition prints no such total"
--| es = "Migrantes de todos los orígenes que viven en el área, según lo publicado; vacío si la edición no publica ese total"
--|
--| [columns.percent]
--| unit = "PT"
--| decimals = 6
--| en = "Share of this origin in the area's total"
--| es = "Porcentaje de este origen en el total del área"
--|
--| [[checks]]
--| name = "every_published_origin_is_here"
--| sql = """
--| SELECT s.ref_area, s.origin, s.period, s.value
--| FROM observations AS s
--| WHERE s.measure = 'migrant_stock' AND s.unit = 'PS' AND s.breakdown = 'origin+ref_area' AND s.value IS NOT NULL
--|   AND NOT EXISTS (SELECT r.ref_area FROM result AS r WHERE r.ref_area = s.ref_area AND r.origin = s.origin AND r.period = s.period)
--| """
--|
--| [[checks]]
--| name = "no_share_beyond_the_whole"
--| sql = "SELECT ref_area, origin, period, percent FROM result WHERE persons < 0 OR percent > 100"
--|
--| [[checks]]
--| name = "origins_add_up_to_the_total"
--| severity = "warning"
--| sql = """
--| SELECT ref_area, period, SUM(persons) AS of_origins, MAX(total) AS published
--| FROM result
--| GROUP BY ref_area, period
--| HAVING MAX(total) IS NULL OR ABS(SUM(persons) - MAX(total)) > 0.5
--| """

WITH totals AS (
  SELECT ref_area, vintage, period_start, period_end, value,
    status_b, status_d, status_e, status_f, status_g, status_i,
    status_j, status_k, status_l, status_m, status_n, status_o,
    status_p, status_q, status_s, status_u, status_v, status_w
  FROM observations
  WHERE measure = 'migrant_stock' AND unit = 'PS' AND breakdown = 'ref_area' AND value IS NOT NULL
)
SELECT
  s.ref_area AS ref_area,
  s.origin AS origin,
  s.period AS period,
  s.period_start AS period_start,
  s.period_end AS period_end,
  s.origin_basis AS origin_basis,
  s.value AS persons,
  t.value AS total,
  100.0 * s.value / NULLIF(t.value, 0) AS percent,
  s.status_b OR COALESCE(t.status_b, FALSE) AS status_b,
  s.status_d OR COALESCE(t.status_d, FALSE) AS status_d,
  s.status_e OR COALESCE(t.status_e, FALSE) AS status_e,
  s.status_f OR COALESCE(t.status_f, FALSE) AS status_f,
  s.status_g OR COALESCE(t.status_g, FALSE) AS status_g,
  s.status_i OR COALESCE(t.status_i, FALSE) AS status_i,
  s.status_j OR COALESCE(t.status_j, FALSE) AS status_j,
  s.status_k OR COALESCE(t.status_k, FALSE) AS status_k,
  s.status_l OR COALESCE(t.status_l, FALSE) AS status_l,
  s.status_m OR COALESCE(t.status_m, FALSE) AS status_m,
  s.status_n OR COALESCE(t.status_n, FALSE) AS status_n,
  s.status_o OR COALESCE(t.status_o, FALSE) AS status_o,
  s.status_p OR COALESCE(t.status_p, FALSE) AS status_p,
  s.status_q OR COALESCE(t.status_q, FALSE) AS status_q,
  s.status_s OR COALESCE(t.status_s, FALSE) AS status_s,
  s.status_u OR COALESCE(t.status_u, FALSE) AS status_u,
  s.status_v OR COALESCE(t.status_v, FALSE) AS status_v,
  s.status_w OR COALESCE(t.status_w, FALSE) AS status_w
FROM observations AS s
LEFT JOIN totals AS t
  ON t.ref_area = s.ref_area AND t.vintage = s.vintage AND t.period_start = s.period_start AND t.period_end = s.period_end
WHERE s.measure = 'migrant_stock' AND s.unit = 'PS' AND s.breakdown = 'origin+ref_area' AND s.value IS NOT NULL
ORDER BY ref_area, origin, period
