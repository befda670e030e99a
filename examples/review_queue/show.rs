//! How cases look: in colour on a terminal, plain in a pipe.

use anstream::println;
use anstyle::Style;
use withpersona::{Case, CaseComment, Report};

pub fn queue(cases: &[Case]) {
    if cases.is_empty() {
        println!("   nothing waits for a decision");
    }
    let (bold, dimmed) = (Style::new().bold(), Style::new().dimmed());
    for (index, case) in cases.iter().enumerate() {
        let opened = case
            .created_at()
            .map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
        println!(
            "   {bold}{:>2}{bold:#}  {:<8} {:<10} {dimmed}{}{dimmed:#}",
            index + 1,
            case.name(),
            case.status(),
            opened.unwrap_or_default(),
        );
    }
}

pub fn case(case: &Case) {
    let bold = Style::new().bold();
    println!("   {bold}{}{bold:#} is {}", case.name(), case.status());
    for account in case.account_ids() {
        println!("   account    {account}");
    }
}

pub fn report(report: &Report) {
    println!("   report     {} ({})", report.id(), report.kind());
    for found in report.matches() {
        println!("   found      {}", found.names().join(", also "));
        println!("   labels     {}", found.labels().join(", "));
        println!("   born       {}", found.birthdates().join(", "));
        for source in found.sources() {
            println!("   source     {}", source.name.unwrap_or_default());
        }
    }
}

pub fn comment(comment: &CaseComment) {
    let who = comment.commenter_id().unwrap_or("somebody");
    println!("   {who} wrote: {}", comment.message());
}
