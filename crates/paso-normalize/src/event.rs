//! What a row says about the event that it is: id, title, days and place.

use jiff::civil::Date;
use paso_decode::Batch;
use paso_model::events::KINDS;

use crate::{
    column::Column,
    error::NormalizeError,
    mapper::Mapper,
    period_form::PeriodReader,
    spec::{EventRule, Point, PointOrder},
    symbols::{Symbol, Symbols},
};

/// What stands between the parts of an event's text; it occurs in no publisher's text.
const JOINT: char = '\u{1f}';

/// An event rule, ready to read rows.
#[derive(Debug)]
pub(crate) struct EventReader {
    pub(crate) rule: EventRule,
    start: Option<PeriodReader>,
    end: Option<PeriodReader>,
}

/// Where the columns of an event stand; none where the rule names none.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventPlaces {
    id: Vec<usize>,
    title: Option<usize>,
    start: Vec<usize>,
    end: Vec<usize>,
    accuracy: Option<usize>,
    end_accuracy: Option<usize>,
    codes: Option<usize>,
    point: Vec<usize>,
    precision: Option<usize>,
}

/// An event as its row says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Event<'t> {
    pub(crate) id: Option<&'t str>,
    pub(crate) title: Option<&'t str>,
    pub(crate) start: Option<Date>,
    pub(crate) end: Option<Date>,
    pub(crate) accuracy: Option<&'t str>,
    pub(crate) lat: Option<f64>,
    pub(crate) lon: Option<f64>,
    pub(crate) precision: Option<&'t str>,
    pub(crate) end_accuracy: Option<&'t str>,
    pub(crate) codes: Option<&'t str>,
}

impl EventReader {
    /// Compiles a rule. The error is the key and what is wrong with it.
    pub(crate) fn compile(rule: &EventRule) -> Result<Self, (String, String)> {
        let reader =
            |key: &str, rule| PeriodReader::compile(rule).map_err(|(part, problem)| (format!("observe.event.{key}{part}"), problem));
        if rule.tabulate.is_empty() {
            return Err((
                "observe.event.tabulate".to_owned(),
                "says which observations are made of the events: there must be one".to_owned(),
            ));
        }
        if !KINDS.contains(&rule.kind.as_str()) {
            return Err(("observe.event.kind".to_owned(), format!("`{}` is none of {}", rule.kind, KINDS.join(", "))));
        }
        let whole = |point: &Point| match (&point.column, &point.lat, &point.lon) {
            (Some(_), None, None) => true,
            (None, Some(_), Some(_)) => point.order == PointOrder::default(),
            _ => false,
        };
        if rule.point.as_ref().is_some_and(|point| !whole(point)) {
            let problem = "needs either `column`, which may have an `order`, or both `lat` and `lon`";
            return Err(("observe.event.point".to_owned(), problem.to_owned()));
        }
        let start = rule.start.as_ref().map(|rule| reader("start", rule)).transpose()?;
        let end = rule.end.as_ref().map(|rule| reader("end", rule)).transpose()?;
        Ok(Self { rule: rule.clone(), start, end })
    }

    /// Finds the columns. The error is the name of one that is missing.
    pub(crate) fn bind(&self, find: impl Fn(&str, &str) -> Result<usize, NormalizeError>) -> Result<EventPlaces, NormalizeError> {
        let rule = &self.rule;
        let several = |columns: Vec<&str>, key: &str| columns.into_iter().map(|column| find(column, key)).collect::<Result<Vec<_>, _>>();
        let maybe = |column: Option<&String>, key: &str| column.map(|column| find(column, key)).transpose();
        let point = rule.point.iter().flat_map(|point| point.column.iter().chain(&point.lat).chain(&point.lon));
        Ok(EventPlaces {
            id: several(rule.id.iter().map(String::as_str).collect(), "observe.event.id")?,
            title: maybe(rule.title.as_ref(), "observe.event.title")?,
            start: several(self.start.iter().flat_map(PeriodReader::columns).map(String::as_str).collect(), "observe.event.start")?,
            end: several(self.end.iter().flat_map(PeriodReader::columns).map(String::as_str).collect(), "observe.event.end")?,
            accuracy: maybe(rule.accuracy.as_ref(), "observe.event.accuracy")?,
            end_accuracy: maybe(rule.end_accuracy.as_ref(), "observe.event.end_accuracy")?,
            codes: maybe(rule.codes.as_ref(), "observe.event.codes")?,
            point: several(point.map(String::as_str).collect(), "observe.event.point")?,
            precision: maybe(rule.precision.as_ref(), "observe.event.precision")?,
        })
    }

