--| id = "permanent_residence_granted"
--| agenda = "information"
--| unit = "PERMITS"
--| key = ["ref_area", "origin", "period"]
--| inputs = ["sermig.permanent_residence_decisions"]
--|
--| [title]
--| en = "Permanent residence permits granted, by citizenship"
--| es = "Permisos de residencia definitiva otorgados, por nacionalidad"
--|
--| [note]
--| en = """
--| Permits, not persons, in the year of the decision, not of the application or arrival; definitive permits overlap temporary ones and
--| never add to them or to a stock. The publisher prints `*` in cells of one to five permits: `permits_printed` leaves them out, and
--| `permits_low` and `permits_high` are its bounds over these cells only. They are no bounds of the true number of a named country: the
--| publisher also moves small counts of the 25 main countries into the pool "Otros países dentro de los 25 primeros", and the figures of a
--| named country leave out what is in that pool, so that its true number may be above `permits_high`. The size of the pool in a year is the
--| row with the origin `_O:sermig.otros_paises_25` (2024: 13,288 of 133,676). Totals include the pool. `Q` in `status` says that the year
--| has hidden cells, which the total and the percentage lack; `hidden_cells` says how many of them are of this citizenship. Later releases
--| change earlier years (2021: 20,956 in the release of 2023, 21,416 in that of 2025). A year that was not over when the file was made is
--| incomplete."""
--| es = """
--| Permisos, no personas, en el año de la resolución, no de la solicitud ni de la llegada; los permisos definitivos se superponen con los
--| temporales y nunca se suman a ellos ni a un stock. El publicador imprime `*` en las celdas de uno a cinco permisos: `permits_printed` no
--| las incluye, y `permits_low` y `permits_high` son sus cotas sobre esas celdas solamente. No acotan el número verdadero de un país
--| nombrado: el publicador también traslada recuentos pequeños de los 25 países principales al conjunto "Otros países dentro de los 25
--| primeros", y las cifras de un país nombrado no incluyen lo que está en ese conjunto, de modo que su número verdadero puede superar
--| `permits_high`. El tamaño del conjunto en un año es la fila con el origen `_O:sermig.otros_paises_25` (2024: 13.288 de 133.676). Los
--| totales incluyen el conjunto. `Q` en `status` dice que el año tiene celdas ocultas, que faltan en el total y en el porcentaje;
--| `hidden_cells` dice cuántas de ellas son de esta nacionalidad. Las entregas posteriores cambian años anteriores (2021: 20.956 en la
--| entrega de 2023, 21.416 en la de 2025). Un año que no había terminado cuando se hizo el archivo está incompleto."""
--|
--| [formula]
--| text = { en = "permits_printed = sum of printed cells; permits_low and permits_high = the same with every hidden cell at its lowest and highest value; percent = 100 × permits_printed / total_printed", es = "permits_printed = suma de las celdas impresas; permits_low y permits_high = la misma con cada celda oculta en su valor más bajo y más alto; percent = 100 × permits_printed / total_printed" }
--| source = "Servicio Nacional de Migraciones de Chile, Datos abiertos: Residencias definitivas resueltas"
--|
--| [columns.permits_printed]
--| decimals = 0
--| en = "Permits in the cells that are printed; empty where all cells are hidden. Of a named country it leaves out what the publisher put into the pool `_O:sermig.otros_paises_25`"
--| es = "Permisos en las celdas impresas; vacío donde todas las celdas están ocultas. De un país nombrado no incluye lo que el publicador puso en el conjunto `_O:sermig.otros_paises_25`"
--|
--| [columns.permits_low]
--| decimals = 0
--| en = "Lower bound over the cells printed as `*` only: every one at its lowest value. What a named country has in the pool `_O:sermig.otros_paises_25` is not in it"
--| es = "Cota inferior sobre las celdas impresas como `*` solamente: cada una en su valor más bajo. No incluye lo que un país nombrado tiene en el conjunto `_O:sermig.otros_paises_25`"
--|
--| [columns.permits_high]
--| decimals = 0
--| en = "Upper bound over the cells printed as `*` only: every one at its highest value. The true number of a named country may be higher, because what it has in the pool `_O:sermig.otros_paises_25` is not in it"
--| es = "Cota superior sobre las celdas impresas como `*` solamente: cada una en su valor más alto. El número verdadero de un país nombrado puede ser mayor, porque no incluye lo que tiene en el conjunto `_O:sermig.otros_paises_25`"
--|
--| [columns.hidden_cells]
--| unit = "1"
--| decimals = 0
--| en = "Cells of this citizenship that the publisher prints as `*`"
--| es = "Celdas de esta nacionalidad que el publicador imprime como `*`"
--|
--| [columns.total_printed]
--| decimals = 0
--| en = "Permits of all citizenships in the cells that are printed"
--| es = "Permisos de todas las nacionalidades en las celdas impresas"
--|
--| [columns.total_low]
--| decimals = 0
--| en = "Fewest permits of all citizenships that the hidden cells allow"
--| es = "Menor número de permisos de todas las nacionalidades que permiten las celdas ocultas"
--|
--| [columns.total_high]
--| decimals = 0
--| en = "Most permits of all citizenships that the hidden cells allow"
--| es = "Mayor número de permisos de todas las nacionalidades que permiten las celdas ocultas"
--|
--| [columns.percent]
--| unit = "PT"
--| decimals = 6
--| en = "Share of this citizenship in the printed total of the year"
--| es = "Porcentaje de esta nacionalidad en el total impreso del año"
--|
--| [[checks]]
--| name = "one_breakdown"
--| sql = """
--| SELECT ref_area, COUNT(DISTINCT breakdown) AS breakdowns
--| FROM observations
--| WHERE measure = 'residence_decisions' AND unit = 'PERMITS' AND category = 'GRANT' AND method = '_Z' AND breakdown NOT LIKE '%*%'
--| GROUP BY ref_area
--| HAVING COUNT(DISTINCT breakdown) > 1
--| """
--|
--| [[checks]]
--| name = "every_hidden_cell_has_bounds"
--| sql = """
--| SELECT ref_area, origin, period, status
--| FROM observations
--| WHERE measure = 'residence_decisions' AND category = 'GRANT' AND value IS NULL
--|   AND (value_low IS NULL OR value_high IS NULL OR bound IS NULL OR bound = 'ci95')
--| """
--|
--| [[checks]]
--| name = "bounds_are_in_order"
--| sql = """
--| SELECT ref_area, origin, period, permits_printed, permits_low, permits_high
--| FROM result
--| WHERE permits_low > permits_high OR permits_printed > permits_low OR (hidden_cells = 0 AND permits_printed <> permits_high)
--| """
--|
--| [[checks]]
--| name = "a_total_with_hidden_cells_says_so"
--| sql = """
--| SELECT ref_area, origin, period, status, total_low, total_high
--| FROM result
--| WHERE total_low <> total_high AND status NOT LIKE '%Q%'
--| """

