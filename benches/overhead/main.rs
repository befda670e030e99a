//! What the client costs beside code that somebody would write by hand for one operation.
//!
//! `persona.inquiries().retrieve(id)` runs against two others: reqwest with
//! [`serde_json::Value`], and reqwest with structs that have what a backend reads. All three ask
//! the same server in the same run, in rounds that take turns, send the same headers, have the
//! same limits on time, and read the same five things of the answer.
//!
//! ```text
//! cargo bench --bench overhead
//! ```
//!
//! It prints figures and whether the aims are met; it does not fail.

mod allocations;
mod instructions;
mod server;
mod variants;

use std::hint::black_box;
use std::time::Instant;

use self::allocations::{Allocations, counted};
use self::variants::{Caller, DOCUMENT, VARIANTS, Variant};

/// The client's share of the hand-written struct's time and allocations, at most.
const AIM_TIME: f64 = 1.10;
const AIM_ALLOCATIONS: f64 = 1.30;

const ROUNDS: usize = 150;
const CALLS_OF_A_ROUND: usize = 40;
const DECODES_OF_A_ROUND: usize = 400;

fn main() {
    if let Some((job, variant, times)) = instructions::asked_for() {
        match job.as_str() {
            "call" => Calls::set_up().make(variant, times),
            _ => decode(variant, times),
        }
        return;
    }
    println!("# One inquiry, {} bytes, {ROUNDS} rounds\n", DOCUMENT.len());
    let set_up = Calls::set_up();
    let calls = rows(CALLS_OF_A_ROUND, |variant, times| {
        set_up.make(variant, times)
    });
    println!("## A call, from the request to five values read\n");
    print_table(&calls);
    let decodes = rows(DECODES_OF_A_ROUND, decode);
    println!("\n## Decoding and reading alone\n");
    print_table(&decodes);
    instructions::print();
    println!("\n## Aims\n");
    let client = &calls[Variant::Client as usize];
    let by_hand = &calls[Variant::Struct as usize];
    aim("time of a call", client.time_ratio, AIM_TIME);
    let allocations = client.allocations.count as f64 / by_hand.allocations.count as f64;
    aim("allocations of a call", allocations, AIM_ALLOCATIONS);
}

/// What was measured of one variant.
struct Row {
    variant: Variant,
    /// Median of the rounds, in microseconds.
    time: f64,
    /// Median over the rounds of the time by that of the hand-written struct in the same round.
    time_ratio: f64,
    allocations: Allocations,
}

/// A server and who calls it, on one runtime.
struct Calls {
    runtime: tokio::runtime::Runtime,
    callers: [Caller; VARIANTS.len()],
}

impl Calls {
    fn set_up() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(server::start());
        let callers = VARIANTS.map(|variant| Caller::new(variant, server));
        Self { runtime, callers }
    }

    fn make(&self, variant: Variant, times: usize) {
        let caller = &self.callers[variant as usize];
        self.runtime.block_on(async {
            for _ in 0..times {
                black_box(caller.call().await);
            }
        });
    }
}

fn decode(variant: Variant, times: usize) {
    for _ in 0..times {
        black_box(variant.decode(black_box(DOCUMENT.as_bytes())));
    }
}

/// Measures all variants, in rounds that begin with another one each time.
fn rows(times: usize, run: impl Fn(Variant, usize)) -> Vec<Row> {
    for variant in VARIANTS {
        run(variant, times);
    }
    let allocations = VARIANTS.map(|variant| counted(|| run(variant, times)).each_of(times));
    let rounds: Vec<[f64; VARIANTS.len()]> = (0..ROUNDS)
        .map(|round| {
            let mut took = [0.0; VARIANTS.len()];
            for turn in 0..VARIANTS.len() {
                let variant = VARIANTS[(round + turn) % VARIANTS.len()];
                let start = Instant::now();
                run(variant, times);
                took[variant as usize] = start.elapsed().as_secs_f64() * 1e6 / times as f64;
            }
            took
        })
        .collect();
    let of = |select: &dyn Fn(&[f64; VARIANTS.len()]) -> f64| {
        median(rounds.iter().map(select).collect())
    };
    VARIANTS
        .map(|variant| Row {
            variant,
            time: of(&|took| took[variant as usize]),
            time_ratio: of(&|took| took[variant as usize] / took[Variant::Struct as usize]),
            allocations: allocations[variant as usize],
        })
        .into()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print_table(rows: &[Row]) {
    println!("| | time, µs | ratio | allocations | ratio | bytes allocated | ratio |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let base = rows[Variant::Struct as usize].allocations;
    for row in rows {
        println!(
            "| {} | {:.2} | {:.2} | {} | {:.2} | {} | {:.2} |",
            row.variant.name(),
            row.time,
            row.time_ratio,
            row.allocations.count,
            row.allocations.count as f64 / base.count as f64,
            row.allocations.bytes,
            row.allocations.bytes as f64 / base.bytes as f64,
        );
    }
}

fn aim(name: &str, ratio: f64, most: f64) {
    let word = if ratio <= most { "met" } else { "NOT met" };
    println!("- {name}: {ratio:.2} of the hand-written struct, aim at most {most:.2}: {word}");
}
