//! The table of what was found: in colour on a terminal, plain in a pipe.

use anstream::println;
use anstyle::{AnsiColor, Style};
use withpersona::ReportMatch;

/// What one report came to.
pub struct Hit {
    matches: usize,
    labels: String,
    source: String,
    trouble: Option<String>,
}

impl Hit {
    pub fn found(matches: &[ReportMatch]) -> Self {
        let mut labels: Vec<&str> = matches.iter().flat_map(|one| one.labels()).collect();
        labels.dedup();
        let sources = matches.iter().flat_map(|one| one.sources());
        let source = sources.into_iter().find_map(|source| source.name);
        Self {
            matches: matches.len(),
            labels: labels.join(", "),
            source: source.unwrap_or_default(),
            trouble: None,
        }
    }

    pub fn none(trouble: &str) -> Self {
        Self {
            matches: 0,
            labels: String::new(),
            source: String::new(),
            trouble: Some(trouble.to_owned()),
        }
    }
}

/// A person, a screening and what it came to.
pub struct Row {
    name: String,
    kind: &'static str,
    hit: Hit,
}

impl Row {
    pub fn new(name: &str, kind: &'static str, hit: Hit) -> Self {
        let name = name.to_owned();
        Self { name, kind, hit }
    }

    /// Nothing was found, and that is certain.
    pub fn is_clean(&self) -> bool {
        self.hit.matches == 0 && self.hit.trouble.is_none()
    }
}

pub fn print(rows: &[Row]) {
    let heading = Style::new().bold();
    println!(
        "\n{heading}{:<20} {:<14} {:>4}  {:<45} source{heading:#}",
        "person", "screening", "hits", "labels"
    );
    for row in rows {
        let (style, said) = match &row.hit.trouble {
            Some(trouble) => (AnsiColor::Yellow.on_default(), trouble),
            None => (AnsiColor::Red.on_default(), &row.hit.labels),
        };
        println!(
            "{:<20} {:<14} {:>4}  {style}{said:<45}{style:#} {}",
            row.name, row.kind, row.hit.matches, row.hit.source
        );
    }
    println!();
}
