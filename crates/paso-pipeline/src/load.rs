//! Reads a pipeline: its file, the sources, the reference data and the indicators.

use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use miette::NamedSource;
use paso_aggregate::Indicator;
use paso_areas::Areas;
use paso_lake::{Sha256, sha256};
use paso_model::Measures;
use paso_normalize::{CodeLists, Definition, Flags, Reference, check_definition};
use serde::de::DeserializeOwned;

use crate::{
    breaks::{self, Break, Window},
    definition::{Dataset, DatasetFile, DatasetTable, Licence, PipelineFile, Source, SourceFile, edition_table},
    error::DefinitionError,
    undecided::undecided,
};

/// A pipeline, read and checked.
#[derive(Debug)]
pub struct Pipeline {
    /// Its file.
    pub path: PathBuf,
    /// The file's content.
    pub file: PipelineFile,
    /// The publishers, sorted by id.
    pub sources: Vec<Source>,
    /// The reference data.
    pub reference: ReferenceData,
    /// The indicators, sorted by id.
    pub indicators: Vec<Indicator>,
}

/// The reference data of a pipeline with the hashes of their files.
#[derive(Debug)]
pub struct ReferenceData {
    /// Areas, groups and schemes.
    pub areas: Areas,
    /// Measures.
    pub measures: Measures,
    /// Flags.
    pub flags: Flags,
    /// Codes of dimensions without a standard list.
    pub codes: CodeLists,
    /// What interrupts series, by id.
    pub breaks: BTreeMap<String, Break>,
    /// When series are served.
    pub windows: Vec<Window>,
    /// SHA-256 of each file, by file name.
    pub hashes: BTreeMap<String, Sha256>,
    /// The names of the files that the areas come from.
    pub area_files: Vec<String>,
}

impl ReferenceData {
    /// What normalization needs of it.
    pub fn borrow(&self) -> Reference<'_> {
        Reference { areas: &self.areas, measures: &self.measures, flags: &self.flags, codes: &self.codes }
    }
}

impl Pipeline {
    /// Reads and checks a pipeline.
    pub fn load(path: &Path) -> Result<Self, DefinitionError> {
        let file: PipelineFile = parse(path, &read(path)?)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let reference = load_reference(&folder.join(&file.reference))?;
        let mut sources = Vec::new();
        for path in files(&folder.join(&file.sources), "toml")? {
            sources.push(load_source(&path, &reference)?);
        }
        check_upstream(folder, &file, &sources)?;
        // The reference data may know publishers that a pipeline has not.
        let has_dataset = |id: &str| {
            let publisher = id.split('.').next().unwrap_or_default();
            let mut served = sources.iter().filter(|source: &&Source| source.publisher == publisher).peekable();
            served.peek().is_none() || served.flat_map(|source| &source.datasets).any(|dataset| dataset.id == id)
        };
        let ReferenceData { breaks: interruptions, windows, measures, areas, .. } = &reference;
        let place = folder.join(&file.reference);
        breaks::check(&place, interruptions, windows, measures, (has_dataset, |id: &str| areas.area(id).is_some()))?;
        let mut indicators = Vec::new();
        for path in files(&folder.join(&file.indicators), "sql")? {
            indicators.push(load_indicator(&path, &file, &sources, &reference)?);
        }
        indicators.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = indicators.windows(2).find(|pair| pair[0].id == pair[1].id) {
            let problem = format!("two indicators have the id `{}`", pair[0].id);
            return Err(DefinitionError::Reference { path: folder.join(&file.indicators), problem });
        }
        Ok(Self { path: path.to_owned(), file, sources, reference, indicators })
    }

    /// Reads only the areas of a pipeline, whatever its definitions are like.
    pub fn load_areas(path: &Path) -> Result<Areas, DefinitionError> {
        let file: PipelineFile = parse(path, &read(path)?)?;
        Ok(Areas::load(&path.parent().unwrap_or(Path::new(".")).join(&file.reference))?)
    }

    /// Every dataset, sorted by id.
    pub fn datasets(&self) -> impl Iterator<Item = &Dataset> {
        self.sources.iter().flat_map(|source| &source.datasets)
    }

