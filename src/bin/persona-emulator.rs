//! The emulator as a program: Persona on your own machine, its API and its pages.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use withpersona::emulator::{Clock, Emulator, EmulatorError};

const DEFAULT_ADDRESS: &str = "127.0.0.1:7700";

/// An emulator of Persona for development and tests: its API, the pages
/// that a person sees, and a dashboard. It is not Persona, and accepts
/// every key that starts with persona_sandbox_.
#[derive(Parser)]
#[command(name = "persona-emulator", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Options {
    /// Listen here, on 127.0.0.1:7700 unless given; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Listen even where other machines reach it; nothing is protected
    #[arg(long)]
    allow_non_loopback: bool,
    /// Read templates, API keys, webhooks and most of these options as TOML
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the state in this file over restarts
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Requests that a key may make in a minute, 300 unless given
    #[arg(long, value_name = "REQUESTS")]
    rate_limit: Option<u32>,
    /// Make up the same ids in every run
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Begin at a time (2026-01-31T12:00:00Z), an offset (+90s, +30m, +12h,
    /// +7d), go at a rate (x60; x0 stands still), or several with commas
    #[arg(long, value_name = "CLOCK", verbatim_doc_comment)]
    clock: Option<Clock>,
}

const EXAMPLES: &str = "\
Options go before what the file of --config says; EMULATOR.md has an example of it.

Examples:
  persona-emulator
  persona-emulator --state emulator.json --clock +7d
  persona-emulator --listen 127.0.0.1:0 --config emulator.toml";

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "an IP address and a port are wanted, such as 127.0.0.1:7700".to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    // Before anything is announced: who reads the first line may end us at once.
    let stopped = match told_to_stop() {
        Ok(stopped) => stopped,
        Err(error) => return failed(&format!("cannot listen to signals: {error}")),
    };
    match start(options).await {
        Ok(emulator) => match announce(&emulator) {
            Ok(()) => {
                stopped.await;
                // Writes the state.
                drop(emulator);
                ExitCode::SUCCESS
            }
            Err(error) => failed(&format!("cannot write to standard output: {error}")),
        },
        Err(reason) => failed(&reason),
    }
}

async fn start(options: Options) -> Result<Emulator, String> {
    let address = DEFAULT_ADDRESS.parse().map_err(|_| "no default address")?;
    let mut builder = Emulator::builder().listen(address);
    if let Some(path) = options.config {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        builder = builder
            .config_toml(&text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(address) = options.listen {
        builder = builder.listen(address);
    }
    if let Some(path) = options.state {
        builder = builder.state_file(path);
    }
    if let Some(requests) = options.rate_limit {
        builder = builder.rate_limit(requests);
    }
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    if let Some(clock) = options.clock {
        builder = builder.clock(clock);
    }
    if options.allow_non_loopback {
        builder = builder.allow_non_loopback();
    }
    builder.start().await.map_err(|error| match &error {
        EmulatorError::NotLoopback { .. } => {
            format!("{error}; --allow-non-loopback does it anyway")
        }
        EmulatorError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            format!("{error}; another emulator? --listen 127.0.0.1:0 takes a port that is free")
        }
        error => error.to_string(),
    })
}

/// Resolves at the first signal to end: from a terminal, or from whatever runs the program.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// The first line is for programs that wait for it; the rest can be pasted into a shell.
fn announce(emulator: &Emulator) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {}", emulator.base_url())?;
    writeln!(out, "export PERSONA_BASE_URL={}", emulator.base_url())?;
    writeln!(out, "export PERSONA_API_KEY={}", emulator.api_key())?;
    writeln!(
        out,
        "export PERSONA_TEMPLATE_ID={}",
        emulator.default_template_id()
    )?;
    let origin = emulator.origin();
    writeln!(out, "# This is not Persona. Start at {origin}/")?;
    writeln!(out, "# What happens: {origin}/dashboard")?;
    writeln!(out, "# Ctrl+C ends it.")?;
    out.flush()
}

fn failed(reason: &str) -> ExitCode {
    eprintln!("persona-emulator: {reason}");
    ExitCode::FAILURE
}
