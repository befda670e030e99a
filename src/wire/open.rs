//! Objects whose names are not known at compile time, kept as text until somebody looks inside.
//!
//! Most answers hold several (fields, relationships, behaviors, whatever is included), and most
//! callers read few of them. A map of JSON values takes five allocations for a field of a
//! template and some twelve times its length; a text takes one for the whole object.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use serde::de::Visitor;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess};
use serde_json::{Map, Number, Value};

use super::read::{List, Name, Object, scalars_come_back, sequence_comes_back};
use super::{Input, InputFailed, ReadElement, Unfit, Wire, WireObject};

/// An object whose names are not known at compile time: a person's fields, attributes of an
/// unknown type, what Persona sent beyond the vendored document.
///
/// It is a [`serde_json::Map`] in all but `Debug`, which prints how much it holds and not what.
/// The map is made when it is first looked at.
#[derive(Clone, Default)]
pub struct OpenObject {
    /// The object as JSON, written by [`Writer`]; empty where the map is all there is.
    text: Box<str>,
    /// Where in the text each member begins.
    members: Box<[u32]>,
    map: OnceLock<Map<String, Value>>,
}

impl OpenObject {
    fn map(&self) -> &Map<String, Value> {
        self.map.get_or_init(|| {
            if self.text.is_empty() {
                return Map::new();
            }
            serde_json::from_str(&self.text).expect(WRITTEN_HERE)
        })
    }

    /// Reads the object as something typed. What comes back did not fit.
    pub(crate) fn read_as(&self, typed: &mut dyn Wire) -> Unfit {
        let read = if self.text.is_empty() {
            typed.read(&mut super::Owned(self.write()))
        } else {
            typed.read(&mut Text(&self.text))
        };
        read.expect("an object in memory can be read")
    }
}

/// Looking at one member, as the fields of an inquiry are looked at.
impl OpenObject {
    /// The member of that name, or else one whose name is `alike`, without making the map.
    pub(crate) fn member(
        &self,
        name: &str,
        alike: fn(&str, &str) -> bool,
    ) -> Option<Cow<'_, Value>> {
        if self.text.is_empty() || self.map.get().is_some() {
            let map = self.map();
            let member = map.get(name).or_else(|| {
                let mut others = map.iter();
                others.find_map(|(known, member)| alike(known, name).then_some(member))
            });
            return member.map(Cow::Borrowed);
        }
        // Of two with one name the last counts, as it does in a map.
        let members = || (0..self.members.len()).rev().map(|at| self.member_at(at));
        let value = members()
            .find_map(|(known, value)| (known == name).then_some(value))
            .or_else(|| members().find_map(|(known, value)| alike(&known, name).then_some(value)));
        value.map(|value| Cow::Owned(serde_json::from_str(value).expect(WRITTEN_HERE)))
    }

    /// Name and value of one member, from the text.
    fn member_at(&self, at: usize) -> (Cow<'_, str>, &str) {
        let begin = self.members[at] as usize;
        let end = match self.members.get(at + 1) {
            Some(next) => *next as usize - ",".len(),
            None => self.text.len() - "}".len(),
        };
        let member = &self.text[begin..end];
        let plain = member[1..].split_once('"').expect(WRITTEN_HERE);
        let (name, value) = if plain.0.contains('\\') {
            let mut names = serde_json::Deserializer::from_str(member).into_iter::<String>();
            let name = names.next().and_then(Result::ok).expect(WRITTEN_HERE);
            (name.into(), &member[names.byte_offset()..])
        } else {
            (plain.0.into(), plain.1)
        };
        (name, &value[":".len()..])
    }
}

impl Deref for OpenObject {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        self.map()
    }
}

impl DerefMut for OpenObject {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.map();
        // The map may differ from now on.
        self.text = Box::default();
        self.members = Box::default();
        self.map.get_mut().expect("made above")
    }
}

impl From<Map<String, Value>> for OpenObject {
    fn from(map: Map<String, Value>) -> Self {
        Self {
            text: Box::default(),
            members: Box::default(),
            map: map.into(),
        }
    }
}

impl PartialEq for OpenObject {
    fn eq(&self, other: &Self) -> bool {
        self.map() == other.map()
    }
}

impl fmt::Debug for OpenObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenObject({})", self.len())
    }
}

impl Wire for OpenObject {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        input.open(self)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Object(self.map().clone()))
    }
}

