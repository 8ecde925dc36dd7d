//! What an indicator's SQL may not say, found word by word.

use std::collections::BTreeSet;

use super::token::{Kind, Token, Unclosed, tokenize};
use crate::views::View;

/// One thing that the SQL may not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line in the file, from 1.
    pub line: usize,
    /// The word.
    pub word: String,
    /// Why not, and what to write instead.
    pub why: String,
}

/// SQL that passed the linter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linted {
    pub(crate) tokens: Vec<Token>,
    /// The views that it reads.
    pub(crate) views: BTreeSet<View>,
    /// Whether it reads `result`, the table that the indicator has made: checks may.
    pub(crate) reads_result: bool,
}

impl Linted {
    /// The line of its first word.
    pub(crate) fn line(&self) -> usize {
        self.tokens.first().map_or(1, |token| token.line)
    }
}

/// What the SQL is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose<'a> {
    /// The table of an indicator, sorted by this key.
    Table(&'a [String]),
    /// A check, which may read `result` and needs no order.
    Check,
}

/// The name of the table that the indicator has made, in its checks.
pub(crate) const RESULT: &str = "result";

const FUNCTIONS: [&str; 19] = [
    "abs",
    "avg",
    "cast",
    "ceil",
    "coalesce",
    "concat",
    "count",
    "extract",
    "floor",
    "length",
    "lower",
    "max",
    "min",
    "nullif",
    "starts_with",
    "string_agg",
    "substring",
    "sum",
    "upper",
];

/// A float becomes a whole number by rounding in one engine and by cutting in another: FLOOR or CEIL come first.
const TYPES: [&str; 5] = ["bigint", "boolean", "date", "double", "varchar"];

/// Words that stand before a bracket and call nothing.
const BEFORE_BRACKET: [&str; 25] = [
    "all", "and", "as", "between", "by", "case", "distinct", "else", "exists", "from", "having", "in", "is", "join", "like", "not", "on",
    "or", "over", "select", "then", "union", "using", "when", "where",
];

const WORDS: [(&str, &str); 38] = [
    ("recursive", "recursion is not shared by the three engines"),
    ("window", "named windows are not shared by the three engines"),
    ("qualify", "is not shared by the three engines: filter in an outer SELECT"),
    ("natural", "joins whatever columns happen to share a name: write ON"),
    ("using", "names the joined column differently in each engine: write ON"),
    ("full", "is read differently by the engines: use LEFT JOIN and UNION ALL"),
    ("right", "reads backwards: use LEFT JOIN"),
    ("lateral", "is not shared by the three engines"),
    ("asof", "is not shared by the three engines: join on dates with >= and <"),
    ("semi", "is not shared by the three engines: use EXISTS or IN"),
    ("anti", "is not shared by the three engines: use NOT EXISTS"),
    ("pivot", "is not shared by the three engines: use SUM(CASE WHEN …)"),
    ("unpivot", "is not shared by the three engines: use UNION ALL"),
    ("except", "is not shared by the three engines: use NOT EXISTS"),
    ("intersect", "is not shared by the three engines: use EXISTS"),
    ("exclude", "is not shared by the three engines: name the columns"),
    ("filter", "is not shared by the three engines: use CASE WHEN inside the aggregate"),
    ("grouping", "is not shared by the three engines: use UNION ALL"),
    ("rollup", "is not shared by the three engines: use UNION ALL"),
    ("cube", "is not shared by the three engines: use UNION ALL"),
    ("ilike", "is not shared by the three engines: use LOWER and LIKE"),
    ("similar", "is not shared by the three engines"),
    ("regexp", "is not shared by the three engines"),
    ("rlike", "is not shared by the three engines"),
    ("glob", "is not shared by the three engines"),
    ("tablesample", "gives other rows on every run"),
    ("limit", "cuts a table where it happens to be: filter with WHERE"),
    ("offset", "cuts a table where it happens to be: filter with WHERE"),
    ("fetch", "cuts a table where it happens to be: filter with WHERE"),
    ("interval", "date arithmetic differs between the engines: compare period_start and period_end"),
    ("current_date", "an output depends on its inputs only, never on the day of the run"),
    ("current_time", "an output depends on its inputs only, never on the day of the run"),
    ("current_timestamp", "an output depends on its inputs only, never on the day of the run"),
    ("localtimestamp", "an output depends on its inputs only, never on the day of the run"),
    ("array", "lists are not shared by the three engines"),
    ("struct", "structs are not shared by the three engines"),
    ("unnest", "lists are not shared by the three engines"),
    ("collate", "texts sort by their bytes"),
];