    /// The path of a file of printed figures.
    pub fn printed(&self, file: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new(".")).join(&self.file.printed).join(file)
    }

    /// One dataset.
    pub fn dataset(&self, id: &str) -> Option<&Dataset> {
        self.datasets().find(|dataset| dataset.id == id)
    }

    /// The datasets that answer to a name: an id, a publisher, or a publisher's own code, see [`Dataset::answers_to`].
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Dataset> {
        self.datasets().filter(move |dataset| dataset.answers_to(name))
    }

    /// A dataset itself, and whatever it republishes or is built from, however far up: two datasets that share a source are one voice.
    pub fn sources_of<'p>(&'p self, dataset: &'p Dataset) -> Vec<&'p str> {
        let mut found = vec![dataset.id.as_str()];
        let mut next = 0;
        while let Some(id) = found.get(next) {
            let upstream = self.dataset(id).into_iter().flat_map(|dataset| &dataset.file.concept.upstream);
            let further: Vec<&str> = upstream.map(String::as_str).filter(|source| !found.contains(source)).collect();
            found.extend(further);
            next += 1;
        }
        found.get_mut(1..).unwrap_or_default().sort_unstable();
        found
    }

    /// The publisher of a dataset.
    pub fn source(&self, publisher: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.publisher == publisher)
    }

    /// Whether what is made of a dataset may be given to others.
    pub fn may_be_redistributed(&self, dataset: &Dataset) -> bool {
        may_be_redistributed(&self.sources, dataset)
    }

    /// The datasets that an indicator's input names: a dataset, or `measure:<id>` for all that carry the measure.
    pub fn datasets_of_input(&self, input: &str) -> Vec<&Dataset> {
        datasets_of_input(&self.sources, input)
    }
}

/// An upstream dataset of a publisher of this pipeline must exist; those of other publishers cannot be checked.
fn check_upstream(folder: &Path, file: &PipelineFile, sources: &[Source]) -> Result<(), DefinitionError> {
    for dataset in sources.iter().flat_map(|source| &source.datasets) {
        for upstream in &dataset.file.concept.upstream {
            let publisher = upstream.split('.').next().unwrap_or_default();
            let ours = sources.iter().find(|source| source.publisher == publisher);
            let known = ours.is_none_or(|source| source.datasets.iter().any(|other| other.id == *upstream));
            if !known || !upstream.contains('.') || *upstream == dataset.id {
                let path = folder.join(&file.sources).join(format!("{}.toml", dataset.publisher));
                let text = read(&path)?;
                let name = dataset.id.split('.').nth(1).unwrap_or_default();
                let span = span_of(&text, &format!("dataset.{name}.concept.upstream"));
                let problem = format!("`{}`: upstream `{upstream}` is no other dataset of a publisher", dataset.id);
                return Err(key_error(&path, &text, problem, span, None));
            }
        }
    }
    Ok(())
}

fn may_be_redistributed(sources: &[Source], dataset: &Dataset) -> bool {
    let publishers = sources.iter().find(|source| source.publisher == dataset.publisher).map(|source| &source.licence);
    dataset.file.licence.as_ref().or(publishers).is_some_and(Licence::may_be_redistributed)
}

/// The datasets that an indicator's input names. What a measure names leaves out what no release may hold.
fn datasets_of_input<'s>(sources: &'s [Source], input: &str) -> Vec<&'s Dataset> {
    let measure = input.strip_prefix("measure:");
    let carries = |dataset: &Dataset| match measure {
        Some(_) if !may_be_redistributed(sources, dataset) => false,
        Some(measure) => dataset.file.observe.as_ref().is_some_and(|observe| observe.values.iter().any(|value| value.measure == measure)),
        None => dataset.id == input,
    };
    sources.iter().flat_map(|source| &source.datasets).filter(|dataset| carries(dataset)).collect()
}

fn read(path: &Path) -> Result<String, DefinitionError> {
    fs::read_to_string(path).map_err(|source| DefinitionError::Read { path: path.to_owned(), source })
}

