//! Imports: the rows of a CSV become accounts or list items a while after they were handed in.

use std::collections::BTreeSet;
use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::list::{ListKind, Type};
use super::refusal::Refusal;
use super::{Deadline, Model};

/// How long the rows wait for their turn.
const WAIT: TimeDelta = TimeDelta::seconds(2);

/// So many are done at once, and between them others get their turn.
const AT_ONCE: usize = 2_500;

const BETWEEN: TimeDelta = TimeDelta::milliseconds(250);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Importer {
    pub(crate) id: String,
    pub(crate) kind: ImportKind,
    /// The list that the rows go to; `None` for accounts.
    list_id: Option<String>,
    header: Vec<String>,
    /// Those that are not done yet.
    rows: Vec<Vec<String>>,
    pub(crate) successful: u64,
    pub(crate) duplicate: u64,
    pub(crate) failed: u64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ImportKind {
    Account,
    EmailAddress,
    Geolocation,
    GovernmentIdNumber,
    IpAddress,
    Name,
    PhoneNumber,
}

/// What became of one row.
enum Fate {
    New,
    Duplicate,
    Failed,
}

impl ImportKind {
    /// The JSON:API type.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Account => "importer/account",
            Self::EmailAddress => "importer/list-item/email-address",
            Self::Geolocation => "importer/list-item/geolocation",
            Self::GovernmentIdNumber => "importer/list-item/government-id-number",
            Self::IpAddress => "importer/list-item/ip-address",
            Self::Name => "importer/list-item/name",
            Self::PhoneNumber => "importer/list-item/phone-number",
        }
    }

    /// The kind of list that its rows go to; `None` for accounts.
    fn list_kind(self) -> Option<&'static ListKind> {
        ListKind::of_segment(match self {
            Self::Account => return None,
            Self::EmailAddress => "email-addresses",
            Self::Geolocation => "geolocations",
            Self::GovernmentIdNumber => "government-id-numbers",
            Self::IpAddress => "ip-addresses",
            Self::Name => "names",
            Self::PhoneNumber => "phone-numbers",
        })
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Account => &[
                "reference_id",
                "name_first",
                "name_middle",
                "name_last",
                "birthdate",
                "social_security_number",
                "tags",
            ],
            Self::EmailAddress => &["value", "match_type"],
            Self::Geolocation => &["latitude", "longitude", "radius_meters"],
            Self::GovernmentIdNumber => &["id_number", "id_class"],
            Self::IpAddress | Self::PhoneNumber => &["value"],
            Self::Name => &["name_first", "name_last"],
        }
    }
}

impl Model {
    pub(crate) fn create_importer(
        &mut self,
        kind: ImportKind,
        list_id: Option<String>,
        csv: &[u8],
    ) -> Result<String, Refusal> {
        if let (Some(list_id), Some(wanted)) = (&list_id, kind.list_kind()) {
            self.lists
                .get(list_id)
                .filter(|list| list.kind == wanted.name && list.archived_at.is_none())
                .ok_or_else(|| Refusal::not_found(&format!("{} list", wanted.name), list_id))?;
        }
        let (header, rows) = read(kind, csv)?;
        let id = self.ids.next("mprt");
        let importer = Importer {
            id: id.clone(),
            kind,
            list_id,
            header,
            rows,
            successful: 0,
            duplicate: 0,
            failed: 0,
            created_at: self.now,
            completed_at: None,
        };
        self.importers.insert(&id, importer);
        self.due(self.now + WAIT, Deadline::Importer(id.clone()));
        Ok(id)
    }

    pub(super) fn importer_is_due(&mut self, id: &str) {
        let Some(importer) = self.importers.get_mut(id) else {
            return;
        };
        let kind = importer.kind;
        let list_id = importer.list_id.clone();
        let header = importer.header.clone();
        let count = importer.rows.len().min(AT_ONCE);
        let rows: Vec<Vec<String>> = importer.rows.drain(..count).collect();
        let list = list_id.as_deref().zip(kind.list_kind());
        let mut known = match list {
            Some((list_id, _)) => self.items_on(list_id),
            None => BTreeSet::new(),
        };
        let (mut successful, mut duplicate, mut failed) = (0, 0, 0);
        for row in &rows {
            let value = |name: &str| -> Option<&str> {
                let at = header.iter().position(|column| column == name)?;
                row.get(at)
                    .map(|text| text.trim())
                    .filter(|text| !text.is_empty())
            };
            let fate = match list {
                None => self.import_account(value),
                Some((list_id, kind)) => self.import_item(kind, list_id, &mut known, value),
            };
            match fate {
                Fate::New => successful += 1,
                Fate::Duplicate => duplicate += 1,
                Fate::Failed => failed += 1,
            }
        }
        let now = self.now;
        let Some(importer) = self.importers.get_mut(id) else {
            return;
        };
        importer.successful += successful;
        importer.duplicate += duplicate;
        importer.failed += failed;
        if importer.rows.is_empty() {
            importer.completed_at = Some(now);
        } else {
            self.due(now + BETWEEN, Deadline::Importer(id.to_owned()));
        }
    }

