//! The XML parts of a workbook.

use std::fmt::Write as _;

use super::workbook::{Cell, SharedStrings, Sheet, reference};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A worksheet; its strings go to the shared table.
pub(crate) fn worksheet(sheet: &Sheet, strings: &mut SharedStrings) -> String {
    let last_row = sheet.cells.keys().map(|(row, _)| *row).max().unwrap_or(1);
    let last_column = sheet.cells.keys().map(|(_, column)| *column).max().unwrap_or(1);
    let mut xml =
        format!("{DECLARATION}<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:{}\"/><sheetData>", reference((last_row, last_column)));
    let mut open_row = None;
    for ((row, column), cell) in &sheet.cells {
        if open_row != Some(*row) {
            if open_row.is_some() {
                xml.push_str("</row>");
            }
            let _ = write!(xml, "<row r=\"{row}\">");
            open_row = Some(*row);
        }
        push_cell(&mut xml, &reference((*row, *column)), cell, strings);
    }
    if open_row.is_some() {
        xml.push_str("</row>");
    }
    xml.push_str(&worksheet_end(&sheet.merged));
    xml
}

/// A worksheet up to its first row, where its extent is not known yet.
pub(crate) fn worksheet_start() -> String {
    format!("{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetData>")
}

/// A worksheet from its last row on.
pub(crate) fn worksheet_end(merged: &[String]) -> String {
    let mut xml = String::from("</sheetData>");
    if !merged.is_empty() {
        let _ = write!(xml, "<mergeCells count=\"{}\">", merged.len());
        for range in merged {
            let _ = write!(xml, "<mergeCell ref=\"{range}\"/>");
        }
        xml.push_str("</mergeCells>");
    }
    xml.push_str("</worksheet>");
    xml
}

/// Appends a cell; its string goes to the shared table.
pub(crate) fn push_cell(xml: &mut String, reference: &str, cell: &Cell, strings: &mut SharedStrings) {
    let _ = match cell {
        Cell::Text(text) => write!(xml, "<c r=\"{reference}\" t=\"s\"><v>{}</v></c>", strings.position(text)),
        Cell::Inline(text) => write!(xml, "<c r=\"{reference}\" t=\"inlineStr\"><is>{}</is></c>", text_element(text)),
        Cell::Number(digits) => write!(xml, "<c r=\"{reference}\"><v>{digits}</v></c>"),
        Cell::Formula(formula, result) => {
            write!(xml, "<c r=\"{reference}\" t=\"str\"><f>{}</f><v>{}</v></c>", escape(formula), escape(result))
        }
    };
}

/// The table of shared strings.
pub(crate) fn shared_strings(texts: &[String]) -> String {
    let mut xml = format!("{DECLARATION}<sst xmlns=\"{MAIN}\" uniqueCount=\"{}\">", texts.len());
    for text in texts {
        let _ = write!(xml, "<si>{}</si>", text_element(text));
    }
    xml.push_str("</sst>");
    xml
}

fn text_element(text: &str) -> String {
    let space = if text == text.trim() { "" } else { " xml:space=\"preserve\"" };
    format!("<t{space}>{}</t>", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The list of sheets by their names, hidden or not.
pub(crate) fn workbook(sheets: &[(&str, bool)]) -> String {
    let mut xml = format!("{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>");
    for (index, (name, hidden)) in sheets.iter().enumerate() {
        let state = if *hidden { "state=\"hidden\" " } else { "" };
        let _ = write!(xml, "<sheet name=\"{}\" sheetId=\"{1}\" {state}r:id=\"rId{1}\"/>", escape(name), index + 1);
    }
    xml.push_str("</sheets></workbook>");
    xml
}

/// Where the workbook's parts are.
pub(crate) fn workbook_relations(sheets: usize) -> String {
    let mut xml = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for sheet in 1..=sheets {
        let _ = write!(xml, "<Relationship Id=\"rId{sheet}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{sheet}.xml\"/>");
    }
    let _ = write!(xml, "<Relationship Id=\"rId{}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/>", sheets + 1);
    let _ = write!(xml, "<Relationship Id=\"rId{}\" Type=\"{RELATIONS}/sharedStrings\" Target=\"sharedStrings.xml\"/>", sheets + 2);
    xml.push_str("</Relationships>");
    xml
}

/// Where the package's parts are.
pub(crate) fn package_relations() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

/// The types of the package's parts.
pub(crate) fn content_types(sheets: usize) -> String {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut xml = format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{kind}.styles+xml\"/>\
         <Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"{kind}.sharedStrings+xml\"/>"
    );
    for sheet in 1..=sheets {
        let _ = write!(xml, "<Override PartName=\"/xl/worksheets/sheet{sheet}.xml\" ContentType=\"{kind}.worksheet+xml\"/>");
    }
    xml.push_str("</Types>");
    xml
}

/// When the workbook was made, from its edition and never from a clock.
pub(crate) fn core_properties(created: &str) -> String {
    format!(
        "{DECLARATION}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{created}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{created}</dcterms:modified></cp:coreProperties>"
    )
}

/// One style, which readers expect to be there.
pub(crate) fn styles() -> String {
    format!(
        "{DECLARATION}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>\
         <cellXfs count=\"1\"><xf xfId=\"0\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}
