//! What there is to choose from in a body: the members of an archive, the sheets of a workbook.

use crate::batch::Limits;
use crate::container;
use crate::recognize;
use crate::source::Source;
use crate::xlsx;

/// What there is to choose from in a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The members of the ZIP archive around the message, in its order.
    pub members: Vec<ListedMember>,
    /// The sheets of the workbook that the message is, in its order.
    pub sheets: Vec<ListedSheet>,
}

/// A member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMember {
    /// Its name, with its folders.
    pub name: String,
    /// How many bytes it holds, as the archive declares.
    pub bytes: u64,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSheet {
    /// Its name.
    pub name: String,
    /// Whether the workbook shows it.
    pub visible: bool,
}

impl Contents {
    /// Lists them. `member` is [`Known::member`](crate::Known::member). What cannot be read is left away: whoever reads the message is told why.
    pub fn of(source: &dyn Source, member: Option<&str>, limits: Limits) -> Self {
        let members = container::members(source, limits).unwrap_or_default();
        let sheets = match recognize::open(source, member, limits) {
            Ok((opened, _)) if xlsx::is_workbook(opened.source.as_ref()) => {
                xlsx::sheets(opened.source.as_ref(), limits).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        Self {
            members: members.into_iter().map(|(name, bytes)| ListedMember { name, bytes }).collect(),
            sheets: sheets.into_iter().map(|(name, visible)| ListedSheet { name, visible }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;
    use crate::source::Bytes;
    use crate::testing::zipped;

    fn listed(body: &[u8], member: Option<&str>) -> (Vec<String>, Vec<String>) {
        let contents = Contents::of(&Bytes(body), member, Limits::default());
        let members = contents.members.iter().map(|member| format!("{} {}", member.name, member.bytes)).collect();
        let sheets = contents.sheets.iter().map(|sheet| format!("{} {}", sheet.name, sheet.visible)).collect();
        (members, sheets)
    }

    #[test]
    fn members_and_sheets_are_listed_in_their_order() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("Datos").unwrap();
        workbook.add_worksheet().set_name("Hoja 1").unwrap().set_hidden(true);
        let workbook = workbook.save_to_buffer().unwrap();
        let sheets = vec!["Datos true".to_owned(), "Hoja 1 false".to_owned()];
        assert_eq!(listed(&workbook, None), (vec![], sheets.clone()));
        let size = workbook.len();
        let body = zipped(&[("x/b.xlsx", workbook), ("a.csv", b"a,b\n1,2\n".to_vec())]);
        let members = vec![format!("x/b.xlsx {size}"), "a.csv 8".to_owned()];
        assert_eq!(listed(&body, None), (members.clone(), vec![]), "two could be meant");
        for member in ["b.xlsx", "b.xlsx/Hoja 1", "x/b.xlsx/Datos"] {
            assert_eq!(listed(&body, Some(member)), (members.clone(), sheets.clone()), "{member}");
        }
        assert_eq!(listed(b"a,b\n1,2\n", None), (vec![], vec![]));
        assert_eq!(listed(&body[..body.len() - 9], None), (vec![], vec![]), "what is cut has no directory");
    }
}