/// Every file with the extension in a folder and the folders in it, sorted by path.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, DefinitionError> {
    let fail = |source| DefinitionError::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn key_error(path: &Path, text: &str, problem: String, span: Option<Range<usize>>, help: Option<String>) -> DefinitionError {
    DefinitionError::Key {
        path: path.to_owned(),
        problem,
        text: std::sync::Arc::new(NamedSource::new(path.display().to_string(), text.to_owned())),
        span: span.map(Into::into),
        help,
    }
}

fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, DefinitionError> {
    toml::from_str(text).map_err(|error| key_error(path, text, error.message().to_owned(), error.span(), None))
}

/// Where a dotted key stands in a TOML text; the longest part of it that there is.
fn span_of(text: &str, key: &str) -> Option<Range<usize>> {
    let document = toml::de::DeTable::parse(text).ok()?;
    let mut span = None;
    let mut value = None::<&toml::de::DeValue<'_>>;
    for part in key.split('.') {
        let table = match value {
            None => document.get_ref(),
            Some(toml::de::DeValue::Table(table)) => table,
            Some(toml::de::DeValue::Array(items)) => {
                let item = part.parse::<usize>().ok().and_then(|index| items.get(index));
                let Some(item) = item else { break };
                span = Some(item.span());
                value = Some(item.get_ref());
                continue;
            }
            Some(_) => break,
        };
        let Some((name, item)) = table.iter().find(|(name, _)| name.get_ref().as_ref() == part) else { break };
        span = Some(name.span());
        value = Some(item.get_ref());
    }
    span
}

fn load_source(path: &Path, reference: &ReferenceData) -> Result<Source, DefinitionError> {
    let text = read(path)?;
    let tables: toml::Table = parse(path, &text)?;
    let open = undecided(&tables);
    if let Some(key) = open.first() {
        let others = match open.len() - 1 {
            0 => String::new(),
            1 => ", and so is 1 other key".to_owned(),
            others => format!(", and so are {others} other keys"),
        };
        let help = "write what holds in place of \"?\"; the comments of the draft say between what to choose".to_owned();
        return Err(key_error(path, &text, format!("`{key}` is not decided{others}"), span_of(&text, key), Some(help)));
    }
    let mut file: SourceFile = parse(path, &without_likes(&text, &tables))?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let fail = |key: &str, problem: String, help: Option<String>| key_error(path, &text, problem, span_of(&text, key), help);
    if stem != file.publisher {
        return Err(fail("publisher", format!("the publisher is `{}` and the file is called `{stem}.toml`", file.publisher), None));
    }
    likes(&tables, &mut file, &fail)?;
    let mut datasets = Vec::new();
    for (name, dataset) in file.dataset {
        let id = format!("{}.{name}", file.publisher);
        let place = format!("dataset.{name}");
        let valid = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !valid(&name) || !valid(&file.publisher) {
            return Err(fail(&place, format!("`{id}`: ids are lower-case letters, digits and `_`"), None));
        }
        let raw = raw_dataset(&tables, &name);
        let mut layouts = Vec::new();
        for (edition, differs) in &dataset.edition {
            let place = format!("{place}.edition.{edition}");
            if !valid(edition) {
                return Err(fail(&place, format!("`{id}`: ids of editions are lower-case letters, digits and `_`"), None));
            }
            if let Some(key) = ["like", "edition"].into_iter().find(|key| differs.contains_key(*key)) {
                let problem = format!("`{id}`: `{key}` is for a dataset, and not for an edition of it");
                return Err(fail(&format!("{place}.{key}"), problem, None));
            }
            let table: Result<DatasetTable, _> = edition_table(&raw, differs).try_into();
            let table = table.map_err(|error| fail(&place, error.message().to_owned(), None))?;
            let missing = |key| fail(&place, format!("`{id}`: edition `{edition}` has no `{key}`, and the dataset has none"), None);
            layouts.push((Some(edition.clone()), place.clone(), DatasetFile::try_from(table).map_err(missing)?));
        }
        // The dataset's own address serves its newest edition; where all editions have their own, the last of them is the newest.
        let alone = layouts.is_empty();
        match DatasetFile::try_from(dataset) {
            Ok(newest) => layouts.push((None, place.clone(), newest)),
            Err(key) if alone => return Err(fail(&place, format!("`{id}` has no `{key}`"), None)),
            Err(_) => {}
        }
        let mut earlier = Vec::new();
        for (edition, place, file_of) in layouts {
            check_dataset(&id, &place, &file_of, reference, &fail)?;
            earlier.push(Dataset { id: id.clone(), publisher: file.publisher.clone(), edition, file: file_of, earlier: Vec::new() });
        }
        if let Some(newest) = earlier.pop() {
            datasets.push(Dataset { earlier, ..newest });
        }
    }
    let SourceFile { publisher, title, homepage, licence, budget, .. } = file;
    Ok(Source { publisher, title, homepage, licence, budget, datasets })
}