const SYMBOLS: [(&str, &str); 20] = [
    ("::", "use CAST(… AS …)"),
    ("[", "lists are not shared by the three engines"),
    ("]", "lists are not shared by the three engines"),
    ("{", "structs are not shared by the three engines"),
    ("}", "structs are not shared by the three engines"),
    ("->", "is not shared by the three engines"),
    ("=>", "is not shared by the three engines"),
    (":=", "is not shared by the three engines"),
    ("//", "is not shared by the three engines: use FLOOR(a / b)"),
    ("**", "is not shared by the three engines"),
    ("==", "use ="),
    ("%", "differs below zero between the engines"),
    ("^", "means different things in the engines"),
    ("~", "means different things in the engines"),
    ("&", "means different things in the engines"),
    ("|", "means different things in the engines"),
    ("?", "there are no parameters"),
    ("$", "there are no parameters"),
    ("@", "there are no parameters"),
    ("`", "quote names with \""),
];

/// Checks SQL whose first line is `first_line` of its file.
pub(crate) fn lint(sql: &str, first_line: usize, purpose: Purpose<'_>) -> Result<Linted, Vec<Complaint>> {
    let mut tokens = tokenize(sql, first_line)
        .map_err(|Unclosed { what, line }| vec![Complaint { line, word: what.to_owned(), why: "is never closed".to_owned() }])?;
    while tokens.last().is_some_and(|token| token.is_symbol(";")) {
        tokens.pop();
    }
    let mut linter = Linter { tokens: &tokens, complaints: Vec::new(), views: BTreeSet::new(), reads_result: false };
    linter.statement(first_line);
    linter.words();
    linter.functions();
    linter.wildcards();
    linter.windows();
    linter.tables(purpose);
    if let Purpose::Table(key) = purpose {
        linter.order(key, first_line);
    }
    let Linter { mut complaints, views, reads_result, .. } = linter;
    if complaints.is_empty() {
        return Ok(Linted { tokens, views, reads_result });
    }
    complaints.sort_by_key(|complaint| complaint.line);
    complaints.dedup();
    Err(complaints)
}

struct Linter<'a> {
    tokens: &'a [Token],
    complaints: Vec<Complaint>,
    views: BTreeSet<View>,
    reads_result: bool,
}

impl<'a> Linter<'a> {
    fn complain(&mut self, token: &Token, why: impl Into<String>) {
        self.complaints.push(Complaint { line: token.line, word: token.text.clone(), why: why.into() });
    }

