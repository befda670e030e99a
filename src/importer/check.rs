//! Looks over a CSV as it passes by, piece by piece.

use csv_core::{ReadRecordResult, Reader};

use super::ImportKind;
use crate::error::Error;

/// A row that is longer has most likely a quote that nobody closed.
const LONGEST_ROW: usize = 1024 * 1024;

/// Told are the row, counted from the one after the header, and the line; never a value, and not
/// the header either: where it is missing, a person stands there.
pub(super) struct Checker {
    reader: Reader,
    kind: ImportKind,
    values: Vec<u8>,
    used: usize,
    ends: Vec<usize>,
    ended: usize,
    /// How many quotes the row has so far.
    quotes: usize,
    begins_at_line: u64,
    /// How many columns the header has, once it was read.
    columns: Option<usize>,
    rows: u64,
}

impl Checker {
    pub(super) fn new(kind: ImportKind) -> Self {
        Self {
            reader: Reader::new(),
            kind,
            values: vec![0; 4096],
            used: 0,
            ends: vec![0; 32],
            ended: 0,
            quotes: 0,
            begins_at_line: 1,
            columns: None,
            rows: 0,
        }
    }

    /// Looks over the next piece.
    pub(super) fn feed(&mut self, mut piece: &[u8]) -> Result<(), Error> {
        while !piece.is_empty() {
            let read = self.read(piece)?;
            piece = &piece[read..];
        }
        Ok(())
    }

    /// Looks over what is left at the end, and gives the number of rows.
    pub(super) fn finish(mut self) -> Result<u64, Error> {
        // With nothing more to read, the reader ends the last row, then says that it is at its end.
        self.read(&[])?;
        match (self.columns, self.rows) {
            (None, _) => Err(Error::invalid_input("the CSV is empty")),
            (Some(_), 0) => Err(Error::invalid_input(
                "the CSV has a header and no rows, or rows and no header",
            )),
            (Some(_), rows) => Ok(rows),
        }
    }

