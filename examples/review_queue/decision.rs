//! What a reviewer can say.

use anstream::println;
use withpersona::{Case, CaseUpdate, Error, Persona};

pub const HELP: &str = "Type: list, open NUMBER, approve WHY, decline WHY, quit";

pub enum Command {
    Nothing,
    List,
    Open(usize),
    Decide(Decision),
    Quit,
    Unknown,
}

pub struct Decision {
    /// A status of the emulator's template; those of yours may be called otherwise.
    status: &'static str,
    reason: String,
}

impl Command {
    pub fn read(line: &str) -> Self {
        let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let decide = |status| {
            Self::Decide(Decision {
                status,
                reason: rest.trim().to_owned(),
            })
        };
        match word {
            "" => Self::Nothing,
            "list" => Self::List,
            "open" => rest.trim().parse().map_or(Self::Unknown, Self::Open),
            "approve" => decide("Approved"),
            "decline" => decide("Declined"),
            "quit" => Self::Quit,
            _ => Self::Unknown,
        }
    }
}

impl Decision {
    /// Writes the reason down first: a decided case without one is worse than a reason too many.
    pub async fn carry_out(self, persona: &Persona, case: &Case) -> Result<(), Error> {
        if !self.reason.is_empty() {
            let update = CaseUpdate::new().field("decision-note", &self.reason);
            persona.cases().update(case.id(), update).await?;
        }
        let decided = persona.cases().set_status(case.id(), self.status).await?;
        println!("   {} is {}", decided.name(), decided.status());
        Ok(())
    }
}
