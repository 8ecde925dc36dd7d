//! `ATTRIBUTION.md`: how to cite each source, and under which terms its figures may be used.

use std::fmt::Write as _;

use super::Language;
use crate::{
    Contents, Source,
    describe::{Of, Table},
};

/// The name of the file in a release.
pub(crate) const ATTRIBUTION: &str = "ATTRIBUTION.md";

/// The text, Spanish first.
pub(crate) fn attribution(contents: &Contents<'_>, tables: &[Table<'_>]) -> String {
    let mut text = String::new();
    for language in [Language::Spanish, Language::English] {
        if !text.is_empty() {
            text.push_str("\n---\n\n");
        }
        let _infallible = write_in(&mut text, contents, tables, language);
    }
    text
}

fn write_in(text: &mut String, contents: &Contents<'_>, tables: &[Table<'_>], language: Language) -> std::fmt::Result {
    let say = |english: &'static str, spanish: &'static str| language.pick(english, spanish);
    writeln!(text, "# {}\n", say("Attribution and licences", "Atribución y licencias"))?;
    let introduction = say(
        "The figures in this release belong to their publishers and are used under the terms below. They were put into one form and, in the \
         indicators, computed further: the publishers are not responsible for that and endorse none of it. Cite the source of each figure as \
         written here.",
        "Las cifras de esta entrega pertenecen a sus publicadores y se usan según los términos que siguen. Se llevaron a una sola forma y, en los \
         indicadores, se siguieron calculando: los publicadores no responden por ello ni lo respaldan. Cite la fuente de cada cifra como se \
         indica aquí.",
    );
    writeln!(text, "{introduction}")?;
    for source in &contents.sources {
        let licence = &source.licence;
        writeln!(text, "\n## {}\n", language.of(&source.title))?;
        writeln!(text, "- {}: {}", say("Cite as", "Cítese como"), language.of(&licence.attribution))?;
        let id = if licence.id == "none-declared" { say("none declared", "ninguna declarada") } else { licence.id.as_str() };
        writeln!(text, "- {}: {id}, <{}>", say("Licence", "Licencia"), licence.url)?;
        if let Some(note) = &licence.note {
            writeln!(text, "- {}: {}", say("Terms", "Términos"), language.of(note))?;
        }
        writeln!(text, "- {}: <{}>", say("Data", "Datos"), source.homepage)?;
        for (heading, names) in [
            (say("Datasets", "Conjuntos de datos"), names(tables, source, false)),
            (say("Indicators", "Indicadores"), names(tables, source, true)),
        ] {
            if !names.is_empty() {
                writeln!(text, "- {heading}: {}", names.join(", "))?;
            }
        }
    }
    Ok(())
}

/// The tables that hold figures of a source.
fn names(tables: &[Table<'_>], source: &Source, indicators: bool) -> Vec<String> {
    let wanted = |table: &&Table<'_>| {
        let of_source = table.sources.iter().any(|other| other.publisher == source.publisher);
        of_source && matches!(table.of, Of::Indicator(_)) == indicators
    };
    tables.iter().filter(wanted).map(|table| format!("`{}`", table.name())).collect()
}