    fn read(&mut self, piece: &[u8]) -> Result<usize, Error> {
        let (result, read, written, ended) = self.reader.read_record(
            piece,
            &mut self.values[self.used..],
            &mut self.ends[self.ended..],
        );
        self.quotes += piece[..read].iter().filter(|byte| **byte == b'"').count();
        self.used += written;
        self.ended += ended;
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            ReadRecordResult::OutputFull if self.values.len() >= LONGEST_ROW => {
                return Err(self.broken("is longer than 1 MiB: a quote may be open"));
            }
            ReadRecordResult::OutputFull => self.values.resize(self.values.len() * 4, 0),
            ReadRecordResult::OutputEndsFull if self.ends.len() >= LONGEST_ROW => {
                return Err(self.broken("has too many values"));
            }
            ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 4, 0),
            ReadRecordResult::Record => self.row()?,
        }
        Ok(read)
    }

    fn row(&mut self) -> Result<(), Error> {
        match self.columns {
            None => self.columns = Some(self.header()?),
            Some(columns) => {
                self.rows += 1;
                if self.quotes % 2 == 1 {
                    return Err(self.broken("has a quote that is not closed"));
                }
                if self.ended != columns {
                    let values = self.ended;
                    return Err(self.broken(&format!(
                        "has {values} values, and the header has {columns}"
                    )));
                }
                if std::str::from_utf8(&self.values[..self.used]).is_err() {
                    return Err(self.broken("is not UTF-8"));
                }
            }
        }
        self.used = 0;
        self.ended = 0;
        self.quotes = 0;
        self.begins_at_line = self.reader.line();
        Ok(())
    }

    fn header(&self) -> Result<usize, Error> {
        let known = self.kind.columns();
        let refused = |fault: String| {
            Err(Error::invalid_input(format!(
                "the header of the CSV {fault}; the columns that Persona takes are {}",
                known.join(", ")
            )))
        };
        let mut seen: Vec<&str> = Vec::new();
        let mut from = 0;
        for (at, end) in self.ends[..self.ended].iter().enumerate() {
            let name = std::str::from_utf8(&self.values[from..*end]).unwrap_or_default();
            from = *end;
            match known.iter().find(|known| **known == name) {
                None => {
                    return refused(format!("is missing, or its column {} is another", at + 1));
                }
                Some(known) if seen.contains(known) => {
                    return refused(format!("has {known} twice"));
                }
                Some(known) => seen.push(known),
            }
        }
        match self.kind.needed().iter().find(|name| !seen.contains(name)) {
            Some(name) => refused(format!("has no {name}")),
            None => Ok(self.ended),
        }
    }

    fn broken(&self, fault: &str) -> Error {
        let (row, line) = (self.rows.max(1), self.begins_at_line);
        Error::invalid_input(format!("row {row} of the CSV (line {line}) {fault}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], size: usize) -> Result<u64, String> {
        let mut checker = Checker::new(ImportKind::Accounts);
        for piece in text.chunks(size) {
            checker.feed(piece).map_err(|error| error.to_string())?;
        }
        checker.finish().map_err(|error| error.to_string())
    }

    /// However the text is cut, what is told of it is the same.
    fn told(text: &[u8]) -> Result<u64, String> {
        let whole = check(text, usize::MAX);
        for size in 3..40 {
            assert_eq!(check(text, size), whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn a_csv_that_is_right_is_counted() {
        assert_eq!(told(b"reference_id,tags\nu-1,a\nu-2,\n"), Ok(2));
        assert_eq!(
            told(b"\xef\xbb\xbfreference_id,tags\r\nu-1,\"a\"\"\r\n,b\""),
            Ok(1)
        );
        assert_eq!(told("name_first\nJos\u{e9}\n".as_bytes()), Ok(1));
        let long = format!("tags\n\"{}\"\n", "a".repeat(100_000));
        assert_eq!(check(long.as_bytes(), 4096), Ok(1));
    }

    #[test]
    fn a_broken_row_is_told_by_its_number_and_line() {
        for (text, fault) in [
            (
                "reference_id,tags\nu-1,a\nu-2\n",
                "row 2 of the CSV (line 3) has 1 values",
            ),
            (
                "reference_id,tags\n\"u\n1\",a\nu,b,c\n",
                "row 2 of the CSV (line 4) has 3 values",
            ),
            (
                "reference_id,tags\nu-1,a\nu-2,\"b\n",
                "row 2 of the CSV (line 3) has a quote",
            ),
            (
                "reference_id\n5\" pipe\n",
                "row 1 of the CSV (line 2) has a quote",
            ),
        ] {
            let error = told(text.as_bytes()).expect_err(text);
            assert!(error.contains(fault), "{error}");
        }
        let error = told(b"reference_id\nu-\xff\n").expect_err("not text");
        assert!(
            error.contains("row 1 of the CSV (line 2) is not UTF-8"),
            "{error}"
        );
    }

    #[test]
    fn a_row_without_end_is_not_read_into_memory() {
        let endless = format!("tags\n\"{}", "canary ".repeat(300_000));
        let error = check(endless.as_bytes(), 65_536).expect_err("it never ends");
        assert!(
            error.contains("row 1 of the CSV (line 2) is longer than 1 MiB"),
            "{error}"
        );
        assert!(!error.contains("canary"));
    }

    #[test]
    fn a_header_is_asked_for_without_repeating_what_stands_there() {
        for (text, fault) in [
            ("", "empty"),
            ("reference_id\n", "no rows"),
            ("canary,1990-01-01\nu,b\n", "column 1 is another"),
            ("reference_id,reference-id\nu,b\n", "column 2 is another"),
            ("tags,tags\nu,b\n", "has tags twice"),
        ] {
            let error = told(text.as_bytes()).expect_err(text);
            assert!(error.contains(fault), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        let mut checker = Checker::new(ImportKind::Geolocations);
        let error = checker
            .feed(b"latitude,longitude\n1,2\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("has no radius_meters"), "{error}");
    }
}
