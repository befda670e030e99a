//! The application: customers in a database that is now and then away.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use withpersona::EventName;

/// Where a customer stands, for this application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Customer {
    Invited,
    Verifying,
    Verified,
    Rejected,
    /// Has to be invited again.
    Lapsed,
}

impl Customer {
    /// What an event makes of a customer; `None` where it changes nothing.
    fn after(event: &EventName) -> Option<Self> {
        Some(match event {
            EventName::InquiryCreated => Self::Invited,
            EventName::InquiryStarted => Self::Verifying,
            EventName::InquiryApproved => Self::Verified,
            EventName::InquiryDeclined => Self::Rejected,
            EventName::InquiryExpired => Self::Lapsed,
            _ => return None,
        })
    }
}

impl fmt::Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invited => "invited",
            Self::Verifying => "verifying",
            Self::Verified => "verified",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
        })
    }
}

#[derive(Default)]
pub struct Customers(Mutex<Database>);

#[derive(Default)]
struct Database {
    rows: BTreeMap<String, Customer>,
    changes: usize,
    calls_away: u32,
}

/// The database did not answer.
#[derive(Debug)]
pub struct DatabaseAway;

impl fmt::Display for DatabaseAway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database is away")
    }
}

impl std::error::Error for DatabaseAway {}

impl Customers {
    /// Fails the next calls.
    pub fn be_away_for(&self, calls: u32) {
        self.0.lock().expect("no panic").calls_away = calls;
    }

    /// Changes a customer; what to print of it.
    pub fn apply(&self, customer: &str, event: &EventName) -> Result<String, DatabaseAway> {
        let mut database = self.0.lock().expect("no panic");
        if database.calls_away > 0 {
            database.calls_away -= 1;
            return Err(DatabaseAway);
        }
        let Some(state) = Customer::after(event) else {
            return Ok(format!("{customer}: nothing to do"));
        };
        let before = database.rows.insert(customer.to_owned(), state);
        database.changes += 1;
        Ok(match before {
            Some(before) => format!("{customer}: {before} → {state}"),
            None => format!("{customer}: {state}"),
        })
    }

    pub fn all(&self) -> Vec<(String, Customer)> {
        let database = self.0.lock().expect("no panic");
        database.rows.clone().into_iter().collect()
    }

    pub fn changes(&self) -> usize {
        self.0.lock().expect("no panic").changes
    }
}
