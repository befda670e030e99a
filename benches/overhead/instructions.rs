//! Instructions of a call and of a decode, by callgrind: the program runs itself under valgrind.

use std::env;
use std::process::Command;

use crate::variants::{VARIANTS, Variant};

/// Holds what to do, for which variant, and how often: `decode 0 200`.
const VARIABLE: &str = "OVERHEAD_COUNTED";

const TIMES: usize = 200;

/// What a program under callgrind is to do; `None` for one that is not.
pub fn asked_for() -> Option<(String, Variant, usize)> {
    let asked = env::var(VARIABLE).ok()?;
    let mut parts = asked.split(' ');
    let job = parts.next()?.to_owned();
    let variant = VARIANTS[parts.next()?.parse::<usize>().expect("a number")];
    Some((job, variant, parts.next()?.parse().expect("a number")))
}

pub fn print() {
    println!("\n## Instructions, by callgrind\n");
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not here: not counted.");
        return;
    }
    println!("| | of a call, the server's too | ratio | of decoding and reading | ratio |");
    println!("|---|---:|---:|---:|---:|");
    let (Some(calls), Some(decodes)) = (counts("call"), counts("decode")) else {
        println!("\ncallgrind did not run to its end: not counted.");
        return;
    };
    let ratio = |counts: &[u64], variant: Variant| {
        counts[variant as usize] as f64 / counts[Variant::Struct as usize] as f64
    };
    for variant in VARIANTS {
        println!(
            "| {} | {} | {:.2} | {} | {:.2} |",
            variant.name(),
            calls[variant as usize],
            ratio(&calls, variant),
            decodes[variant as usize],
            ratio(&decodes, variant),
        );
    }
}

fn counts(job: &str) -> Option<Vec<u64>> {
    VARIANTS
        .into_iter()
        .map(|variant| of_one(job, variant))
        .collect()
}

/// The difference between a run that does it once and one that does it many times, so that the
/// program's start does not count.
fn of_one(job: &str, variant: Variant) -> Option<u64> {
    let many = count(job, variant, 1 + TIMES)?;
    Some((many - count(job, variant, 1)?) / TIMES as u64)
}

fn count(job: &str, variant: Variant, times: usize) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().ok()?)
        .env(VARIABLE, format!("{job} {} {times}", variant as usize))
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = report.split("Collected : ").nth(1)?;
    collected.split_whitespace().next()?.parse().ok()
}