/// Reads an object as it is; anything else comes back.
pub(super) struct Open<'o>(pub(super) &'o mut OpenObject);

impl<'de> DeserializeSeed<'de> for Open<'_> {
    type Value = Unfit;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unfit, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Open<'_> {
    type Value = Unfit;

    scalars_come_back!();
    sequence_comes_back!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unfit, A::Error> {
        // Enough for most of them, so that they need not grow.
        let mut text = String::with_capacity(1024);
        let mut members = Vec::with_capacity(32);
        text.push('{');
        while let Some(name) = map.next_key::<Name<'de>>()? {
            if !members.is_empty() {
                text.push(',');
            }
            members.push(u32::try_from(text.len()).map_err(A::Error::custom)?);
            write_string(&name.0, &mut text);
            text.push(':');
            map.next_value_seed(Writer {
                text: &mut text,
                levels_left: LEVELS - 1,
            })?;
        }
        text.push('}');
        // A copy of the right size is cheaper than to shrink, and the next object reuses the room.
        *self.0 = OpenObject {
            text: text.as_str().into(),
            members: members.as_slice().into(),
            map: OnceLock::new(),
        };
        Ok(None)
    }
}

/// Why reading a text again cannot fail.
const WRITTEN_HERE: &str = "a text that was written from an object";

/// How deep an object may nest, so that its text can be read again: `serde_json` stops at 128.
const LEVELS: u8 = 127;

/// Writes what a deserializer reads as JSON, so that any format can be kept as text.
struct Writer<'t> {
    text: &'t mut String,
    levels_left: u8,
}

impl Writer<'_> {
    fn below<E: serde::de::Error>(&mut self) -> Result<Writer<'_>, E> {
        let levels_left = self.levels_left.checked_sub(1);
        Ok(Writer {
            levels_left: levels_left.ok_or_else(|| E::custom("nested too deep"))?,
            text: self.text,
        })
    }

    fn number(self, number: Number) {
        write!(self.text, "{number}").expect("a text takes anything");
    }
}

fn write_string(string: &str, text: &mut String) {
    if needs_escape(string.as_bytes()) {
        text.push_str(&Value::from(string).to_string());
    } else {
        text.reserve(string.len() + 2);
        text.push('"');
        text.push_str(string);
        text.push('"');
    }
}

/// Whether JSON writes one of these bytes in another way. Eight are looked at in one go, some of
/// them twice: this is where most of the time of reading an answer would go otherwise.
fn needs_escape(bytes: &[u8]) -> bool {
    if let Some(last) = bytes.last_chunk() {
        let (words, _) = bytes.as_chunks();
        return words.iter().chain([last]).any(|word| holds_escape(*word));
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        return holds_escape([*a, *b, *c, *d, *e, *f, *g, *h]);
    }
    bytes
        .iter()
        .any(|byte| *byte < b' ' || *byte == b'"' || *byte == b'\\')
}

fn holds_escape(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // With one bit turned, the quote follows upon the control characters.
    const CONTROL_OR_QUOTE: u64 = (b'"' ^ 2) as u64 + 1;
    // The high bit of each byte that is below `limit`, at most 128; bytes above 127 are not.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let word = u64::from_ne_bytes(bytes);
    below(word ^ (ONES * 2), CONTROL_OR_QUOTE) | is(word, b'\\') != 0
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.text.push_str("null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.number(value.into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.number(value.into());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        match Number::from_f64(value) {
            Some(number) => self.number(number),
            // As a JSON value has it.
            None => self.text.push_str("null"),
        }
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        write_string(value, self.text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.text.push('[');
        let empty = self.text.len();
        loop {
            let before = self.text.len();
            if before > empty {
                self.text.push(',');
            }
            let one = self.below::<A::Error>()?;
            if seq.next_element_seed(one)?.is_none() {
                self.text.truncate(before);
                break;
            }
        }
        self.text.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.text.push('{');
        let empty = self.text.len();
        while let Some(name) = map.next_key::<Name<'de>>()? {
            if self.text.len() > empty {
                self.text.push(',');
            }
            write_string(&name.0, self.text);
            self.text.push(':');
            map.next_value_seed(self.below::<A::Error>()?)?;
        }
        self.text.push('}');
        Ok(())
    }
}

/// The text of an open object, to be read as something typed.
struct Text<'t>(&'t str);

