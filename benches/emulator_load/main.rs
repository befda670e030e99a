//! What the emulator bears: a steady load of mixed calls, and lists over a large state.
//!
//! The client is this crate's own; both share the machine, so the figures are those of a
//! developer who runs both on a laptop.
//!
//! ```text
//! cargo bench --bench emulator_load
//! cargo bench --bench emulator_load -- --seconds 5 --inquiries 10000
//! ```
//!
//! It prints figures and whether the aims are met; it fails only when a call does.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use withpersona::emulator::Emulator;
use withpersona::{Error, InquiryId, InquiryStatus, InquiryUpdate, NewInquiry, Persona};

const CALLS_A_SECOND: u32 = 1000;
const AIM_LIST: Duration = Duration::from_millis(10);
const LISTS: usize = 500;
const TASKS: u32 = 50;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let seconds = argument("--seconds").unwrap_or(60);
    let inquiries = argument("--inquiries").unwrap_or(100_000);
    load(seconds).await?;
    large_state(inquiries).await
}

fn argument(name: &str) -> Option<u32> {
    let mut arguments = std::env::args().skip_while(|it| it != name);
    arguments.nth(1)?.parse().ok()
}

async fn start() -> Result<(Emulator, Persona), Failure> {
    let emulator = Emulator::builder().rate_limit(u32::MAX).start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    Ok((emulator, persona))
}

/// Calls at fixed moments, whether the ones before them are answered or not.
async fn load(seconds: u32) -> Result<(), Failure> {
    let (emulator, persona) = start().await?;
    let template = emulator.default_template_id().to_owned();
    let known = Arc::new(Mutex::new(Vec::new()));
    for number in 0..100 {
        let id = create(&persona, &template, number).await?;
        known.lock().await.push(id);
    }
    let between = Duration::from_secs(1) / CALLS_A_SECOND;
    let begun = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (persona, template) = (persona.clone(), template.clone());
            let known = known.clone();
            tokio::spawn(async move {
                // One after the other, or all tasks would call at the same moment.
                let mut ticks = interval_at(begun + between * task, between * TASKS);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
                let mut took = Vec::new();
                let mut errors = Vec::new();
                for number in 0..seconds * CALLS_A_SECOND / TASKS {
                    let due = ticks.tick().await;
                    let number = number * TASKS + task;
                    if let Err(error) = mixed(&persona, &template, &known, number).await {
                        errors.push(error.to_string());
                    }
                    took.push(due.elapsed());
                }
                (took, errors)
            })
        })
        .collect();
    let mut took = Vec::new();
    let mut errors = Vec::new();
    for task in tasks {
        let (times, failures) = task.await?;
        took.extend(times);
        errors.extend(failures);
    }
    let elapsed = begun.elapsed();
    took.sort_unstable();
    println!("# Mixed calls, {CALLS_A_SECOND} a second wanted, for {seconds} s\n");
    println!("| calls | errors | calls a second | p50 | p99 | resident, both ends |");
    println!("|---:|---:|---:|---:|---:|---:|");
    println!(
        "| {} | {} | {:.0} | {:.1} ms | {:.1} ms | {:.0} MiB |",
        took.len(),
        errors.len(),
        took.len() as f64 / elapsed.as_secs_f64(),
        milliseconds(quantile(&took, 50)),
        milliseconds(quantile(&took, 99)),
        resident_mebibytes(),
    );
    println!(
        "\nHalf of them read one, a fifth each list and create, a tenth update; each time is from the moment the call was due.\n"
    );
    match errors.first() {
        None => Ok(()),
        Some(first) => Err(first.clone().into()),
    }
}

async fn create(persona: &Persona, template: &str, number: u32) -> Result<InquiryId, Error> {
    let new = NewInquiry::from_template(template).reference_id(format!("user-{number}"));
    Ok(persona.inquiries().create(new).await?.inquiry.id())
}

async fn mixed(
    persona: &Persona,
    template: &str,
    known: &Mutex<Vec<InquiryId>>,
    number: u32,
) -> Result<(), Error> {
    let id = {
        let known = known.lock().await;
        known[fastrand::usize(..known.len())].clone()
    };
    let inquiries = persona.inquiries();
    match number % 10 {
        0 | 1 => {
            let id = create(persona, template, number + 1_000_000).await?;
            known.lock().await.push(id);
        }
        2 | 3 => {
            let mut pages = inquiries.list().status(InquiryStatus::Created).pages();
            pages.next().await.transpose()?;
        }
        4 => {
            let update = InquiryUpdate::new().note("seen");
            inquiries.update(&id, update).await?;
        }
        _ => {
            inquiries.retrieve(&id).await?;
        }
    }
    Ok(())
}

async fn large_state(inquiries: u32) -> Result<(), Failure> {
    let before = resident_mebibytes();
    let (emulator, persona) = start().await?;
    let template = emulator.default_template_id().to_owned();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (persona, template) = (persona.clone(), template.clone());
            tokio::spawn(async move {
                for number in (task..inquiries).step_by(TASKS as usize) {
                    create(&persona, &template, number).await?;
                }
                Ok::<(), Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    println!("# {inquiries} inquiries in state\n");
    println!(
        "resident, both ends: {:.0} MiB more\n",
        resident_mebibytes() - before
    );
    println!("| list, one page of 10 | p50 | p99 | aim |");
    println!("|---|---:|---:|---|");
    let inquiries = persona.inquiries();
    let middle = format!("user-{}", TASKS * 7);
    let lists: [(&str, &dyn Fn() -> withpersona::InquiryList); 4] = [
        ("newest first", &|| inquiries.list()),
        ("by status, all match", &|| {
            inquiries.list().status(InquiryStatus::Created)
        }),
        ("by status, none matches", &|| {
            inquiries.list().status(InquiryStatus::Declined)
        }),
        ("by reference id, one matches", &|| {
            inquiries.list().reference_id(&middle)
        }),
    ];
    for (name, list) in lists {
        let mut took = Vec::with_capacity(LISTS);
        for _ in 0..LISTS {
            let begun = Instant::now();
            list().pages().next().await.transpose()?;
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        let slow = quantile(&took, 99);
        println!(
            "| {name} | {:.2} ms | {:.2} ms | {} |",
            milliseconds(quantile(&took, 50)),
            milliseconds(slow),
            if slow < AIM_LIST { "met" } else { "missed" },
        );
    }
    Ok(())
}

fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() - 1) * percent / 100]
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Of this process, client and emulator together; 0 where the system does not tell.
fn resident_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kibibytes.unwrap_or_default() / 1024.0
}