    fn import_account<'r>(&mut self, value: impl Fn(&str) -> Option<&'r str>) -> Fate {
        let reference_id = value("reference_id").map(str::to_owned);
        if let Some(reference_id) = &reference_id
            && self.account_by_reference(reference_id).is_some()
        {
            return Fate::Duplicate;
        }
        if value("birthdate").is_some_and(|text| text.parse::<NaiveDate>().is_err()) {
            return Fate::Failed;
        }
        let mut fields: Map<String, Value> = ["birthdate", "social_security_number"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), value(name)?.into())))
            .collect();
        let name: Map<String, Value> = ["first", "middle", "last"]
            .into_iter()
            .filter_map(|part| Some((part.to_owned(), value(&format!("name_{part}"))?.into())))
            .collect();
        if !name.is_empty() {
            fields.insert("name".into(), name.into());
        }
        if fields.is_empty() && reference_id.is_none() {
            return Fate::Failed;
        }
        let tags = value("tags").into_iter().flat_map(|tags| tags.split(','));
        let tags = tags.map(|tag| tag.trim().to_owned()).collect();
        match self.create_account(reference_id, tags, &fields) {
            Ok(_) => Fate::New,
            Err(_) => Fate::Failed,
        }
    }

    fn import_item<'r>(
        &mut self,
        kind: &'static ListKind,
        list_id: &str,
        known: &mut BTreeSet<String>,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Fate {
        let Some(item) = item(kind, value) else {
            return Fate::Failed;
        };
        if !known.insert(json!(item).to_string()) {
            return Fate::Duplicate;
        }
        match self.create_list_item(kind, list_id, item) {
            Ok(_) => Fate::New,
            Err(_) => Fate::Failed,
        }
    }

    /// What is on a list already.
    fn items_on(&self, list_id: &str) -> BTreeSet<String> {
        let items = self.lists.get(list_id).map(|list| list.items.as_slice());
        let items = items.unwrap_or_default().iter();
        items
            .filter_map(|id| self.list_items.get(id))
            .filter(|item| item.archived_at.is_none())
            .map(|item| json!(item.attributes).to_string())
            .collect()
    }
}

/// The attributes of the list item that a row describes; `None` if it describes none.
fn item<'r>(
    kind: &'static ListKind,
    value: impl Fn(&str) -> Option<&'r str>,
) -> Option<Map<String, Value>> {
    let required = kind.required.iter().map(|attribute| (attribute, None));
    let optional = kind.optional.iter();
    let optional = optional.map(|(attribute, otherwise)| (attribute, Some(*otherwise)));
    let mut item = Map::new();
    for ((name, wanted), otherwise) in required.chain(optional) {
        let text = value(&name.replace('-', "_")).or(otherwise)?;
        let value = match wanted {
            Type::Number => json!(text.parse::<f64>().ok()?),
            Type::Whole => json!(text.parse::<f64>().ok()?.trunc() as i64),
            Type::Text | Type::Country => text.into(),
        };
        item.insert((*name).to_owned(), value);
    }
    is_right(kind.name, &item).then_some(item)
}

fn is_right(kind: &str, item: &Map<String, Value>) -> bool {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let within = |name: &str, limit: f64| {
        let number = item.get(name).and_then(Value::as_f64);
        number.is_some_and(|number| number.abs() <= limit)
    };
    match kind {
        "email-address" => match text("match-type") {
            "email_address" => text("value").contains('@'),
            "domain" => !text("value").contains('@'),
            _ => false,
        },
        "geolocation" => within("latitude", 90.0) && within("longitude", 180.0),
        "ip-address" => text("value").parse::<IpAddr>().is_ok(),
        "phone-number" => text("value").chars().filter(char::is_ascii_digit).count() >= 5,
        _ => true,
    }
}

fn read(kind: ImportKind, text: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), Refusal> {
    let unreadable = |_| Refusal::bad_request("data.attributes.file cannot be read as CSV");
    let mut reader = csv::Reader::from_reader(text);
    let header: Vec<String> = reader
        .headers()
        .map_err(unreadable)?
        .iter()
        .map(str::to_owned)
        .collect();
    if let Some(other) = header
        .iter()
        .find(|name| !kind.columns().contains(&name.as_str()))
    {
        return Err(Refusal::unprocessable(
            "/data/attributes/file",
            format!("the CSV has a column {other:?} that is none of this importer"),
        ));
    }
    let rows: Result<Vec<Vec<String>>, _> = reader.deserialize().collect();
    Ok((header, rows.map_err(unreadable)?))
}
