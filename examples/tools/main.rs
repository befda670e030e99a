//! Prints 26 calls of this crate as a list of tools for an agent: name, what it does, and the JSON
//! Schema of what it takes and gives. `cargo run --example tools`
//!
//! With the name of a tool and its arguments as JSON it runs it, on an emulator or, where
//! `PERSONA_API_KEY` is set, on Persona:
//!
//! `cargo run --example tools -- create_account '{"reference_id": "user-1", "country_code": "US"}'`

mod offer;

use std::env;

use anstream::println; // ends quietly where nobody reads on
use serde::Serialize;
use serde_json::Value;
use withpersona::Persona;
use withpersona::emulator::Emulator;

use self::offer::Failure;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let Some(name) = arguments.next() else {
        return print(&offer::tools());
    };
    let given: Value = serde_json::from_str(&arguments.next().unwrap_or_else(|| "{}".into()))?;
    let tools = offer::tools();
    let tool = tools.iter().find(|tool| tool.name == name);
    let tool = tool.ok_or("there is no tool of that name")?;
    let answer = if env::var_os("PERSONA_API_KEY").is_some() {
        tool.call(Persona::from_env()?, given).await?
    } else {
        let emulator = Emulator::start().await?;
        let persona = Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .build()?;
        tool.call(persona, given).await?
    };
    print(&answer)
}

fn print(told: &impl Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(told)?);
    Ok(())
}
