//! The facts tables under `figures/`: published figures, restated as compact CSV, from which the sample is written.

use crate::TestkitError;

/// One facts table as it is compiled in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    /// Its file name.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
    /// How many leading columns are left empty where they repeat the row above.
    pub(crate) repeated: usize,
}

macro_rules! sources {
    ($($(#[$doc:meta])* $constant:ident = $file:literal, $repeated:literal;)*) => {
        $($(#[$doc])* pub(crate) const $constant: Source =
            Source { name: $file, text: include_str!(concat!("../figures/", $file)), repeated: $repeated };)*
        #[cfg(test)]
        pub(crate) const ALL: &[Source] = &[$($constant),*];
    };
}

sources! {
    /// UNHCR codes, their ISO codes and, where documented, their numbers.
    UNHCR_AREAS = "unhcr_areas.csv", 0;
    /// Persons of concern; an empty cell is "-" (not applicable).
    UNHCR_POPULATION = "unhcr_population.csv", 0;
    /// Asylum applications lodged; `NA` is a code.
    UNHCR_ASYLUM_APPLICATIONS = "unhcr_asylum_applications.csv", 0;
    /// Durable solutions.
    UNHCR_SOLUTIONS = "unhcr_solutions.csv", 0;
    /// The World Bank's list of countries and aggregates.
    WORLDBANK_COUNTRIES = "worldbank_countries.csv", 0;
    /// The regions, income levels and lending types that the list names.
    WORLDBANK_CLASSES = "worldbank_classes.csv", 0;
    /// SM.POP.NETM by country and year.
    WORLDBANK_NET_MIGRATION = "worldbank_net_migration.csv", 0;
    /// SP.POP.TOTL by country and year.
    WORLDBANK_POPULATION = "worldbank_population.csv", 0;
    /// BX.TRF.PWKR.CD.DT by country and year.
    WORLDBANK_REMITTANCES_RECEIVED = "worldbank_remittances_received.csv", 0;
    /// The destinations of the 2020 workbook: sort order, name, notes, code, type of data.
    UNDESA_2020_AREAS = "undesa_2020_areas.csv", 0;
    /// Migrant stock by sex.
    UNDESA_2020_TABLE_1 = "undesa_2020_table_1.csv", 0;
    /// Population by sex, in thousands.
    UNDESA_2020_TABLE_2 = "undesa_2020_table_2.csv", 0;
    /// Migrants as a percentage of the population.
    UNDESA_2020_TABLE_3 = "undesa_2020_table_3.csv", 0;
    /// Women as a percentage of migrants.
    UNDESA_2020_TABLE_4 = "undesa_2020_table_4.csv", 0;
    /// Annual rate of change.
    UNDESA_2020_TABLE_5 = "undesa_2020_table_5.csv", 0;
    /// Refugees and asylum seekers.
    UNDESA_2020_TABLE_6 = "undesa_2020_table_6.csv", 0;
    /// Destinations by origins, 2015; an empty cell is blank in the workbook.
    UNDESA_2015_TABLE_16 = "undesa_2015_table_16.csv", 0;
    /// The classification sheet of the 2015 workbook.
    UNDESA_2015_ANNEX = "undesa_2015_annex.csv", 0;
    /// Resolved applications for permanent residence.
    SERMIG_2025 = "sermig_2025.csv", 7;
}

/// A facts table, all cells as text.
#[derive(Debug)]
pub(crate) struct Table {
    name: &'static str,
    /// The names of the columns.
    pub(crate) header: Vec<String>,
    /// The rows, each as long as the header.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Parses a facts table and fills the repeated cells.
    pub(crate) fn read(source: Source) -> Result<Self, TestkitError> {
        let broken = |error: csv::Error| TestkitError::Figures { table: source.name, detail: error.to_string() };
        let mut reader = csv::ReaderBuilder::new().from_reader(source.text.as_bytes());
        let header = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
        let mut rows: Vec<Vec<String>> = Vec::new();
        for record in reader.records() {
            let mut row: Vec<String> = record.map_err(broken)?.iter().map(str::to_owned).collect();
            if let Some(above) = rows.last() {
                for (cell, repeated) in row.iter_mut().zip(above).take(source.repeated) {
                    if cell.is_empty() {
                        cell.clone_from(repeated);
                    }
                }
            }
            rows.push(row);
        }
        Ok(Self { name: source.name, header, rows })
    }

    /// The error for a cell that does not say what it should.
    pub(crate) fn error(&self, row: usize, expected: &str) -> TestkitError {
        TestkitError::Figures { table: self.name, detail: format!("line {}: {expected} expected", row + 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_whole() {
        for source in ALL {
            let table = Table::read(*source).unwrap();
            assert!(!table.rows.is_empty(), "{}", source.name);
            assert!(table.rows.iter().all(|row| row.len() == table.header.len()), "{}", source.name);
            assert!(table.rows.iter().all(|row| row.iter().take(source.repeated).all(|cell| !cell.is_empty())), "{}", source.name);
        }
    }

    #[test]
    fn repeated_cells_are_filled() {
        let table = Table::read(SERMIG_2025).unwrap();
        assert_eq!(table.rows[0][..8], ["Mujer", "17 ó menos", "Bolivia", "Empleado", "Medio", "Antofagasta", "2023", "Otorga"]);
        assert_eq!(table.rows[2][..7], ["Mujer", "17 ó menos", "Haití", "Empleado", "Medio", "Metropolitana de Santiago", "2023"]);
    }
}
