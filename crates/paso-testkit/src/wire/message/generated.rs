//! Observations from a seed, as many as wanted, shaped like a migration table of a statistical office.

use std::io;

use super::{Attribute, Code, Dimension, Observations, Relationship, Row};

const PERIODS: u64 = 30;
/// Frequency, area, sex, age, citizenship, unit, period: how many codes each has at most.
const SIZES: [u64; 7] = [1, 250, 3, 100, 250, 1, PERIODS];

/// How much of the cross product the rows cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Series are strewn over all codes, and every series has all 30 periods: a published table, most cells of which do not exist.
    Sparse,
    /// Cells follow one another without a gap, over as few codes as hold them: what a cube in JSON-stat looks like.
    Dense,
}

/// Observations that are made while one walks through them; equal seeds and numbers of rows give equal rows. No key comes twice, and
/// keys ascend.
#[derive(Debug, Clone)]
pub struct Generated {
    seed: u64,
    rows: u64,
    coverage: Coverage,
    dimensions: Vec<Dimension>,
    attributes: Vec<Attribute>,
    /// Series that exist, and series that the codes allow.
    series: (u64, u64),
}

impl Generated {
    /// This many observations, sparse; more than the cross product has (562,500,000) are not made.
    pub fn new(seed: u64, rows: u64) -> Self {
        Self::covering(seed, rows, Coverage::Sparse)
    }

    /// This many observations.
    pub fn covering(seed: u64, rows: u64, coverage: Coverage) -> Self {
        let rows = rows.min(SIZES.iter().product());
        let mut sizes = SIZES;
        if coverage == Coverage::Dense {
            let mut below = 1;
            for size in sizes.iter_mut().rev() {
                *size = rows.div_ceil(below).clamp(1, *size);
                below *= *size;
            }
        }
        let allowed = sizes.iter().product::<u64>() / sizes[6];
        let series = (rows.div_ceil(sizes[6]).max(1), allowed);
        let numbered = |size: u64, code: &dyn Fn(u64) -> Code| (0..size).map(code).collect::<Vec<Code>>();
        let dimension = |id: &str, name: &str, codes| Dimension { id: id.to_owned(), name: name.to_owned(), codes };
        let area = |number| Code::new(letters(number), format!("Area {}", letters(number)));
        let citizenship = |number| Code::new(format!("CTZ_{}", letters(number)), format!("Citizens of {}", letters(number)));
        let sexes = [("SEX_T", "Total"), ("SEX_F", "Female"), ("SEX_M", "Male")];
        let sex = |number: u64| sexes.get(number as usize).map_or(Code::new("", ""), |(id, name)| Code::new(*id, *name));
        let dimensions = vec![
            dimension("FREQ", "Frequency", vec![Code::new("A", "Annual")]),
            dimension("REF_AREA", "Reference area", numbered(sizes[1], &area)),
            dimension("SEX", "Sex", numbered(sizes[2], &sex)),
            dimension("AGE", "Age", numbered(sizes[3], &|age| Code::new(format!("AGE_YTHADULT_Y{age:03}"), format!("{age} years")))),
            dimension("CITIZENSHIP", "Country of citizenship", numbered(sizes[4], &citizenship)),
            dimension("UNIT_MEASURE", "Unit of measure", vec![Code::new("PERSONS", "Persons")]),
            dimension(
                "TIME_PERIOD",
                "Time period",
                numbered(sizes[6], &|year| {
                    let year = (1995 + year).to_string();
                    Code::new(year.clone(), year)
                }),
            ),
        ];
        Self { seed, rows, coverage, dimensions, attributes: attributes(), series }
    }

    /// How many observations there are.
    pub fn len(&self) -> u64 {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How the cross product is covered.
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// The observations.
    pub fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        (0..self.rows).map(|ordinal| {
            let mut row = Row { key: vec![0; SIZES.len()], value: None, attributes: vec![None; self.attributes.len()] };
            self.fill(ordinal, &mut row);
            row
        })
    }