impl<'t> Text<'t> {
    fn read<S: DeserializeSeed<'t>>(&self, seed: S) -> Result<S::Value, InputFailed> {
        let mut document = serde_json::Deserializer::from_str(self.0);
        seed.deserialize(&mut document).map_err(|_| InputFailed)
    }
}

impl Input for Text<'_> {
    fn value(&mut self) -> Result<Value, InputFailed> {
        self.read(std::marker::PhantomData::<Value>)
    }

    fn object(&mut self, object: &mut dyn WireObject) -> Result<Unfit, InputFailed> {
        self.read(Object(object))
    }

    fn open(&mut self, object: &mut OpenObject) -> Result<Unfit, InputFailed> {
        self.read(Open(object))
    }

    fn list(&mut self, element: &mut ReadElement<'_>) -> Result<Unfit, InputFailed> {
        self.read(List(element))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json_api::ResourceObject;

    fn same(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    /// The attributes of a resource, read from text.
    fn read(attributes: &str) -> OpenObject {
        let text = format!(r#"{{"type":"x","id":"x_1","attributes":{attributes}}}"#);
        let object: ResourceObject = serde_json::from_str(&text).unwrap();
        object.attributes
    }

    #[test]
    fn every_kind_of_value_is_kept() {
        let value = json!({
            "": "",
            "text": "plain", "escapes \" \\": "a \"quote\", a \\, a line\nbreak, \u{0} and \u{1f}", "é": "\u{2028}🦀",
            "numbers": [0, -1, 1.0, -0.0, 1e300, 5e-324, u64::MAX, i64::MIN, 52.1042],
            "others": [null, true, false, [], {}, [[]], [{}], {"a": {"b": [1]}}],
        });
        let object = read(&value.to_string());
        assert_eq!(object.write(), Some(value.clone()));
        let from_value: OpenObject = {
            let object = json!({"type": "x", "id": "x_1", "attributes": value});
            let object: ResourceObject = serde_json::from_value(object).unwrap();
            object.attributes
        };
        assert_eq!(from_value, object);
        assert!(from_value.text.contains("52.1042"), "kept as text as well");
    }

    #[test]
    fn a_member_is_found_in_the_text_as_in_the_map() {
        let text = r#"{"A":1,"a":2,"b":{"c":[3]},"a":4,"B":5,"c\u0064":6}"#;
        for name in ["a", "A", "b", "B", "cd", "CD", "d"] {
            let object = read(text);
            let in_text = object.member(name, same).map(Cow::into_owned);
            assert!(object.map.get().is_none(), "the map was not made");
            assert!(object.len() > 1);
            assert_eq!(in_text, object.member(name, same).map(Cow::into_owned));
            assert_eq!(in_text.is_none(), name == "d");
        }
    }

    #[test]
    fn every_byte_that_needs_an_escape_is_seen_wherever_it_stands() {
        for (length, at) in (1..=20).flat_map(|length| (0..length).map(move |at| (length, at))) {
            for byte in 0..=127_u8 {
                let mut text = "x".repeat(length);
                text.replace_range(at..=at, char::from(byte).encode_utf8(&mut [0]));
                let written = Value::from(text.as_str()).to_string();
                assert_eq!(
                    needs_escape(text.as_bytes()),
                    written.contains('\\'),
                    "{text:?}"
                );
            }
        }
        assert!(!needs_escape("ünter dem Grün ñ 🦀🦀🦀".as_bytes()));
    }

    #[test]
    fn a_change_is_what_counts_from_then_on() {
        let mut object = read(r#"{"a":1}"#);
        object.insert("b".to_owned(), json!(2));
        object.remove("a");
        assert_eq!(object.write(), Some(json!({"b": 2})));
        assert_eq!(object.member("a", same), None);
        assert_eq!(object.member("B", same).as_deref(), Some(&json!(2)));
        assert_eq!(object.clone(), object);
    }

    #[test]
    fn as_deep_as_a_document_can_be_read_again_and_no_deeper() {
        let nested = |levels: usize| {
            let value = (0..levels).fold(json!(1), |inner, _| json!([inner]));
            serde_json::from_value::<ResourceObject>(
                json!({"type": "x", "attributes": {"a": value}}),
            )
        };
        assert_eq!(nested(126).unwrap().attributes.len(), 1);
        assert!(nested(127).is_err());
    }
}