/// The table of a dataset; of one that is like another, with what it takes over. The other one may be like a third.
fn raw_dataset(tables: &toml::Table, name: &str) -> toml::Table {
    let mut chain = vec![own_table(tables, name).unwrap_or_default()];
    while let Some(other) =
        chain.last().and_then(|table| table.get("like")).and_then(toml::Value::as_str).filter(|_| chain.len() < MOST_LIKES)
    {
        chain.push(own_table(tables, other).unwrap_or_default());
    }
    let mut table = chain.pop().unwrap_or_default();
    for mut own in chain.into_iter().rev() {
        // Editions are a dataset's own.
        let editions = own.remove("edition");
        table = edition_table(&table, &own);
        table.extend(editions.map(|editions| ("edition".to_owned(), editions)));
    }
    table
}

/// So many datasets may be like each other in a chain: nobody follows a longer one.
const MOST_LIKES: usize = 8;

fn own_table(tables: &toml::Table, name: &str) -> Option<toml::Table> {
    tables.get("dataset")?.get(name)?.as_table().cloned()
}

/// The path of a table, where a line is its header and no line of a list: `tables` is what the text holds.
fn header<'a>(line: &'a str, tables: &toml::Table) -> Option<Vec<&'a str>> {
    let line = line.trim();
    let line = line.strip_prefix("[[").or_else(|| line.strip_prefix('['))?;
    let (path, rest) = line.split_once(']')?;
    let rest = rest.trim_start_matches(']').trim_start();
    let path: Vec<&str> = path.split('.').map(|key| key.trim().trim_matches(['"', '\''])).collect();
    (tables.contains_key(path[0]) && (rest.is_empty() || rest.starts_with('#'))).then_some(path)
}

/// The names of the datasets that start from another one.
fn alike(tables: &toml::Table) -> impl Iterator<Item = (&String, &toml::Value)> {
    let datasets = tables.get("dataset").and_then(toml::Value::as_table).into_iter().flatten();
    datasets.filter_map(|(name, dataset)| Some((name, dataset.get("like")?)))
}

/// A text whose datasets that start from another one are blank: they are whole only with what they take over. Everything else stays where it was.
fn without_likes(text: &str, tables: &toml::Table) -> String {
    let names: Vec<&String> = alike(tables).map(|(name, _)| name).collect();
    let mut blank = false;
    let keep = |line: &str| {
        if let Some(path) = header(line, tables) {
            blank = path[0] == "dataset" && path.get(1).is_some_and(|name| names.iter().any(|known| *known == name));
        }
        if blank {
            line.chars().map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) }).collect()
        } else {
            line.to_owned()
        }
    };
    text.split_inclusive('\n').map(keep).collect()
}

