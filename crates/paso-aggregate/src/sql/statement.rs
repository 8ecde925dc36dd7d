//! Whether SQL is one query.

use super::token::{Token, Unclosed, tokenize};

/// The words that start a statement, as the engine knows them, other than SELECT.
const STATEMENTS: [&str; 14] = [
    "alter", "create", "delete", "describe", "drop", "explain", "from", "insert", "merge", "show", "table", "truncate", "update", "values",
];

/// Why the SQL is not one SELECT, or WITH and a SELECT; nothing where it is.
pub(crate) fn no_query(sql: &str) -> Option<String> {
    let mut tokens = match tokenize(sql, 1) {
        Ok(tokens) => tokens,
        Err(Unclosed { what, line }) => return Some(format!("has a {what} in line {line} that is never closed")),
    };
    while tokens.last().is_some_and(|token| token.is_symbol(";")) {
        tokens.pop();
    }
    let Some(first) = tokens.first() else { return Some("is empty".to_owned()) };
    if let Some(end) = tokens.iter().find(|token| token.is_symbol(";")) {
        return Some(format!("has a second statement after the `;` in line {}", end.line));
    }
    if first.is("select") {
        return None;
    }
    if !first.is("with") {
        return Some(format!("starts with `{}`", first.text));
    }
    match main_statement(&tokens) {
        Some(statement) if !statement.is("select") => Some(format!("is WITH and `{}`", statement.text)),
        Some(_) => None,
        None => Some("is WITH and nothing else".to_owned()),
    }
}

/// The first word outside brackets that starts a statement and is not the name of a query: what follows the queries of WITH.
fn main_statement(tokens: &[Token]) -> Option<&Token> {
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        let named = tokens.get(index + 1).is_some_and(|next| next.is("as"));
        let starts = token.is("select") || STATEMENTS.iter().any(|word| token.is(word));
        if depth == 0 && starts && !named {
            return Some(token);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_select_is_a_query() {
        for sql in [
            "SELECT 1",
            "select area from areas;",
            "-- all\nSELECT ';' AS a, \"delete\" FROM areas ;; ",
            "WITH a AS (SELECT area FROM areas) SELECT area FROM a",
            "with \"from\" as (select 1), show AS (SELECT 2) (SELECT 3)\nSELECT 4",
            "SELECT area FROM areas UNION ALL SELECT member FROM area_groups",
        ] {
            assert_eq!(no_query(sql), None, "{sql}");
        }
    }

    #[test]
    fn everything_else_is_said_to_be_none() {
        for (sql, why) in [
            ("", "is empty"),
            (" ; ", "is empty"),
            ("DELETE FROM areas", "starts with `DELETE`"),
            ("drop table areas", "starts with `drop`"),
            ("CREATE TABLE a AS SELECT 1", "starts with `CREATE`"),
            ("SELEC 1", "starts with `SELEC`"),
            ("SELECT 1;\nDROP TABLE areas", "has a second statement after the `;` in line 1"),
            ("WITH a AS (SELECT 1) DELETE FROM areas", "is WITH and `DELETE`"),
            ("WITH a AS (SELECT 1) CREATE TABLE b AS SELECT 1", "is WITH and `CREATE`"),
            ("WITH a AS (SELECT 1)", "is WITH and nothing else"),
            ("SELECT 'a", "has a string in line 1 that is never closed"),
        ] {
            assert_eq!(no_query(sql).as_deref(), Some(why), "{sql}");
        }
    }
}
