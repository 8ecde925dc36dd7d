//! What a stage works on: `unhcr`, `unhcr.population`, `oecd.B15`, `remittances`, `@agenda:diaspora`; nothing means everything.

use std::collections::BTreeSet;

use crate::{error::DefinitionError, load::Pipeline};

/// The datasets and indicators that were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Dataset ids.
    pub datasets: BTreeSet<String>,
    /// Indicator ids.
    pub indicators: BTreeSet<String>,
    /// Whether everything was chosen.
    pub everything: bool,
}

impl Selection {
    /// Reads selectors. A publisher or dataset chooses the indicators that read it; an indicator or agenda area chooses the datasets
    /// that it reads.
    pub fn parse(pipeline: &Pipeline, selectors: &[String]) -> Result<Self, DefinitionError> {
        let mut selection = Self { datasets: BTreeSet::new(), indicators: BTreeSet::new(), everything: selectors.is_empty() };
        if selection.everything {
            selection.datasets = pipeline.datasets().map(|dataset| dataset.id.clone()).collect();
            selection.indicators = pipeline.indicators.iter().map(|indicator| indicator.id.clone()).collect();
            return Ok(selection);
        }
        for selector in selectors {
            let datasets: Vec<&str> =
                pipeline.datasets().filter(|dataset| dataset.answers_to(selector)).map(|dataset| dataset.id.as_str()).collect();
            let agenda = selector.strip_prefix("@agenda:");
            let indicators: Vec<_> = pipeline
                .indicators
                .iter()
                .filter(|indicator| indicator.id == *selector || agenda == Some(indicator.agenda.as_str()))
                .collect();
            if datasets.is_empty() && indicators.is_empty() {
                return Err(DefinitionError::Selector { selector: selector.clone(), known: known(pipeline, selector) });
            }
            for indicator in &pipeline.indicators {
                let reads = |dataset: &str| indicator.inputs.iter().any(|input| reads(pipeline, &input.to_string(), dataset));
                if datasets.iter().any(|dataset| reads(dataset)) {
                    selection.indicators.insert(indicator.id.clone());
                }
            }
            selection.datasets.extend(datasets.iter().map(|id| (*id).to_owned()));
            for indicator in indicators {
                selection.indicators.insert(indicator.id.clone());
                let inputs = indicator.inputs.iter().flat_map(|input| pipeline.datasets_of_input(&input.to_string()));
                selection.datasets.extend(inputs.map(|dataset| dataset.id.clone()));
            }
        }
        Ok(selection)
    }
}

fn reads(pipeline: &Pipeline, input: &str, dataset: &str) -> bool {
    pipeline.datasets_of_input(input).iter().any(|known| known.id == dataset)
}

/// What there is instead: the datasets of the publisher that was named, else the publishers.
fn known(pipeline: &Pipeline, selector: &str) -> String {
    let join = |words: Vec<&str>| words.join(", ");
    let publisher = selector.split('.').next().unwrap_or_default();
    let datasets: Vec<&str> =
        pipeline.datasets().filter(|dataset| dataset.publisher == publisher).map(|dataset| dataset.id.as_str()).collect();
    let those = if datasets.is_empty() {
        format!("publishers: {}", join(pipeline.sources.iter().map(|source| source.publisher.as_str()).collect()))
    } else {
        format!("datasets: {}", join(datasets))
    };
    format!(
        "{those}; indicators: {}; or @agenda:<area>: {}",
        join(pipeline.indicators.iter().map(|indicator| indicator.id.as_str()).collect()),
        join(pipeline.file.agenda.keys().map(String::as_str).collect()),
    )
}