WITH grants AS (
  SELECT
    ref_area,
    origin,
    period,
    period_start,
    period_end,
    MAX(origin_basis) AS origin_basis,
    SUM(value) AS permits_printed,
    SUM(COALESCE(value_low, value)) AS permits_low,
    SUM(COALESCE(value_high, value)) AS permits_high,
    COUNT(*) - COUNT(value) AS hidden_cells,
    MAX(status_b) AS status_b, MAX(status_d) AS status_d, MAX(status_e) AS status_e, MAX(status_f) AS status_f, MAX(status_g) AS status_g,
    MAX(status_i) AS status_i, MAX(status_j) AS status_j, MAX(status_k) AS status_k, MAX(status_l) AS status_l, MAX(status_m) AS status_m,
    MAX(status_n) AS status_n, MAX(status_o) AS status_o, MAX(status_p) AS status_p, MAX(status_q) AS status_q, MAX(status_s) AS status_s,
    MAX(status_u) AS status_u, MAX(status_v) AS status_v, MAX(status_w) AS status_w
  FROM observations
  WHERE measure = 'residence_decisions' AND unit = 'PERMITS' AND category = 'GRANT' AND method = '_Z' AND breakdown NOT LIKE '%*%'
  GROUP BY ref_area, origin, period, period_start, period_end
)
SELECT
  ref_area,
  origin,
  period,
  period_start,
  period_end,
  origin_basis,
  permits_printed,
  permits_low,
  permits_high,
  CAST(hidden_cells AS BIGINT) AS hidden_cells,
  SUM(permits_printed) OVER (PARTITION BY ref_area, period) AS total_printed,
  SUM(permits_low) OVER (PARTITION BY ref_area, period) AS total_low,
  SUM(permits_high) OVER (PARTITION BY ref_area, period) AS total_high,
  100.0 * permits_printed / NULLIF(SUM(permits_printed) OVER (PARTITION BY ref_area, period), 0) AS percent,
  -- the totals and the percentage stand on every row of the year, and so do the letters of all its cells
  MAX(status_b) OVER (PARTITION BY ref_area, period) AS status_b, MAX(status_d) OVER (PARTITION BY ref_area, period) AS status_d,
  MAX(status_e) OVER (PARTITION BY ref_area, period) AS status_e, MAX(status_f) OVER (PARTITION BY ref_area, period) AS status_f,
  MAX(status_g) OVER (PARTITION BY ref_area, period) AS status_g, MAX(status_i) OVER (PARTITION BY ref_area, period) AS status_i,
  MAX(status_j) OVER (PARTITION BY ref_area, period) AS status_j, MAX(status_k) OVER (PARTITION BY ref_area, period) AS status_k,
  MAX(status_l) OVER (PARTITION BY ref_area, period) AS status_l, MAX(status_m) OVER (PARTITION BY ref_area, period) AS status_m,
  MAX(status_n) OVER (PARTITION BY ref_area, period) AS status_n, MAX(status_o) OVER (PARTITION BY ref_area, period) AS status_o,
  MAX(status_p) OVER (PARTITION BY ref_area, period) AS status_p, MAX(status_q) OVER (PARTITION BY ref_area, period) AS status_q,
  MAX(status_s) OVER (PARTITION BY ref_area, period) AS status_s, MAX(status_u) OVER (PARTITION BY ref_area, period) AS status_u,
  MAX(status_v) OVER (PARTITION BY ref_area, period) AS status_v, MAX(status_w) OVER (PARTITION BY ref_area, period) AS status_w
FROM grants
ORDER BY ref_area, origin, period
