//! What the example prints: in colour and aligned on a terminal, plain in a pipe.

use std::fmt::Display;

use anstream::println;
use anstyle::{AnsiColor, Style};

const LABEL_WIDTH: usize = 28;

/// Standard output. `anstream` takes the colours out where there is no terminal, and where
/// `NO_COLOR` is set.
#[derive(Clone, Copy)]
pub struct Terminal {
    heading: Style,
    label: Style,
}

impl Terminal {
    pub fn of_stdout() -> Self {
        Self {
            heading: Style::new().bold(),
            label: Style::new().dimmed(),
        }
    }

    pub fn title(&self, text: &str) {
        let heading = self.heading;
        println!("{heading}{text}{heading:#}");
    }

    pub fn section(&self, text: &str) {
        let heading = self.heading;
        println!("\n{heading}{text}{heading:#}");
    }

    pub fn row(&self, label: &str, value: impl Display) {
        let style = self.label;
        println!("   {style}{label:<LABEL_WIDTH$}{style:#}{value}");
    }

    pub fn note(&self, text: &str) {
        println!("   {text}");
    }

    /// A row whose value is good news, bad news or neither.
    pub fn status(&self, label: &str, value: &str) {
        let style = colour(value);
        self.row(label, format_args!("{style}{value}{style:#}"));
    }

    pub fn check(&self, name: &str, status: &str, requirement: &str) {
        let style = colour(status);
        let label = self.label;
        let mark = if status == "passed" { "+" } else { "-" };
        println!(
            "     {style}{mark}{style:#} {name:<44} {style}{status:<8}{style:#} {label}{requirement}{label:#}"
        );
    }
}

fn colour(status: &str) -> Style {
    let colour = match status {
        "approved" | "completed" | "passed" => AnsiColor::Green,
        "declined" | "failed" | "expired" => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    Style::new().fg_color(Some(colour.into()))
}
