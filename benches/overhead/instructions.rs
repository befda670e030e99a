//! Instructions of a decode, by callgrind: the program runs itself under valgrind.

use std::env;
use std::hint::black_box;
use std::process::Command;

use crate::variants::{DOCUMENT, VARIANTS, Variant};

/// Holds the variant and how often to decode: `0 200`.
const VARIABLE: &str = "OVERHEAD_DECODE";

const DECODES: u64 = 200;

/// Under callgrind the program decodes and ends.
pub fn is_decoding_for_callgrind() -> bool {
    let Ok(asked) = env::var(VARIABLE) else {
        return false;
    };
    let (variant, times) = asked.split_once(' ').expect("a variant and a number");
    let variant = VARIANTS[variant.parse::<usize>().expect("a number")];
    let times: u64 = times.parse().expect("a number");
    let document = DOCUMENT.as_bytes();
    for _ in 0..times {
        black_box(variant.decode(black_box(document)));
    }
    true
}

pub fn print() {
    println!("\n## Instructions of decoding and reading, by callgrind\n");
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not here: not counted.");
        return;
    }
    let counts: Option<Vec<u64>> = VARIANTS.into_iter().map(of_one_decode).collect();
    let Some(counts) = counts else {
        println!("callgrind did not run to its end: not counted.");
        return;
    };
    println!("| | instructions | ratio |");
    println!("|---|---:|---:|");
    let base = counts[Variant::Struct as usize] as f64;
    for (variant, count) in VARIANTS.iter().zip(counts) {
        let ratio = count as f64 / base;
        println!("| {} | {count} | {ratio:.2} |", variant.name());
    }
}

/// The difference between a run with one decode and one with many, so that the program's start
/// does not count.
fn of_one_decode(variant: Variant) -> Option<u64> {
    let many = count(variant, 1 + DECODES)?;
    Some((many - count(variant, 1)?) / DECODES)
}

fn count(variant: Variant, times: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().ok()?)
        .env(VARIABLE, format!("{} {times}", variant as usize))
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = report.split("Collected : ").nth(1)?;
    collected.split_whitespace().next()?.parse().ok()
}