/// Adds the datasets that start from another one.
fn likes(
    tables: &toml::Table,
    file: &mut SourceFile,
    fail: &impl Fn(&str, String, Option<String>) -> DefinitionError,
) -> Result<(), DefinitionError> {
    for (name, like) in alike(tables) {
        let place = format!("dataset.{name}");
        let mut seen = vec![name.as_str()];
        let mut next = Some(like);
        while let Some(like) = next {
            let other = like.as_str().filter(|like| !seen.contains(like)).and_then(|like| Some((like, own_table(tables, like)?)));
            let Some((other, _)) = other.filter(|_| seen.len() < MOST_LIKES) else {
                let problem =
                    format!("`{}` is like {like}, which is no other dataset of the file, or leads back here", seen[seen.len() - 1]);
                return Err(fail(&format!("{place}.like"), problem, None));
            };
            seen.push(other);
            next = tables.get("dataset").and_then(|datasets| datasets.get(other)?.get("like"));
        }
        let mut table: DatasetTable =
            raw_dataset(tables, name).try_into().map_err(|error: toml::de::Error| fail(&place, error.message().to_owned(), None))?;
        table.like = like.as_str().map(str::to_owned);
        file.dataset.insert(name.clone(), table);
    }
    Ok(())
}

/// Checks that the tables of a dataset fit each other and the reference data.
fn check_dataset(
    id: &str,
    place: &str,
    dataset: &DatasetFile,
    reference: &ReferenceData,
    fail: &impl Fn(&str, String, Option<String>) -> DefinitionError,
) -> Result<(), DefinitionError> {
    dataset.decode.validate().map_err(|error| fail(&format!("{place}.decode"), error.to_string(), error.hint()))?;
    if let Some(update) = &dataset.update
        && update.months.is_some() == update.closed
    {
        return Err(fail(&format!("{place}.update"), format!("`{id}`: `update` needs exactly one of `months` and `closed`"), None));
    }
    if dataset.update.is_some_and(|update| update.months == Some(0)) {
        return Err(fail(&format!("{place}.update.months"), format!("`{id}`: no edition comes every 0 months"), None));
    }
    if dataset.request.printed().is_some() && dataset.observe.as_ref().is_none_or(|observe| observe.vintage.is_none()) {
        let problem = format!("`{id}`: printed figures have no address whose answer is dated: `observe.vintage` must say of when they are");
        return Err(fail(&format!("{place}.observe"), problem, None));
    }
    let kinds = [dataset.observe.is_some(), dataset.codelist.is_some(), dataset.notes.is_some(), dataset.microdata];
    if kinds.into_iter().filter(|is| *is).count() != 1 {
        let problem = format!("`{id}` needs exactly one of `observe`, `codelist`, `notes` and `microdata = true`");
        return Err(fail(place, problem, None));
    }
    let checked = match (&dataset.observe, dataset.list()) {
        (Some(observe), _) => {
            let definition = Definition { dataset: id, concept: &dataset.concept, forms: &dataset.decode, observe };
            check_definition(definition, reference.borrow())
        }
        (None, Some(list)) => list.check(id, &reference.areas, &reference.measures),
        (None, None) => Ok(()),
    };
    checked.map_err(|error| {
        let key = match &error {
            paso_normalize::NormalizeError::Definition { key, .. } => format!("{place}.{key}"),
            _ => place.to_owned(),
        };
        fail(&key, error.to_string(), error.hint())
    })
}