    fn at(&self, index: usize) -> Option<&'a Token> {
        self.tokens.get(index)
    }

    fn before(&self, index: usize) -> Option<&'a Token> {
        index.checked_sub(1).and_then(|before| self.tokens.get(before))
    }

    /// The index of the bracket that closes the one at `open`.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(open) {
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
        }
        self.tokens.len()
    }

    fn statement(&mut self, first_line: usize) {
        match self.tokens.first() {
            None => self.complaints.push(Complaint { line: first_line, word: String::new(), why: "there is no SQL".to_owned() }),
            Some(first) if !first.is("select") && !first.is("with") => self.complain(first, "a query starts with SELECT or WITH"),
            Some(_) => {}
        }
        for token in self.tokens.iter().filter(|token| token.is_symbol(";")) {
            self.complain(token, "one file holds one query");
        }
    }

    fn words(&mut self) {
        for (index, token) in self.tokens.iter().enumerate() {
            let lower = token.text.to_lowercase();
            let column = self.before(index).is_some_and(|before| before.is_symbol("."));
            match token.kind {
                Kind::Word if !column => {
                    if let Some((_, why)) = WORDS.iter().find(|(word, _)| *word == lower) {
                        self.complain(token, *why);
                    }
                    let next = |keyword: &str| self.at(index + 1).is_some_and(|next| next.is(keyword));
                    if token.is("union") && !next("all") {
                        self.complain(token, "drops equal rows in silence: use UNION ALL");
                    } else if token.is("distinct") && next("on") {
                        self.complain(token, "DISTINCT ON is not shared by the three engines");
                    } else if token.is("by") && next("all") {
                        self.complain(token, "name the columns");
                    }
                }
                Kind::Symbol => {
                    if let Some((_, why)) = SYMBOLS.iter().find(|(symbol, _)| *symbol == token.text) {
                        self.complain(token, *why);
                    } else if token.text == "/" && !self.at(index + 1).is_some_and(|next| next.kind == Kind::Number || next.is("nullif")) {
                        self.complain(token, "a division by zero gives null in one engine and infinity in another: divide by NULLIF(…, 0)");
                    }
                }
                Kind::Word | Kind::Quoted | Kind::Number | Kind::Text => {}
            }
        }
    }

    fn functions(&mut self) {
        for (index, token) in self.tokens.iter().enumerate() {
            if token.kind != Kind::Word || !self.at(index + 1).is_some_and(|next| next.is_symbol("(")) {
                continue;
            }
            let lower = token.text.to_lowercase();
            if lower == "round" {
                self.complain(token, "rounds halves differently in the engines: declare `decimals` in the front matter");
            } else if !FUNCTIONS.contains(&lower.as_str()) && !BEFORE_BRACKET.contains(&lower.as_str()) {
                self.complain(token, format!("is not one of the functions that the three engines share: {}", FUNCTIONS.join(", ")));
            } else if lower == "cast" {
                let named = (index..self.closing(index + 1)).rev().find(|at| self.at(*at).is_some_and(|token| token.is("as")));
                if let Some(kind) = named.and_then(|at| self.at(at + 1))
                    && !TYPES.contains(&kind.text.to_lowercase().as_str())
                {
                    self.complain(kind, format!("is not one of the types that the three engines share: {}", TYPES.join(", ")));
                }
            }
        }
    }

    fn wildcards(&mut self) {
        for (index, token) in self.tokens.iter().enumerate().filter(|(_, token)| token.is_symbol("*")) {
            let counts = self.before(index).is_some_and(|before| before.is_symbol("("))
                && self.at(index + 1).is_some_and(|next| next.is_symbol(")"));
            let multiplies = self.before(index).is_some_and(|before| match before.kind {
                Kind::Number | Kind::Quoted => true,
                Kind::Word => !["select", "distinct", "all"].iter().any(|keyword| before.is(keyword)),
                Kind::Symbol => before.text == ")",
                Kind::Text => false,
            });
            if !counts && !multiplies {
                self.complain(token, "name the columns: a new column of a table must not change an indicator");
            }
        }
    }

    fn windows(&mut self) {
        for (index, token) in self.tokens.iter().enumerate().filter(|(_, token)| token.is("over")) {
            if !self.at(index + 1).is_some_and(|next| next.is_symbol("(")) {
                self.complain(token, "name the partition: OVER (PARTITION BY …)");
                continue;
            }
            for inside in &self.tokens[index + 2..self.closing(index + 1)] {
                if ["order", "rows", "range", "groups"].iter().any(|keyword| inside.is(keyword)) {
                    self.complain(inside, "window frames differ between the engines: only OVER (PARTITION BY …) is allowed");
                    break;
                }
            }
        }
    }

    /// The names that WITH gives to queries.
    fn named_queries(&mut self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if !self.tokens.first().is_some_and(|token| token.is("with")) {
            return names;
        }
        let mut index = 1;
        while let Some(name) = self.at(index).filter(|token| token.is_name()) {
            if View::named(&name.text).is_some() || name.text == RESULT {
                self.complain(name, "is the name of a view: give the query another name");
            }
            if !self.at(index + 1).is_some_and(|token| token.is("as")) || !self.at(index + 2).is_some_and(|token| token.is_symbol("(")) {
                self.complain(name, "write WITH name AS (SELECT …)");
                break;
            }
            names.insert(name.text.clone());
            index = self.closing(index + 2) + 1;
            if !self.at(index).is_some_and(|token| token.is_symbol(",")) {
                break;
            }
            index += 1;
        }
        names
    }

    fn tables(&mut self, purpose: Purpose<'_>) {
        let named = self.named_queries();
        for (index, token) in self.tokens.iter().enumerate() {
            let reads = token.is("join") || token.is("from") && self.reads_a_table(index);
            if !reads {
                continue;
            }
            let Some(table) = self.at(index + 1) else { continue };
            let end = if table.is_symbol("(") { self.closing(index + 1) } else { index + 1 };
            if let Some(comma) = self.after_alias(end).filter(|next| next.is_symbol(",") && token.is("from")) {
                self.complain(comma, "two tables in one FROM: write JOIN … ON");
            }
            if table.is_symbol("(") || named.contains(&table.text) {
                continue;
            }
            if let Some(view) = View::named(&table.text) {
                self.views.insert(view);
            } else if purpose == Purpose::Check && table.text == RESULT {
                self.reads_result = true;
            } else {
                let views: Vec<&str> = View::ALL.iter().map(|view| view.name()).collect();
                self.complain(table, format!("is no view: there are {}, and the queries that WITH names", views.join(", ")));
            }
        }
    }

    /// Whether the FROM at `index` names a table: it also stands in EXTRACT(YEAR FROM …) and in IS DISTINCT FROM.
    fn reads_a_table(&self, index: usize) -> bool {
        if self.before(index).is_some_and(|before| before.is("distinct")) {
            return false;
        }
        let mut depth = 0_usize;
        for at in (0..index).rev() {
            let token = &self.tokens[at];
            if token.is_symbol(")") {
                depth += 1;
            } else if token.is_symbol("(") {
                if depth == 0 {
                    return !self.before(at).is_some_and(|call| call.is("extract") || call.is("substring"));
                }
                depth -= 1;
            }
        }
        true
    }

    /// The token after the alias, if there is one, of the table that ends at `end`.
    fn after_alias(&self, end: usize) -> Option<&'a Token> {
        let alias = if self.at(end + 1)?.is("as") { end + 2 } else { end + 1 };
        let token = self.at(alias)?;
        if token.is_name() { self.at(alias + 1) } else { Some(token) }
    }

    /// The query must end in ORDER BY its key.
    fn order(&mut self, key: &[String], first_line: usize) {
        let mut depth = 0_i32;
        let mut start = None;
        for (index, token) in self.tokens.iter().enumerate() {
            depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
            if depth == 0 && token.is("order") && self.at(index + 1).is_some_and(|next| next.is("by")) {
                start = Some(index);
            }
        }
        let wanted = key.join(", ");
        let Some(start) = start else {
            let line = self.tokens.last().map_or(first_line, |token| token.line);
            self.complaints.push(Complaint { line, word: "end".to_owned(), why: format!("the query must end in ORDER BY {wanted}") });
            return;
        };
        let mut words = self.tokens[start + 2..].iter().filter(|token| !token.is("asc"));
        for (position, column) in key.iter().enumerate() {
            let comma = position == 0 || words.next().is_some_and(|token| token.is_symbol(","));
            if !comma || !words.next().is_some_and(|token| token.is_name() && token.text == *column) {
                self.complain(&self.tokens[start], format!("the query must end in ORDER BY {wanted}"));
                return;
            }
        }
        if let Some(more) = words.next() {
            self.complain(more, format!("stands after the key: the query must end in ORDER BY {wanted}"));
        }
        self.ordered_columns(key);
    }

    /// A key column that is selected as `t.column` has two meanings in ORDER BY for some engines, unless it is given its name again.
    fn ordered_columns(&mut self, key: &[String]) {
        let mut depth = 0_i32;
        let mut start = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
            if depth == 0 && token.is("select") {
                start = index;
            }
        }
        for (index, token) in self.tokens.iter().enumerate().skip(start) {
            if token.is("from") {
                break;
            }
            let qualified = self.before(index).is_some_and(|before| before.is_symbol("."));
            let ends = self.at(index + 1).is_some_and(|next| next.is_symbol(",") || next.is("from"));
            if qualified && ends && key.contains(&token.text) {
                self.complain(token, format!("is ambiguous in ORDER BY for some engines: write t.{name} AS {name}", name = token.text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [&str; 2] = ["ref_area", "period"];

    fn key() -> Vec<String> {
        KEY.iter().map(|column| (*column).to_owned()).collect()
    }

    /// The complaints as `line word`, for a query that ends as it must.
    fn complaints(sql: &str) -> Vec<String> {
        let sql = format!("{sql}\nORDER BY ref_area, period");
        match lint(&sql, 1, Purpose::Table(&key())) {
            Ok(_) => Vec::new(),
            Err(complaints) => complaints.into_iter().map(|complaint| format!("{} {}", complaint.line, complaint.word)).collect(),
        }
    }

    #[test]
    fn the_shared_subset_passes() {
        let sql = "WITH stock AS (SELECT ref_area, period, period_start, value FROM observations WHERE breakdown IN ('ref_area', '_T')),
            counted AS (SELECT ref_area, COUNT(*) AS n, SUM(CASE WHEN value > 0 THEN value * 2 ELSE 0 END) AS v FROM stock GROUP BY ref_area)
            SELECT DISTINCT s.ref_area AS ref_area, s.period AS period, 100.0 * s.value / NULLIF(c.v, 0) AS percent, s.value / 2 AS half,
              SUM(s.value) OVER (PARTITION BY s.period) AS total, CAST(c.n AS DOUBLE) AS n, EXTRACT(YEAR FROM s.period_start) AS year
            FROM stock AS s JOIN counted AS c ON c.ref_area = s.ref_area LEFT JOIN areas a ON a.area = s.ref_area
            WHERE s.value IS NOT NULL AND NOT EXISTS (SELECT g.member FROM area_groups AS g WHERE g.member = s.ref_area)
              AND s.ref_area IS DISTINCT FROM s.period";
        assert_eq!(complaints(sql), Vec::<String>::new());
        let linted = lint(&format!("{sql} ORDER BY ref_area ASC, period;"), 1, Purpose::Table(&key())).unwrap();
        assert_eq!(linted.views, BTreeSet::from([View::Observations, View::Areas, View::AreaGroups]));
    }

    #[test]
    fn what_the_engines_read_differently_is_named_with_its_line() {
        for (sql, complaint) in [
            ("SELECT * FROM areas", "1 *"),
            ("SELECT\n a.* FROM areas AS a", "2 *"),
            ("SELECT area, * FROM areas", "1 *"),
            ("SELECT ROUND(value, 2) FROM observations", "1 ROUND"),
            ("SELECT LEN(area) FROM areas", "1 LEN"),
            ("SELECT value::DOUBLE FROM observations", "1 ::"),
            ("SELECT CAST(value AS DECIMAL) FROM observations", "1 DECIMAL"),
            ("SELECT value / n FROM observations", "1 /"),
            ("WITH\nRECURSIVE x AS (SELECT area FROM areas) SELECT area FROM x", "2 RECURSIVE"),
            ("SELECT area FROM areas UNION SELECT area FROM areas", "1 UNION"),
            ("SELECT area FROM areas NATURAL JOIN measures", "1 NATURAL"),
            ("SELECT a.area FROM areas AS a JOIN measures AS m USING (area)", "1 USING"),
            ("SELECT a.area FROM areas AS a FULL JOIN measures AS m ON a.area = m.measure", "1 FULL"),
            ("SELECT a.area FROM areas AS a, measures AS m", "1 ,"),
            ("SELECT area FROM areas LIMIT 3", "1 LIMIT"),
            ("SELECT SUM(value) OVER (ORDER BY period) FROM observations", "1 ORDER"),
            ("SELECT SUM(value) OVER (PARTITION BY a ROWS 3 PRECEDING) FROM observations", "1 ROWS"),
            ("SELECT area FROM read_parquet('x')", "1 read_parquet"),
            ("SELECT area FROM countries", "1 countries"),
            ("SELECT area FROM result", "1 result"),
            ("WITH areas AS (SELECT area FROM measures) SELECT area FROM areas", "1 areas"),
            ("SELECT DISTINCT ON (area) area FROM areas", "1 DISTINCT"),
            ("SELECT area FROM areas; SELECT area FROM areas", "1 ;"),
            ("SELECT current_date AS today FROM areas", "1 current_date"),
            ("SELECT area % 2 FROM areas", "1 %"),
            ("DELETE FROM areas", "1 DELETE"),
        ] {
            assert!(complaints(sql).iter().any(|found| found == complaint), "{sql}: {:?}", complaints(sql));
        }
    }

    #[test]
    fn a_word_inside_a_string_a_comment_or_a_column_of_a_table_is_no_word() {
        assert_eq!(complaints("SELECT 'SELECT * LIMIT 1' AS a, o.limit -- SELECT *\nFROM observations AS o"), Vec::<String>::new());
    }

    #[test]
    fn the_query_ends_in_its_key() {
        let check = |sql: &str| lint(sql, 10, Purpose::Table(&key())).map(|_| ()).map_err(|found| (found[0].line, found[0].word.clone()));
        let found = |line: usize, word: &str| Err((line, word.to_owned()));
        assert_eq!(check("SELECT ref_area, period FROM observations ORDER BY ref_area, period"), Ok(()));
        assert_eq!(check("SELECT ref_area\nFROM areas"), found(11, "end"));
        assert_eq!(check("SELECT ref_area FROM areas\nORDER BY ref_area"), found(11, "ORDER"));
        assert_eq!(check("SELECT ref_area FROM areas ORDER BY ref_area DESC, period"), found(10, "ORDER"));
        assert_eq!(check("SELECT ref_area FROM areas ORDER BY ref_area, period, value"), found(10, ","));
        assert_eq!(check("SELECT x FROM (SELECT ref_area AS x FROM areas ORDER BY ref_area, period)"), found(10, "end"));
    }

    #[test]
    fn a_check_may_read_the_result_and_needs_no_order() {
        let linted = lint("SELECT ref_area FROM result WHERE persons < 0", 3, Purpose::Check).unwrap();
        assert!(linted.reads_result);
        assert!(linted.views.is_empty());
    }

    #[test]
    fn a_key_column_of_a_join_is_given_its_name_again() {
        let query =
            |column: &str| format!("SELECT {column}, o.period AS period FROM observations AS o JOIN areas AS a ON a.area = o.ref_area");
        assert_eq!(complaints(&query("o.ref_area")), ["1 ref_area"]);
        assert_eq!(complaints(&query("o.ref_area AS ref_area")), Vec::<String>::new());
    }
}
