//! Every call on accounts against the emulator, by the effect that it has.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;

mod bad_input;
mod change;
mod create;
mod find;

use withpersona::{Account, NewAccount};

fn jane() -> NewAccount {
    NewAccount::new()
        .reference_id("user-1")
        .name_first("Jane")
        .name_last("Doe")
}

fn text(account: &Account, name: &str) -> Option<String> {
    account.fields().get(name).expect("a text")
}
