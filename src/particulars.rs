//! What callers say about a person in a form of its own, checked before it is sent.

use chrono::NaiveDate;

use crate::error::Error;

/// A country as two letters (ISO 3166-1), in capitals. Which pairs are countries is Persona's to
/// say: the list changes.
pub(crate) fn country_code(text: &str) -> Result<String, Error> {
    if text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Error::invalid_input(
            "the country code is not two letters of ISO 3166-1, such as US",
        ))
    }
}

/// A birthdate as `YYYY-MM-DD`.
pub(crate) fn birthdate(date: &impl ToString) -> Result<String, Error> {
    let text = date.to_string();
    // The parser also takes a month or day of one digit, and years of five.
    let is_date = text.len() == "YYYY-MM-DD".len()
        && text.starts_with(|letter: char| letter.is_ascii_digit())
        && NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok();
    if is_date {
        Ok(text)
    } else {
        Err(Error::invalid_input(
            "the birthdate is no date of the form YYYY-MM-DD, such as 1977-07-17",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_two_letters() {
        assert_eq!(country_code("us").expect("a country"), "US");
        for none in ["", "U", "USA", "1A", "U ", "ÜS", "Germany"] {
            let error = country_code(none).expect_err("no country").to_string();
            assert!(
                none.is_empty() || !error.contains(none) || none == "U",
                "{error}"
            );
        }
    }

    #[test]
    fn birthdates_are_dates() {
        let date = NaiveDate::from_ymd_opt(1980, 2, 29).expect("a date");
        assert_eq!(birthdate(&date).expect("a birthdate"), "1980-02-29");
        for none in [
            "",
            "1980",
            "1981-02-29",
            "29.02.1980",
            "1980-2-29",
            "1980-02-29T00:00:00Z",
        ] {
            let error = birthdate(&none).expect_err("no birthdate").to_string();
            assert!(none.is_empty() || !error.contains(none), "{error}");
        }
    }
}
