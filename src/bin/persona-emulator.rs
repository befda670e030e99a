//! The emulator as a program: Persona's API on your own machine.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use withpersona::emulator::{Emulator, EmulatorError};

/// An emulator of Persona's API for development and tests. It is not Persona, keeps everything in
/// memory, and accepts every key that starts with persona_sandbox_.
#[derive(Parser)]
#[command(name = "persona-emulator", version)]
struct Options {
    /// Address and port to listen on; port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7700")]
    listen: SocketAddr,
    /// Listen even if other machines can reach the address. Nothing is protected.
    #[arg(long)]
    allow_non_loopback: bool,
    /// Templates to offer, as TOML, in place of the default one.
    #[arg(long, value_name = "FILE")]
    templates: Option<PathBuf>,
    /// Requests that a key may make in a minute.
    #[arg(long, value_name = "REQUESTS", default_value_t = 300)]
    rate_limit: u32,
    /// Makes ids the same in every run.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    match start(options).await {
        Ok(emulator) => match announce(&emulator) {
            Ok(()) => std::future::pending().await,
            Err(error) => failed(&format!("cannot write to standard output: {error}")),
        },
        Err(reason) => failed(&reason),
    }
}

async fn start(options: Options) -> Result<Emulator, String> {
    let mut builder = Emulator::builder()
        .listen(options.listen)
        .rate_limit(options.rate_limit);
    if let Some(path) = options.templates {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        builder = builder
            .template_toml(&text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    if options.allow_non_loopback {
        builder = builder.allow_non_loopback();
    }
    builder.start().await.map_err(|error| match error {
        EmulatorError::NotLoopback { .. } => {
            format!("{error}; --allow-non-loopback does it anyway")
        }
        error => error.to_string(),
    })
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
    out.flush()
}

fn failed(reason: &str) -> ExitCode {
    eprintln!("persona-emulator: {reason}");
    ExitCode::FAILURE
}
