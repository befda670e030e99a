//! Imports: the rows of a CSV become accounts or list items a while after they were handed in.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::{Deadline, Model};

/// How long the rows wait for their turn.
const WAIT: TimeDelta = TimeDelta::seconds(2);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Importer {
    pub(crate) id: String,
    pub(crate) kind: ImportKind,
    /// The list that the rows go to; `None` for accounts.
    list_id: Option<String>,
    header: Vec<String>,
    /// Empty once they are done.
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
        let rows = std::mem::take(&mut importer.rows);
        let (mut successful, mut duplicate, mut failed) = (0, 0, 0);
        for row in &rows {
            let value = |name: &str| -> Option<&str> {
                let at = header.iter().position(|column| column == name)?;
                row.get(at)
                    .map(|text| text.trim())
                    .filter(|text| !text.is_empty())
            };
            let fate = match &list_id {
                None => self.import_account(value),
                Some(list_id) => self.import_item(kind, list_id, value),
            };
            match fate {
                Fate::New => successful += 1,
                Fate::Duplicate => duplicate += 1,
                Fate::Failed => failed += 1,
            }
        }
        let now = self.now;
        if let Some(importer) = self.importers.get_mut(id) {
            importer.successful = successful;
            importer.duplicate = duplicate;
            importer.failed = failed;
            importer.completed_at = Some(now);
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
        kind: ImportKind,
        list_id: &str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Fate {
        let number = |name: &str| value(name)?.parse::<f64>().ok();
        let is_right = match kind {
            ImportKind::Account => false,
            ImportKind::EmailAddress => match value("match_type") {
                None | Some("email_address") => value("value").is_some_and(|it| it.contains('@')),
                Some("domain") => value("value").is_some_and(|it| !it.contains('@')),
                Some(_) => false,
            },
            ImportKind::Geolocation => {
                number("latitude").is_some_and(|it| (-90.0..=90.0).contains(&it))
                    && number("longitude").is_some_and(|it| (-180.0..=180.0).contains(&it))
                    && number("radius_meters").is_some_and(|it| it > 0.0)
            }
            ImportKind::GovernmentIdNumber => value("id_number").is_some(),
            ImportKind::IpAddress => value("value").is_some_and(|it| it.parse::<IpAddr>().is_ok()),
            ImportKind::Name => value("name_first").is_some() || value("name_last").is_some(),
            ImportKind::PhoneNumber => value("value")
                .is_some_and(|it| it.chars().filter(char::is_ascii_digit).count() >= 5),
        };
        if !is_right {
            return Fate::Failed;
        }
        let item: Vec<Option<&str>> = kind.columns().iter().map(|name| value(name)).collect();
        let items = self.imported_items.entry(list_id.to_owned()).or_default();
        if items.insert(json!(item).to_string()) {
            Fate::New
        } else {
            Fate::Duplicate
        }
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
