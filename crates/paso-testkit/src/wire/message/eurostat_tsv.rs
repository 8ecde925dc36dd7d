//! Eurostat's TSV: a key column of codes, one column for each period, flags behind the values.

use std::io::{self, Write};

use super::{Format, Observations, unfit, wide};

/// Eurostat's TSV. The last dimension is the period; keys ascend. A cell is `1570.0 `, `1631.1 b`, `: ` or `: c`.
#[derive(Debug, Clone)]
pub struct EurostatTsv {
    /// The attribute that holds the flags; the format carries no other one.
    pub flags: String,
}

impl Default for EurostatTsv {
    fn default() -> Self {
        Self { flags: "OBS_FLAG".to_owned() }
    }
}

impl Format for EurostatTsv {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let dimensions = observations.dimensions();
        let Some((period, down)) = dimensions.split_last() else { return Err(unfit("no dimension")) };
        let carried = |text: &str| !text.contains([',', '\t', '\n', '\r', '\\']);
        if !dimensions.iter().all(|dimension| carried(&dimension.id) && dimension.codes.iter().all(|code| carried(&code.id))) {
            return Err(unfit("a code with a comma, tab, backslash or line break"));
        }
        let flags = observations.attributes().iter().position(|attribute| attribute.id == self.flags);
        let ids: Vec<&str> = down.iter().map(|dimension| dimension.id.as_str()).collect();
        let mut line = format!("{}\\{}", ids.join(","), period.id);
        period.codes.iter().for_each(|code| line.extend(["\t", &code.id, " "]));
        line.push('\n');
        out.write_all(line.as_bytes())?;
        wide::lines(observations, 1, &mut |key, cells| {
            line.clear();
            for (position, (code, dimension)) in key.iter().zip(down).enumerate() {
                line.extend([if position == 0 { "" } else { "," }, &dimension.codes[*code as usize].id]);
            }
            for cell in cells {
                let value = cell.as_ref().and_then(|row| row.value.as_deref()).unwrap_or(":");
                let flag = cell.as_ref().zip(flags).and_then(|(row, position)| row.attributes[position].as_deref()).unwrap_or_default();
                line.extend(["\t", value, " ", flag]);
            }
            line.push('\n');
            out.write_all(line.as_bytes())
        })
    }
}
