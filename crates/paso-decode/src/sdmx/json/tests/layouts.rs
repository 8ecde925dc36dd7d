//! The same observations give the same rows, however a message presents them.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Collected, read};
use crate::Limits;
use crate::testing::decode_within;

/// An observation: positions, value, the attributes of the observation, of what shares the first two dimensions, of what shares the last one.
#[derive(Debug, Clone)]
struct Cube {
    sizes: [usize; 3],
    /// One for each combination of positions; none where there is no observation.
    cells: Vec<Option<(Option<i32>, Option<u8>)>>,
    of_series: Vec<Option<u8>>,
    of_last: Vec<Option<u8>>,
}

fn cubes() -> impl Strategy<Value = Cube> {
    [1..4usize, 1..4usize, 1..5usize].prop_flat_map(|sizes| {
        let cell = proptest::option::weighted(0.8, (proptest::option::weighted(0.8, any::<i32>()), proptest::option::of(0..3u8)));
        let note = || proptest::option::of(0..3u8);
        (
            proptest::collection::vec(cell, sizes.iter().product::<usize>()),
            proptest::collection::vec(note(), sizes[0] * sizes[1]),
            proptest::collection::vec(note(), sizes[2]),
        )
            .prop_map(move |(cells, of_series, of_last)| Cube { sizes, cells, of_series, of_last })
    })
}

/// How a message presents a cube.
#[derive(Debug, Clone)]
struct Layout {
    /// Flat, by series of the first two dimensions, or by sections of the last one.
    kind: u8,
    /// Begin the codes of each dimension with another one.
    turns: [usize; 3],
    behind: bool,
    structure_first: bool,
    wildcard: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    let choices = (0..3u8, [0..4usize, 0..4usize, 0..5usize], any::<bool>(), any::<bool>(), any::<bool>());
    choices.prop_map(|(kind, turns, behind, structure_first, wildcard)| Layout { kind, turns, behind, structure_first, wildcard })
}