fn load_reference(folder: &Path) -> Result<ReferenceData, DefinitionError> {
    let mut hashes = BTreeMap::new();
    let mut read_hashed = |path: &Path| -> Result<String, DefinitionError> {
        let text = read(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        hashes.insert(name, sha256(text.as_bytes()));
        Ok(text)
    };
    let mut area_files = Vec::new();
    for path in Areas::files(folder) {
        read_hashed(&path)?;
        area_files.push(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
    }
    let areas = Areas::load(folder)?;
    let measures_path = folder.join("measures.toml");
    let measures = Measures::parse(&read_hashed(&measures_path)?)
        .map_err(|error| DefinitionError::Reference { path: measures_path, problem: error.to_string() })?;
    let flags_path = folder.join("flags.toml");
    let flags = Flags::parse(&read_hashed(&flags_path)?)
        .map_err(|error| DefinitionError::Reference { path: flags_path, problem: error.to_string() })?;
    let codes_path = folder.join("codes.toml");
    let codes = CodeLists::parse(&read_hashed(&codes_path)?)
        .map_err(|error| DefinitionError::Reference { path: codes_path, problem: error.to_string() })?;
    let mut interruptions = [(); 2].map(|()| String::new());
    for (name, text) in [breaks::BREAKS, breaks::WINDOWS].into_iter().zip(&mut interruptions) {
        *text = read_hashed(&folder.join(name))?;
    }
    let [breaks, windows] = &interruptions;
    let (breaks, windows) =
        breaks::parse(breaks, windows).map_err(|(name, problem)| DefinitionError::Reference { path: folder.join(name), problem })?;
    Ok(ReferenceData { areas, measures, flags, codes, breaks, windows, hashes, area_files })
}

fn load_indicator(
    path: &Path,
    pipeline: &PipelineFile,
    sources: &[Source],
    reference: &ReferenceData,
) -> Result<Indicator, DefinitionError> {
    let text = read(path)?;
    let name = path.display().to_string();
    let indicator = Indicator::parse(&name, &text).map_err(|source| {
        let help = source.hint();
        DefinitionError::Indicator { path: path.to_owned(), source, help }
    })?;
    let fail = |problem: String| {
        let line = |start: &str| text.find(start).map(|at| at..at + start.len());
        key_error(path, &text, problem, line("inputs"), None)
    };
    if !pipeline.agenda.contains_key(&indicator.agenda) {
        let known: Vec<&str> = pipeline.agenda.keys().map(String::as_str).collect();
        return Err(fail(format!("the agenda has no area `{}`; it has {}", indicator.agenda, known.join(", "))));
    }
    for input in &indicator.inputs {
        if let Some(measure) = input.to_string().strip_prefix("measure:")
            && reference.measures.get(measure).is_none()
        {
            return Err(fail(format!("input `{input}`: reference/measures.toml has no such measure")));
        }
        let read = datasets_of_input(sources, &input.to_string());
        if let Some(dataset) = read.iter().find(|dataset| !may_be_redistributed(sources, dataset)) {
            return Err(fail(format!(
                "input `{input}`: the terms of `{}` do not allow that others are given what is made of it",
                dataset.id
            )));
        }
        if read.is_empty() {
            return Err(fail(format!("input `{input}` names no dataset of this pipeline")));
        }
    }
    Ok(indicator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_key_is_found_through_tables_and_arrays() {
        let text = "a = 1\n[dataset.x]\nb = 2\n[[dataset.x.values]]\nc = 3\n[[dataset.x.values]]\nc = 4\n";
        let found = |key: &str| span_of(text, key).map(|span| &text[span]);
        assert_eq!(found("dataset.x.b"), Some("b"));
        assert_eq!(found("dataset.x.values.1.c"), Some("c"));
        assert_eq!(span_of(text, "dataset.x.values.1.c").unwrap().start, text.rfind("c = 4").unwrap());
        assert_eq!(found("dataset.x.b.none"), Some("b"));
        assert_eq!(found("none"), None);
    }

    #[test]
    fn a_dataset_that_is_like_another_is_read_with_what_it_takes_over() {
        let text =
            "[dataset.a]\nx = 1\n[dataset.a.observe]\nx = \"ñ\"\n[dataset.b]\nlike = \"a\"\nz = \"ñ\"\n[dataset.b.observe]\ny = 3\n[z]\n";
        let tables: toml::Table = toml::from_str(text).unwrap();
        let blank = without_likes(text, &tables);
        assert_eq!((blank.len(), blank.find("[z]")), (text.len(), text.find("[z]")));
        assert!(blank.contains("[dataset.a.observe]") && !blank.contains("dataset.b"));
        let whole = raw_dataset(&tables, "b");
        assert_eq!(whole["observe"], toml::Value::Table(toml::from_str("x = \"ñ\"\ny = 3").unwrap()));
        assert!(!whole.contains_key("like"));
    }

    #[test]
    fn an_unknown_key_points_at_its_line() {
        let text = "id = \"chile\"\nfocuss = \"CHL\"\n";
        let error = parse::<PipelineFile>(Path::new("p.toml"), text).unwrap_err();
        let DefinitionError::Key { problem, span: Some(span), .. } = error else { panic!("{error}") };
        assert!(problem.contains("focuss"), "{problem}");
        assert_eq!(span.offset(), text.find("focuss").unwrap());
    }
}
