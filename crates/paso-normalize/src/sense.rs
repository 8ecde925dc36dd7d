//! Keys of a definition that are well formed and make no sense together: what would be ignored is refused.

use paso_model::Dimension;

use crate::spec::{Cells, Source, SourceForm, TotalCheck};

/// What of a source has no effect; `dimension` is none for units and further breakdowns.
pub(crate) fn source(dimension: Option<Dimension>, source: &Source) -> Result<(), String> {
    let Source {
        code,
        same_as,
        column,
        codes,
        scheme,
        form,
        strip_prefix,
        take,
        own,
        otherwise,
        otherwise_where,
        blank,
        for_groups,
        subtotals,
        or,
    } = source;
    let of_texts = [
        ("codes", !codes.is_empty()),
        ("scheme", scheme.is_some()),
        ("form", form.is_some()),
        ("strip_prefix", strip_prefix.is_some()),
        ("take", take.is_some()),
        ("own", !own.is_empty()),
        ("otherwise", otherwise.is_some()),
        ("blank", blank.is_some()),
        ("for_groups", for_groups.is_some()),
        ("subtotals", !subtotals.is_empty()),
        ("or", or.is_some()),
    ];
    if column.is_none()
        && let Some(by) = code.as_ref().map(|_| "code").or(same_as.as_ref().map(|_| "same_as"))
        && let Some((key, _)) = of_texts.iter().find(|(_, used)| *used)
    {
        return Err(format!("has `{key}`, which is for the texts of a `column`, beside `{by}`"));
    }
    if otherwise.is_none() && !otherwise_where.is_empty() {
        return Err("has `otherwise_where` and no `otherwise` to which it could apply".to_owned());
    }
    if *form == Some(SourceForm::Age) && dimension != Some(Dimension::Age) {
        return Err("reads ages (`form = \"age\"`), and only the dimension `age` has them".to_owned());
    }
    if !own.is_empty() && matches!(dimension, None | Some(Dimension::RefArea)) {
        return Err("has `own`, which stands for the reference area of a row: only other dimensions can be it".to_owned());
    }
    match or {
        Some(next) => self::source(dimension, next),
        None => Ok(()),
    }
}

/// What of the rules for cells cannot be: the key below `cells`, and the problem.
pub(crate) fn cells(cells: &Cells) -> Result<(), (String, String)> {
    if cells.rounded_to == Some(0) {
        return Err(("rounded_to".to_owned(), "is 0, and numbers are rounded to a multiple of something".to_owned()));
    }
    for (text, suppressed) in &cells.suppressed {
        let key = format!("suppressed.{text:?}");
        match (suppressed.low, suppressed.high) {
            (Some(low), Some(high)) if low > high => return Err((key, format!("the interval from {low} to {high} holds no number"))),
            (Some(_), None) | (None, Some(_)) => return Err((key, "needs both `low` and `high`, or neither".to_owned())),
            _ => {}
        }
    }
    if let Some((text, rounded)) = cells.rounded.iter().find(|(_, rounded)| rounded.low > rounded.high) {
        let problem = format!("the interval from {} to {} holds no number", rounded.low, rounded.high);
        return Err((format!("rounded.{text:?}"), problem));
    }
    Ok(())
}

/// What of the printed totals that are compared cannot be: a difference that is let pass has a reason.
pub(crate) fn totals(totals: &[TotalCheck]) -> Result<(), (String, String)> {
    let lax = |check: &TotalCheck| check.tolerance > 0.0 || check.differing > 0 || check.selection;
    match totals.iter().position(|check| lax(check) && check.note.as_deref().is_none_or(|note| note.trim().is_empty())) {
        Some(place) => Err((format!("observe.totals.{place}.note"), "is missing: say why the parts may differ from the total".to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(dimension: Option<Dimension>, text: &str) -> String {
        source(dimension, &toml::from_str(text).unwrap()).err().unwrap_or_default()
    }

    #[test]
    fn what_would_be_ignored_is_refused() {
        assert_eq!(said(Some(Dimension::Age), "column = \"a\"\nform = \"age\"\nblank = \"_T\""), "");
        assert!(said(Some(Dimension::Sex), "column = \"a\"\nform = \"age\"").contains("only the dimension `age`"));
        assert!(
            said(Some(Dimension::Sex), "code = \"F\"\nblank = \"_T\"")
                .contains("`blank`, which is for the texts of a `column`, beside `code`")
        );
        assert!(said(Some(Dimension::Birth), "same_as = \"origin\"\nsubtotals = [\"W\"]").contains("`subtotals`"));
        assert!(said(Some(Dimension::RefArea), "column = \"a\"\nscheme = \"s\"\nown = [\"NAT\"]").contains("`own`"));
        assert!(said(None, "column = \"a\"\nscheme = \"s\"\nor = { column = \"b\", own = [\"NAT\"] }").contains("`own`"));
        let check = |text: &str| totals(&[toml::from_str(&format!("parts = \"sex\"\nwhole = \"_T\"\n{text}")).unwrap()]).is_ok();
        assert!(
            check("")
                && check("selection = true\nnote = \"chosen\"")
                && !check("selection = true")
                && !check("tolerance = 1\nnote = \" \"")
        );
        let of = |text: &str| cells(&toml::from_str(text).unwrap()).err().map(|(key, _)| key).unwrap_or_default();
        assert_eq!(of("suppressed = { \"*\" = { low = 1, high = 4 }, \"c\" = {} }\nrounded_to = 5"), "");
        assert_eq!(of("rounded_to = 0"), "rounded_to");
        assert_eq!(of("suppressed = { \"*\" = { low = 4, high = 1 } }"), "suppressed.\"*\"");
        assert_eq!(of("suppressed = { \"*\" = { low = 4 } }"), "suppressed.\"*\"");
        assert_eq!(of("rounded = { \"0\" = { low = 4, high = 1 } }"), "rounded.\"0\"");
    }
}
