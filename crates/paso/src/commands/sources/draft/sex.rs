//! A column of sexes.

use super::guess::Guess;

/// Sex, where both sexes stand in the column, or its title says so and every text is one.
pub(super) fn sex(title: &str, texts: &[&str]) -> Option<Guess> {
    let plain: Vec<String> = texts
        .iter()
        .map(|text| {
            let text = text.trim().to_lowercase();
            text.strip_prefix("sex_").map(str::to_owned).unwrap_or(text)
        })
        .collect();
    // Beside H for hombres, M stands for mujeres.
    let in_spanish = plain.iter().any(|text| text == "h") && !plain.iter().any(|text| text == "f");
    let code = |text: &str| if text == "m" && in_spanish { Some("F") } else { code(text) };
    let codes: Vec<(String, &'static str)> =
        texts.iter().zip(&plain).filter_map(|(text, plain)| Some(((*text).to_owned(), code(plain)?))).collect();
    let has = |code: &str| codes.iter().any(|(_, known)| *known == code);
    let both = has("F") && has("M") && texts.len() <= codes.len() + 2;
    // A total and one sex, in words.
    let word = plain.iter().any(|text| text.len() > 2 && matches!(code(text), Some("F" | "M")));
    let in_words = word && texts.len() > 1 && codes.len() == texts.len();
    let says = title
        .to_lowercase()
        .split(|c: char| !c.is_alphabetic())
        .any(|part| ["sex", "sexo", "sexe", "gender", "genero", "género", "gênero", "genre"].contains(&part));
    (both || in_words || (says && codes.len() == texts.len())).then_some(Guess::Sex { codes })
}

/// The code of a text in small letters.
fn code(text: &str) -> Option<&'static str> {
    Some(match text {
        "f" | "female" | "females" | "women" | "woman" | "mujer" | "mujeres" | "femenino" | "feminino" | "mulher" | "mulheres"
        | "femmes" | "femme" | "féminin" => "F",
        "m" | "male" | "males" | "men" | "man" | "hombre" | "hombres" | "h" | "varon" | "varón" | "varones" | "masculino" | "homem"
        | "homens" | "hommes" | "homme" | "masculin" => "M",
        "t" | "_t" | "total" | "both sexes" | "both" | "ambos sexos" | "ambos" | "les deux sexes" => "_T",
        "unknown" | "unk" | "desconocido" | "no informado" | "sin información" | "ignorado" | "_u" | "u" => "_U",
        "other" | "otro" | "x" | "outro" | "_o" | "o" => "_O",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(title: &str, texts: &[&str]) -> Option<Vec<&'static str>> {
        match sex(title, texts) {
            Some(Guess::Sex { codes }) => Some(codes.into_iter().map(|(_, code)| code).collect()),
            _ => None,
        }
    }

    #[test]
    fn sexes_are_known_as_publishers_write_them() {
        for (texts, expected) in [
            (&["Hombres", "Mujeres", "Total"][..], &["M", "F", "_T"][..]),
            (&["H", "M"], &["M", "F"]),
            (&["F", "M", "T"], &["F", "M", "_T"]),
            (&["MUJER", "VARON", "X"], &["F", "M", "_O"]),
            (&["HOMBRE", "MUJER"], &["M", "F"]),
            (&["SEX_T", "SEX_M", "SEX_F"], &["_T", "M", "F"]),
            (&["_T", "F", "M"], &["_T", "F", "M"]),
            (&["Male", "Female", "Both sexes"], &["M", "F", "_T"]),
            (&["Both sexes", "Female"], &["_T", "F"]),
        ] {
            assert_eq!(codes("column", texts).as_deref(), Some(expected), "{texts:?}");
        }
    }

    #[test]
    fn one_sex_needs_a_title_that_says_so() {
        assert_eq!(codes("SEX", &["_T"]), Some(vec!["_T"]));
        assert_eq!(codes("tipo", &["T"]), None);
        assert_eq!(codes("categoría", &["M", "N", "O"]), None);
    }
}
