//! The World Bank's bulk CSV: BOM, four lines before the header, every field quoted, a trailing empty column, CRLF.

/// One series as the CSV prints it.
#[derive(Debug)]
pub(crate) struct Series<'a> {
    /// `Population, total`.
    pub(crate) indicator_name: &'a str,
    /// `SP.POP.TOTL`.
    pub(crate) indicator_code: &'a str,
    /// `2025-04-15`.
    pub(crate) last_updated: &'a str,
    /// The columns of years.
    pub(crate) years: &'a [String],
}

/// The data file: one line per country or aggregate, as name, code and one value per year.
pub(crate) fn data(series: &Series<'_>, rows: &[(String, String, &[String])]) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    push_line(&mut text, ["Data Source", "World Development Indicators"].into_iter());
    text.push_str("\r\n");
    push_line(&mut text, ["Last Updated Date", series.last_updated].into_iter());
    text.push_str("\r\n");
    let header = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"];
    push_line(&mut text, header.into_iter().chain(series.years.iter().map(String::as_str)));
    for (name, code, values) in rows {
        let key = [name.as_str(), code.as_str(), series.indicator_name, series.indicator_code];
        push_line(&mut text, key.into_iter().chain(values.iter().map(String::as_str)));
    }
    text.into_bytes()
}

/// A file beside the data file in the archive: BOM and quoted lines, the first of them the header.
pub(crate) fn metadata(lines: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    for line in lines {
        push_line(&mut text, line.iter().map(String::as_str));
    }
    text.into_bytes()
}

fn push_line<'a>(text: &mut String, fields: impl Iterator<Item = &'a str>) {
    for field in fields {
        text.push('"');
        text.push_str(&field.replace('"', "\"\""));
        text.push_str("\",");
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_on_line_five_and_rows_end_in_an_empty_column() {
        let years = ["2023".to_owned(), "2024".to_owned()];
        let values = ["1".to_owned(), String::new()];
        let series =
            Series { indicator_name: "Population, total", indicator_code: "SP.POP.TOTL", last_updated: "2025-04-15", years: &years };
        let text = String::from_utf8(data(&series, &[("Chile".to_owned(), "CHL".to_owned(), &values)])).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"Data Source\",\"World Development Indicators\",\r\n\r\n\"Last Updated Date\",\"2025-04-15\",\r\n\r\n\
             \"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2023\",\"2024\",\r\n\
             \"Chile\",\"CHL\",\"Population, total\",\"SP.POP.TOTL\",\"1\",\"\",\r\n"
        );
    }

    #[test]
    fn the_data_written_from_their_own_rows_are_the_publishers_file() {
        let Some(corpus) = crate::corpus() else { return };
        let text = std::fs::read_to_string(corpus.join("worldbank/csv_zip/API_BX.TRF.PWKR.CD.DT_DS2_en_csv_v2_38454.csv")).unwrap();
        let table = text.splitn(5, "\r\n").last().unwrap();
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let years: Vec<String> = reader.headers().unwrap().iter().skip(4).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let values: Vec<Vec<String>> =
            records.iter().map(|record| record.iter().skip(4).take(years.len()).map(str::to_owned).collect()).collect();
        let rows: Vec<_> =
            records.iter().zip(&values).map(|(record, values)| (record[0].to_owned(), record[1].to_owned(), values.as_slice())).collect();
        assert_eq!((years.len(), rows.len()), (65, 266));
        let series = Series {
            indicator_name: "Personal remittances, received (current US$)",
            indicator_code: "BX.TRF.PWKR.CD.DT",
            last_updated: "2025-07-01",
            years: &years,
        };
        assert!(data(&series, &rows) == text.as_bytes(), "the writer differs from the publisher");
    }
}