    /// Writes the observation with this ordinal into a row.
    fn fill(&self, ordinal: u64, row: &mut Row) {
        let periods = self.dimensions[6].codes.len() as u64;
        let (series, period) = (ordinal / periods, ordinal % periods);
        row.key[6] = period as u32;
        let mut rest = self.place(series);
        for position in (0..6).rev() {
            let size = self.dimensions[position].codes.len() as u64;
            row.key[position] = (rest % size) as u32;
            rest /= size;
        }
        let dice = mixed(self.seed ^ mixed(ordinal));
        let missing = dice.is_multiple_of(25);
        put(&mut row.value, (!missing).then_some(""));
        if let Some(value) = &mut row.value {
            write_value(value, dice);
        }
        let status = match dice >> 8 & 0xff {
            _ if missing => "M",
            0..8 => "E",
            8..16 => "P",
            16..20 => "B",
            _ => "A",
        };
        let comment = match dice >> 16 & 0xff {
            0..6 => Some("Estimated from the previous census, see the metadata"),
            6 => Some("Break: \"usual residence\" replaces \"legal residence\""),
            7 => Some("Incluye a personas de nacionalidad desconocida; población en viviendas particulares"),
            _ => None,
        };
        for (place, text) in row.attributes.iter_mut().zip([Some(status), Some("0"), Some("0"), comment]) {
            put(place, text);
        }
    }

    /// Where a series stands in the cross product: series are spread evenly, each at random within its own stretch.
    fn place(&self, series: u64) -> u64 {
        let (existing, allowed) = self.series;
        if self.coverage == Coverage::Dense {
            return series;
        }
        let start = |series: u64| (u128::from(series) * u128::from(allowed) / u128::from(existing)) as u64;
        let stretch = (start(series + 1) - start(series)).max(1);
        start(series) + mixed(self.seed.rotate_left(32) ^ series) % stretch
    }
}

impl Observations for Generated {
    fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    fn each(&self, visit: &mut dyn FnMut(&Row) -> io::Result<()>) -> io::Result<()> {
        // One row is filled again and again: a gigabyte of them would otherwise be mostly allocation.
        let mut row = Row { key: vec![0; SIZES.len()], value: None, attributes: vec![None; self.attributes.len()] };
        (0..self.rows).try_for_each(|ordinal| {
            self.fill(ordinal, &mut row);
            visit(&row)
        })
    }
}

fn attributes() -> Vec<Attribute> {
    let attribute = |id: &str, name: &str, codes: &[(&str, &str)], relationship| Attribute {
        id: id.to_owned(),
        name: name.to_owned(),
        codes: codes.iter().map(|(id, name)| Code::new(*id, *name)).collect(),
        relationship,
    };
    let statuses =
        [("A", "Normal value"), ("B", "Time series break"), ("E", "Estimated value"), ("M", "Missing value"), ("P", "Provisional value")];
    vec![
        attribute("OBS_STATUS", "Observation status", &statuses, Relationship::Observation),
        attribute("UNIT_MULT", "Unit multiplier", &[("0", "Units")], Relationship::DataSet),
        attribute("DECIMALS", "Decimals", &[("0", "Zero")], Relationship::DataSet),
        attribute("COMMENT_OBS", "Comment on the observation", &[], Relationship::Observation),
    ]
}

/// Mostly whole numbers with few digits, sometimes with decimals: `12845`, `7`, `310.5`.
fn write_value(value: &mut String, dice: u64) {
    use std::fmt::Write as _;
    let digits = 1 + (dice >> 32) % 6;
    let whole = (dice >> 35) % 10_u64.pow(digits as u32);
    let _ = if (dice >> 24).is_multiple_of(8) { write!(value, "{whole}.{}", (dice >> 28) % 10) } else { write!(value, "{whole}") };
}

/// Sets a text, in the room of the one before where there was one.
fn put(place: &mut Option<String>, text: Option<&str>) {
    match (place.as_mut(), text) {
        (Some(room), Some(text)) => {
            room.clear();
            room.push_str(text);
        }
        _ => *place = text.map(str::to_owned),
    }
}

/// Three letters that are different for every number below 17,576, in no visible order.
fn letters(number: u64) -> String {
    let scattered = number * 7_919 % 17_576;
    [scattered / 676, scattered / 26 % 26, scattered % 26].iter().map(|letter| char::from(b'A' + *letter as u8)).collect()
}

/// SplitMix64's output function (Steele, Lea, Flood 2014): every bit of the argument changes every bit of the result.
fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