impl Cube {
    fn message(&self, layout: &Layout) -> String {
        let place = |dimension: usize, index: usize| (index + layout.turns[dimension]) % self.sizes[dimension];
        let dimension = |dimension: usize| {
            let mut codes = vec![0; self.sizes[dimension]];
            (0..self.sizes[dimension]).for_each(|index| codes[place(dimension, index)] = index);
            let values: Vec<String> = codes.iter().map(|code| format!(r#"{{"id":"{dimension}.{code}"}}"#)).collect();
            format!(r#"{{"id":"D{dimension}","keyPosition":{dimension},"values":[{}]}}"#, values.join(","))
        };
        let [d0, d1, d2] = [dimension(0), dimension(1), dimension(2)];
        let dimensions = match layout.kind {
            0 => format!(r#""series":[],"observation":[{d2},{d0},{d1}]"#),
            1 => format!(r#""series":[{d0},{d1}],"observation":[{d2}]"#),
            _ => format!(r#""series":[{d2}],"observation":[{d0},{d1}]"#),
        };
        let open = if layout.wildcard { "~" } else { "" };
        let (mut groups, mut series, mut flat) = (Vec::new(), Vec::new(), Vec::new());
        let note = |note: Option<u8>| note.map_or("null".to_owned(), |note| note.to_string());
        let observation = |i: usize, j: usize, k: usize| {
            let (value, status) = self.cells[(i * self.sizes[1] + j) * self.sizes[2] + k]?;
            Some(format!("[{},{}]", value.map_or("null".to_owned(), |value| value.to_string()), note(status)))
        };
        for i in 0..self.sizes[0] {
            for j in 0..self.sizes[1] {
                let of_series = note(self.of_series[i * self.sizes[1] + j]);
                let mut rows = Vec::new();
                for k in 0..self.sizes[2] {
                    if let Some(row) = observation(i, j, k) {
                        rows.push(format!("\"{}\":{row}", place(2, k)));
                        flat.push(format!("\"{}:{}:{}\":{row}", place(2, k), place(0, i), place(1, j)));
                    }
                }
                let (attributes, rows) = (format!("\"attributes\":[{of_series}]"), format!("\"observations\":{{{}}}", rows.join(",")));
                let (first, last) = if layout.behind { (rows, attributes) } else { (attributes, rows) };
                series.push(format!("\"{}:{}\":{{{first},{last}}}", place(0, i), place(1, j)));
                if layout.kind != 1 {
                    groups.push(format!("\"{open}:{}:{}\":[{of_series},null]", place(0, i), place(1, j)));
                }
            }
        }
        for k in 0..self.sizes[2] {
            let key = if layout.kind == 1 { format!("{open}:{open}:{}", place(2, k)) } else { format!("{}:{open}:{open}", place(2, k)) };
            groups.push(format!("\"{key}\":[null,{}]", note(self.of_last[k])));
        }
        let data = match layout.kind {
            0 => format!("\"observations\":{{{}}}", flat.join(",")),
            1 => format!("\"series\":{{{}}}", series.join(",")),
            _ => {
                let mut sections = String::new();
                for k in 0..self.sizes[2] {
                    let mut rows = Vec::new();
                    for i in 0..self.sizes[0] {
                        for j in 0..self.sizes[1] {
                            rows.extend(observation(i, j, k).map(|row| format!("\"{}:{}\":{row}", place(0, i), place(1, j))));
                        }
                    }
                    write!(sections, "{}\"{}\":{{\"observations\":{{{}}}}}", if k > 0 { "," } else { "" }, place(2, k), rows.join(","))
                        .unwrap();
                }
                format!("\"series\":{{{sections}}}")
            }
        };
        let groups = format!("\"dimensionGroupAttributes\":{{{}}}", groups.join(","));
        let set = if layout.behind { format!("{data},{groups}") } else { format!("{groups},{data}") };
        let notes = |id: &str| format!(r#"{{"id":"{id}","values":[{{"id":"{id}0"}},{{"value":"{id}1"}},{{"name":"{id}2"}}]}}"#);
        let (own_series, in_group) = if layout.kind == 1 { (notes("N"), notes("UNUSED")) } else { (String::new(), notes("N")) };
        let structure = format!(
            r#""structures":[{{"dimensions":{{{dimensions}}},"attributes":{{"dimensionGroup":[{in_group},{}],"series":[{own_series}],"observation":[{}]}}}}]"#,
            notes("L"),
            notes("S")
        );
        let sets = format!(r#""dataSets":[{{{set}}}]"#);
        let (first, last) = if layout.structure_first { (structure, sets) } else { (sets, structure) };
        format!("{{\"data\":{{{first},{last}}}}}")
    }

    fn expected(&self) -> Vec<String> {
        let text = |id: &str, note: Option<u8>| note.map_or("-".to_owned(), |note| format!("{id}{note}"));
        let mut rows = Vec::new();
        for i in 0..self.sizes[0] {
            for j in 0..self.sizes[1] {
                for k in 0..self.sizes[2] {
                    let Some((value, status)) = self.cells[(i * self.sizes[1] + j) * self.sizes[2] + k] else { continue };
                    let value = value.map_or("-".to_owned(), |value| value.to_string());
                    let (n, l) = (text("N", self.of_series[i * self.sizes[1] + j]), text("L", self.of_last[k]));
                    rows.push(format!("0.{i}|1.{j}|2.{k}|{value}|{n}|{l}|{}", text("S", status)));
                }
            }
        }
        rows.sort();
        rows
    }
}

fn rows(table: &Collected) -> Vec<String> {
    let columns = ["D0", "D1", "D2", "OBS_VALUE", "N", "L", "S"].map(|name| table.column(name));
    let cell = |column: &[Option<String>], row: usize| column[row].clone().unwrap_or_else(|| "-".to_owned());
    let mut rows: Vec<String> =
        (0..columns[0].len()).map(|row| columns.iter().map(|column| cell(column, row)).collect::<Vec<_>>().join("|")).collect();
    rows.sort();
    rows
}

proptest! {
    #[test]
    fn a_layout_changes_nothing(cube in cubes(), layout in layouts(), batch_rows in 1..9usize) {
        let message = cube.message(&layout);
        let expected = cube.expected();
        match read(&message) {
            Err(error) => prop_assert!(expected.is_empty(), "{error}\n{message}"),
            Ok(table) => {
                prop_assert_eq!(&rows(&table), &expected, "{}", message);
                prop_assert_eq!(&table.names()[..4], &["D0", "D1", "D2", "OBS_VALUE"]);
                let limits = Limits { batch_rows, ..Limits::default() };
                prop_assert_eq!(rows(&decode_within(message.as_bytes(), "[sdmx_json]", limits).unwrap()), expected);
            }
        }
    }

    #[test]
    fn no_bytes_stop_the_reader(cube in cubes(), layout in layouts(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut message = cube.message(&layout).into_bytes();
        let at = at.index(message.len());
        message[at] = byte;
        if let Ok(table) = crate::testing::decode_as(&message, "[sdmx_json]") {
            prop_assert!(table.batches.iter().all(|batch| !batch.rows.is_empty()));
        }
    }
}
