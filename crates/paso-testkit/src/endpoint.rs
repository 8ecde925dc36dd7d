//! The requests of the pipelines' sources: what is asked of whom, and how the answers are stamped in a mirror.

use jiff::Timestamp;

use crate::{TestkitError, mirror::Body};

/// A request whose answer the mirrors hold.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The URL of the only page, or all of it before the number of the page.
    url: &'static str,
    paged: bool,
    retrieved: &'static str,
    last_modified: Option<&'static str>,
    content_type: &'static str,
}

const JSON: &str = "application/json";
const CSV: &str = "text/csv";
const ZIP: &str = "application/zip";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl Endpoint {
    /// UNHCR, persons of concern.
    pub const UNHCR_POPULATION: Self = Self {
        url: "https://api.unhcr.org/population/v1/population/?coa_all=true&coo_all=true&cf_type=ISO&limit=10000&yearFrom=1951&yearTo=2030&page=",
        paged: true,
        retrieved: "2026-06-25T12:00:00Z",
        last_modified: None,
        content_type: JSON,
    };
    /// UNHCR, asylum applications.
    pub const UNHCR_ASYLUM_APPLICATIONS: Self = Self {
        url: "https://api.unhcr.org/population/v1/asylum-applications/?coa_all=true&coo_all=true&cf_type=ISO&limit=10000&yearFrom=1951&yearTo=2030&page=",
        ..Self::UNHCR_POPULATION
    };
    /// UNHCR, durable solutions: the interactive download.
    pub const UNHCR_SOLUTIONS: Self = Self {
        url: "https://www.unhcr.org/refugee-statistics/download/solutions.csv?url=C70gnF",
        paged: false,
        retrieved: "2024-07-19T10:55:00Z",
        last_modified: None,
        content_type: CSV,
    };
    /// World Bank, countries and aggregates.
    pub const WORLDBANK_COUNTRIES: Self = Self {
        url: "https://api.worldbank.org/v2/country?format=json&per_page=400&page=",
        paged: true,
        retrieved: "2025-07-01T12:00:00Z",
        last_modified: None,
        content_type: JSON,
    };
    /// World Bank, net migration.
    pub const WORLDBANK_NET_MIGRATION: Self = Self {
        url: "https://api.worldbank.org/v2/country/all/indicator/SM.POP.NETM?format=json&per_page=20000&page=",
        retrieved: "2025-04-15T12:00:00Z",
        ..Self::WORLDBANK_COUNTRIES
    };
    /// World Bank, population.
    pub const WORLDBANK_POPULATION: Self = Self {
        url: "https://api.worldbank.org/v2/en/country/all/indicator/SP.POP.TOTL?downloadformat=csv",
        paged: false,
        retrieved: "2025-04-15T12:00:00Z",
        last_modified: None,
        content_type: ZIP,
    };
    /// World Bank, personal remittances received.
    pub const WORLDBANK_REMITTANCES_RECEIVED: Self = Self {
        url: "https://api.worldbank.org/v2/en/country/all/indicator/BX.TRF.PWKR.CD.DT?downloadformat=csv",
        retrieved: "2025-07-01T12:00:00Z",
        content_type: CSV,
        ..Self::WORLDBANK_POPULATION
    };
    /// UN DESA, migrant stock by sex and destination, 2020 edition.
    pub const UNDESA_2020: Self = Self {
        url: "https://www.un.org/development/desa/pd/sites/www.un.org.development.desa.pd/files/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx",
        paged: false,
        retrieved: "2021-02-01T12:00:00Z",
        last_modified: Some("2021-01-25T19:38:13Z"),
        content_type: XLSX,
    };
    /// UN DESA, migrant stock by origin and destination, 2015 edition.
    pub const UNDESA_2015: Self = Self {
        url: "https://www.un.org/en/development/desa/population/migration/data/estimates2/data/UN_MigrantStockByOriginAndDestination_2015.xlsx",
        retrieved: "2016-01-15T12:00:00Z",
        last_modified: Some("2015-12-31T00:00:00Z"),
        ..Self::UNDESA_2020
    };
    /// SERMIG, resolved applications for permanent residence.
    pub const SERMIG: Self = Self {
        url: "https://serviciomigraciones.cl/wp-content/uploads/estudios/Datos-abiertos/RD/RD-Resueltas-2o-semestre-2025.xlsx",
        retrieved: "2026-02-13T12:00:00Z",
        last_modified: Some("2026-02-12T21:19:28Z"),
        ..Self::UNDESA_2020
    };

    /// The URL of a page, from 1; the number does not matter where there are no pages.
    pub fn url(&self, page: usize) -> String {
        if self.paged { format!("{}{page}", self.url) } else { self.url.to_owned() }
    }

    /// The same request, answered in another format.
    pub(crate) fn answered_as_csv(self) -> Self {
        Self { content_type: CSV, ..self }
    }

    /// The same request, answered with a zip archive.
    pub(crate) fn answered_as_zip(self) -> Self {
        Self { content_type: ZIP, ..self }
    }

    /// The answer to the request for one page.
    pub(crate) fn body(&self, page: usize, bytes: Vec<u8>) -> Result<Body, TestkitError> {
        let stamp = |text: &str| {
            text.parse::<Timestamp>().map_err(|error| TestkitError::Format { body: self.url(page), detail: error.to_string() })
        };
        Ok(Body {
            url: self.url(page),
            bytes,
            retrieved: stamp(self.retrieved)?,
            last_modified: self.last_modified.map(stamp).transpose()?,
            content_type: Some(self.content_type.to_owned()),
        })
    }

    /// The answers to the requests for all pages.
    pub(crate) fn bodies(&self, pages: Vec<Vec<u8>>) -> Result<Vec<Body>, TestkitError> {
        pages.into_iter().zip(1..).map(|(bytes, page)| self.body(page, bytes)).collect()
    }
}
