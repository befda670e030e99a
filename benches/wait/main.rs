//! What it costs to wait for ten thousand people.
//!
//! Waits for inquiries on the emulator, over real sockets, with both ends on one time that is
//! moved by hand: it stands still while a request is on its way, so the figures do not depend on
//! how busy this machine is. The inquiries are finished over an hour, at moments spread evenly
//! over it, with 300 requests a minute for everything.
//!
//! ```text
//! cargo bench --bench wait
//! ```
//!
//! It ends with 1,000 and 100,000 waits at the same number of transitions, and takes three
//! minutes; with `-- --quick` it is 1,000 and 20,000.
//!
//! The loop of hand-written snippets would send millions of requests; it runs at a twentieth of
//! everything: waits, transitions, and rate limit. It prints figures and whether the aims are
//! met; it does not fail.

mod memory;
#[path = "../../tests/moved_time/mod.rs"]
mod moved_time;
mod variants;
mod world;

use std::time::{Duration, Instant};

use self::variants::{Row, Variant, measure};

const WAITS: usize = 10_000;
const LIMIT: u32 = 300;
const SHARE_OF_LOOP: usize = 20;

fn main() {
    let begun = Instant::now();
    let run = |variant, waits, finishing, limit| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(measure(variant, waits, finishing, limit))
    };
    let _ = rustls::crypto::ring::default_provider().install_default();

    println!("# {WAITS} waits, finished over an hour, {LIMIT} requests a minute\n");
    println!(
        "| | waits | requests for each finished | delay p50 | p99 | not heard | 429s | CPU of the client | memory of a wait |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    let small = WAITS / SHARE_OF_LOOP;
    let limited = run(Variant::Loop, small, small, LIMIT / SHARE_OF_LOOP as u32);
    print("a GET each every 10 s, 1:20", &limited);
    let free = run(Variant::Loop, small, small, u32::MAX);
    print("the same without a limit, 1:20", &free);
    print("sweeps", &run(Variant::Sweeps, WAITS, WAITS, LIMIT));
    let events = run(Variant::Events, WAITS, WAITS, LIMIT);
    print("events", &events);
    print("webhooks", &run(Variant::Webhooks, WAITS, WAITS, LIMIT));

    println!("\n# 500 transitions in an hour, by events\n");
    println!("| waits | first looks | requests after them | delay p50 | p99 | memory of a wait |");
    println!("|---:|---:|---:|---:|---:|---:|");
    let mut grown = Vec::new();
    let most = if std::env::args().any(|it| it == "--quick") {
        20_000
    } else {
        100_000
    };
    for waits in [1_000, most] {
        let row = run(Variant::Events, waits, 500, LIMIT);
        println!(
            "| {waits} | {} | {} | {} | {} | {} B |",
            row.first_looks,
            row.requests,
            seconds(row.p50),
            seconds(row.p99),
            row.memory
        );
        grown.push(row.requests as f64);
    }

    println!("\n# Aims\n");
    let each = |row: &Row| row.requests as f64 / row.finished.max(1) as f64;
    let saved = each(&free) / each(&events);
    aim(
        "requests of the loop without a limit, by those of events",
        saved,
        saved >= 100.0,
    );
    let quicker = events.p99.as_secs_f64() / free.p99.as_secs_f64();
    aim(
        "p99 of events, by that of the loop without a limit",
        quicker,
        quicker <= 1.0,
    );
    aim("429s by events", events.refused as f64, events.refused == 0);
    aim(
        "bytes of a wait",
        events.memory as f64,
        events.memory < 1024,
    );
    let growth = grown[1] / grown[0];
    aim(
        &format!("requests of {most} waits, by those of 1000"),
        growth,
        growth <= 1.1,
    );
    println!("\ntook {:.0} s", begun.elapsed().as_secs_f64());
}

fn print(name: &str, row: &Row) {
    println!(
        "| {name} | {} | {:.3} | {} | {} | {} | {} | {:.1} s | {} B |",
        row.waits,
        (row.requests + row.first_looks) as f64 / row.finished.max(1) as f64,
        seconds(row.p50),
        seconds(row.p99),
        row.unheard,
        row.refused,
        row.cpu.as_secs_f64(),
        row.memory
    );
}

fn seconds(delay: Duration) -> String {
    match delay {
        Duration::MAX => "never".to_owned(),
        delay => format!("{:.1} s", delay.as_secs_f64()),
    }
}

fn aim(what: &str, figure: f64, is_met: bool) {
    let met = if is_met { "met" } else { "MISSED" };
    println!("- {what}: {figure:.2}, {met}");
}
