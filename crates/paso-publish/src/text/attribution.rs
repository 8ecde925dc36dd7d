//! `ATTRIBUTION.md`: how to cite each source, and under which terms its figures may be used.

use std::fmt::Write as _;

use super::Language;
use crate::{
    Contents,
    contents::Terms,
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
    let all = contents.all_terms(tables.iter().flat_map(|table| table.terms.iter().copied()));
    let mut publisher = "";
    for terms in &all {
        let Terms { source, licence } = terms;
        let id = if licence.id == "none-declared" { say("none declared", "ninguna declarada") } else { licence.id.as_str() };
        if publisher != source.publisher {
            writeln!(text, "\n## {}\n", language.of(&source.title))?;
        }
        publisher = &source.publisher;
        // A publisher with one licence for all needs no second heading.
        if all.iter().filter(|other| other.source.publisher == source.publisher).count() > 1 {
            let first = all.iter().find(|other| other.source.publisher == source.publisher).is_some_and(|other| other.same_as(*terms));
            writeln!(text, "{}### {id}\n", if first { "" } else { "\n" })?;
        }
        writeln!(text, "- {}: {}", say("Cite as", "Cítese como"), language.of(&licence.attribution))?;
        writeln!(text, "- {}: {id}, <{}>", say("Licence", "Licencia"), licence.url)?;
        if let Some(note) = &licence.note {
            writeln!(text, "- {}: {}", say("Terms", "Términos"), language.of(note))?;
        }
        writeln!(text, "- {}: <{}>", say("Data", "Datos"), source.homepage)?;
        for (heading, names) in [
            (say("Datasets", "Conjuntos de datos"), names(tables, *terms, false)),
            (say("Indicators", "Indicadores"), names(tables, *terms, true)),
        ] {
            if !names.is_empty() {
                writeln!(text, "- {heading}: {}", names.join(", "))?;
            }
        }
    }
    Ok(())
}

/// The tables that hold figures under these terms.
fn names(tables: &[Table<'_>], terms: Terms<'_>, indicators: bool) -> Vec<String> {
    let wanted = |table: &&Table<'_>| {
        let under_terms = table.terms.iter().any(|other| other.same_as(terms));
        under_terms && matches!(table.of, Of::Indicator(_)) == indicators
    };
    tables.iter().filter(wanted).map(|table| format!("`{}`", table.name())).collect()
}
