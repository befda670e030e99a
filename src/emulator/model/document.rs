//! Documents: what a person handed in for a verification, as files and as what was read from them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Model;
use super::file::StoredFile;
use super::template::VerificationKind;
use crate::emulator::wire;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) kind: DocumentKind,
    pub(crate) inquiry_id: String,
    pub(crate) status: DocumentStatus,
    pub(crate) files: Vec<StoredFile>,
    /// What was read from it, by attribute; empty until it was read.
    pub(crate) extracted: Map<String, Value>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) processed_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DocumentKind {
    Generic,
    GovernmentId,
}

impl DocumentKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::GovernmentId => "government-id",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DocumentStatus {
    Submitted,
    Processed,
}

impl DocumentStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Processed => "processed",
        }
    }
}

impl Model {
    /// The person hands in what a verification asks for: its photos, and for a paper the document
    /// that they are of.
    pub(super) fn hand_in(&mut self, verification_id: &str) {
        let Some(verification) = self.verifications.get(verification_id) else {
            return;
        };
        let inquiry_id = verification.inquiry_id.clone();
        let (pages, kind): (&[&str], _) = match verification.kind {
            VerificationKind::GovernmentId => {
                (&["front", "back"], Some(DocumentKind::GovernmentId))
            }
            VerificationKind::Document => (&["page-1"], Some(DocumentKind::Generic)),
            VerificationKind::Selfie => (&["center", "left", "right"], None),
            _ => return,
        };
        let files: Vec<StoredFile> = pages.iter().map(|page| self.store_file(page)).collect();
        let document_id = kind.map(|kind| self.create_document(kind, inquiry_id, files.clone()));
        if let Some(verification) = self.verifications.get_mut(verification_id) {
            verification.files = files;
            verification.document_id = document_id;
        }
    }

    fn create_document(
        &mut self,
        kind: DocumentKind,
        inquiry_id: String,
        files: Vec<StoredFile>,
    ) -> String {
        let id = self.ids.next("doc");
        let document = Document {
            id: id.clone(),
            kind,
            inquiry_id,
            status: DocumentStatus::Submitted,
            files,
            extracted: Map::new(),
            created_at: self.now,
            processed_at: None,
        };
        self.documents.insert(&id, document);
        self.record_document("document.created", &id);
        self.record_document("document.submitted", &id);
        id
    }

    /// Persona has read the document of a verification.
    pub(super) fn process_document(&mut self, id: &str, extracted: Map<String, Value>) {
        let now = self.now;
        if let Some(document) = self.documents.get_mut(id) {
            document.status = DocumentStatus::Processed;
            document.processed_at = Some(now);
            document.extracted = extracted;
            self.record_document("document.processed", id);
        }
    }

    pub(super) fn redact_document(&mut self, id: &str) {
        if let Some(document) = self.documents.get_mut(id) {
            document.extracted.clear();
            for file in std::mem::take(&mut document.files) {
                self.delete_file(&file.name);
            }
        }
        if let Some(document) = self.documents.get(id) {
            let rendered = wire::document(self, document);
            self.forget(id, &rendered);
        }
    }

    fn record_document(&mut self, name: &'static str, id: &str) {
        if let Some(document) = self.documents.get(id) {
            let data = wire::document(self, document);
            self.record(name, id, data);
        }
    }
}
