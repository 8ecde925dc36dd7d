--| id = "diaspora_by_destination"
--| agenda = "diaspora"
--| unit = "PS"
--| key = ["origin", "destination", "period"]
--| inputs = ["undesa.migrant_stock_bilateral"]
--|
--| [title]
--| en = "Population abroad by country of residence"
--| es = "Población en el exterior por país de residencia"
--|
--| [note]
--| en = """
--| The bilateral stock of UN DESA read from the side of the origin: people born in a country (where `origin_basis` is citizenship: its
--| citizens) who live in another. Descendants born abroad are not in it: the register of Chileans abroad also counts children of Chilean
--| parents, and is another figure. Destinations that publish no origins are not in it, so that the total is a lower bound. Totals mix the
--| bases of the destinations."""
--| es = """
--| El stock bilateral de UN DESA visto desde el origen: personas nacidas en un país (donde `origin_basis` es nacionalidad: sus ciudadanos)
--| que viven en otro. No incluye a los descendientes nacidos en el exterior: el registro de chilenos en el exterior cuenta también a hijos
--| de chilenos y es otra cifra. Los destinos que no publican orígenes no están, de modo que el total es una cota inferior. Los totales
--| mezclan las bases de los destinos."""
--|
--| [formula]
--| text = { en = "percent = 100 × persons / total, where total is the published figure of the origin for the world", es = "percent = 100 × persons / total, donde total es la cifra publicada del origen para el mundo" }
--| source = "United Nations, DESA, Population Division, Trends in International Migrant Stock: Migrants by Destination and Origin (POP/DB/MIG/Stock/Rev.2015), Table 16"
--|
--| [columns.persons]
--| decimals = 0
--| en = "People of this origin living in the destination"
--| es = "Personas de este origen que viven en el destino"
--|
--| [columns.total]
--| decimals = 0
--| en = "People of this origin living abroad, over all destinations, as published"
--| es = "Personas de este origen que viven en el exterior, en todos los destinos, según lo publicado"
--|
--| [columns.percent]
--| unit = "PT"
--| decimals = 6
--| en = "Share of this destination in the total of the origin"
--| es = "Porcentaje de este destino en el total del origen"
--|
--| [[checks]]
--| name = "every_published_destination_is_here"
--| sql = """
--| SELECT s.origin, s.ref_area, s.period, s.value
--| FROM observations AS s
--| JOIN areas AS a ON a.area = s.origin
--| WHERE s.measure = 'migrant_stock' AND s.unit = 'PS' AND s.breakdown = 'origin+ref_area' AND s.value IS NOT NULL AND a.kind <> 'residual'
--|   AND NOT EXISTS (SELECT r.origin FROM result AS r WHERE r.origin = s.origin AND r.destination = s.ref_area AND r.period = s.period)
--| """
--|
--| [[checks]]
--| name = "no_share_beyond_the_whole"
--| sql = "SELECT origin, destination, period, percent FROM result WHERE persons < 0 OR percent > 100"
--|
--| [[checks]]
--| name = "destinations_add_up_to_the_total"
--| severity = "warning"
--| sql = """
--| SELECT origin, period, SUM(persons) AS of_destinations, MAX(total) AS published
--| FROM result
--| GROUP BY origin, period
--| HAVING MAX(total) IS NULL OR ABS(SUM(persons) - MAX(total)) > 0.5
--| """

WITH totals AS (
  SELECT origin, vintage, period_start, period_end, value,
    status_b, status_d, status_e, status_f, status_g, status_i,
    status_j, status_k, status_l, status_m, status_n, status_o,
    status_p, status_q, status_s, status_u, status_v, status_w
  FROM observations
  WHERE measure = 'migrant_stock' AND unit = 'PS' AND breakdown = 'origin' AND value IS NOT NULL
)
SELECT
  s.origin AS origin,
  s.ref_area AS destination,
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
  ON t.origin = s.origin AND t.vintage = s.vintage AND t.period_start = s.period_start AND t.period_end = s.period_end
JOIN areas AS a ON a.area = s.origin
WHERE s.measure = 'migrant_stock' AND s.unit = 'PS' AND s.breakdown = 'origin+ref_area' AND s.value IS NOT NULL
  AND a.kind <> 'residual'
ORDER BY origin, destination, period