    /// The event of a row as one text; the error is what is wrong with it.
    fn text(&self, places: &EventPlaces, batch: &Batch, row: usize) -> Result<String, String> {
        let cell = |place: usize| batch.texts(place).get(row).map_or("", str::trim);
        let joined = |places: &[usize]| places.iter().map(|place| cell(*place)).collect::<Vec<_>>().join(" ");
        let maybe = |place: Option<usize>| place.map_or("", cell);
        let day = |reader: &PeriodReader, places: &[usize], end: bool| -> Result<Option<Date>, String> {
            let text = if places.is_empty() { reader.always().to_owned() } else { joined(places) };
            if text.trim().is_empty() {
                return Ok(None);
            }
            let period = reader.read(&text, None).ok_or_else(|| format!("`{text}` is no day in the declared forms"))?;
            if end { period.end().yesterday().map(Some).map_err(|error| error.to_string()) } else { Ok(Some(period.start())) }
        };
        let maybe_day = |reader: Option<&PeriodReader>, places: &[usize], end| reader.map_or(Ok(None), |reader| day(reader, places, end));
        let start = maybe_day(self.start.as_ref(), &places.start, false)?;
        let end = match &self.end {
            Some(reader) => day(reader, &places.end, true)?,
            // Without an end, the span of the first day is all that is known.
            None => maybe_day(self.start.as_ref(), &places.start, true)?,
        };
        if let (Some(first), Some(last)) = (start, end)
            && last < first
            && !self.rule.may_end_before_start
        {
            return Err(format!("it ends on {last}, before it begins on {first}; `observe.event.may_end_before_start` would keep it so"));
        }
        let [start, end] = [start, end].map(|day| day.map_or_else(String::new, |day| day.to_string()));
        let (lat, lon) = self.point(places, &cell)?;
        let id = id(&places.id.iter().map(|place| cell(*place)).collect::<Vec<_>>());
        let parts = [
            id.as_str(),
            maybe(places.title),
            &start,
            &end,
            maybe(places.accuracy),
            &lat,
            &lon,
            maybe(places.precision),
            maybe(places.end_accuracy),
            maybe(places.codes),
        ];
        Ok(parts.map(|part| part.replace(JOINT, " ")).join(&JOINT.to_string()))
    }

    fn point<'t>(&self, places: &EventPlaces, cell: &impl Fn(usize) -> &'t str) -> Result<(String, String), String> {
        let Some(rule) = &self.rule.point else { return Ok((String::new(), String::new())) };
        let (lat, lon) = match places.point.as_slice() {
            [one] => {
                let text = cell(*one);
                if text.is_empty() {
                    return Ok((String::new(), String::new()));
                }
                let (first, second) = text.split_once(',').ok_or_else(|| format!("`{text}` is no pair of coordinates"))?;
                match rule.order {
                    PointOrder::LatLon => (first.trim(), second.trim()),
                    PointOrder::LonLat => (second.trim(), first.trim()),
                }
            }
            [lat, lon] => (cell(*lat), cell(*lon)),
            _ => ("", ""),
        };
        if lat.is_empty() != lon.is_empty() {
            return Err(format!("`{lat}`, `{lon}` is half a place"));
        }
        let within = |text: &str, most: f64| text.is_empty() || text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most);
        if !within(lat, 90.0) || !within(lon, 180.0) {
            return Err(format!("`{lat}`, `{lon}` is no place on Earth"));
        }
        Ok((lat.to_owned(), lon.to_owned()))
    }
}

/// The publisher's id, empty where there is none. No two ids are joined to one text.
fn id(parts: &[&str]) -> String {
    match parts {
        [one] => (*one).to_owned(),
        several if several.iter().all(|part| part.is_empty()) => String::new(),
        several => several.iter().map(|part| part.replace('%', "%25").replace('/', "%2F")).collect::<Vec<_>>().join("/"),
    }
}

impl<'t> Event<'t> {
    /// Reads the text of an event again.
    pub(crate) fn read(text: &'t str) -> Self {
        let mut parts = text.split(JOINT).map(|part| Some(part).filter(|part| !part.is_empty()));
        let mut next = || parts.next().flatten();
        Self {
            id: next(),
            title: next(),
            start: next().and_then(|day| day.parse().ok()),
            end: next().and_then(|day| day.parse().ok()),
            accuracy: next(),
            lat: next().and_then(|degrees| degrees.parse().ok()),
            lon: next().and_then(|degrees| degrees.parse().ok()),
            precision: next(),
            end_accuracy: next(),
            codes: next(),
        }
    }
}

impl Mapper<'_> {
    /// The events of the batch's rows; refused where a day or a place cannot be read.
    pub(crate) fn events(&mut self) -> Column<Symbol> {
        if let Some(known) = &self.read_events {
            return known.clone();
        }
        let (Some(reader), texts) = (&self.mapping.plan.event, &mut self.texts) else { return Column::All(Symbol::NONE) };
        let places = &self.bound.event;
        let event = |row: usize, texts: &mut Symbols| match reader.text(places, self.batch, row) {
            Ok(text) => texts.intern(&text),
            Err(_) => Symbol::REFUSED,
        };
        let column = Column::Each((0..self.batch.rows.len()).map(|row| event(row, texts)).collect());
        self.read_events = Some(column.clone());
        column
    }

    /// Why the event of a row was refused.
    pub(crate) fn event_problem(&self, row: usize) -> String {
        let reader = self.mapping.plan.event.as_ref();
        reader.and_then(|reader| reader.text(&self.bound.event, self.batch, row).err()).unwrap_or_default()
    }
}
