//! The values that a property can hold, and how each is read and written.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::{Input, InputFailed, Owned, ReportExtra, Unfit, Wire};

impl<T: Wire + Default> Wire for Option<T> {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        let mut inner = T::default();
        *self = None;
        match inner.read(input)? {
            None => *self = Some(inner),
            // A null says no more than a missing property.
            Some(Value::Null) => {}
            unfit => return Ok(unfit),
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        self.as_ref()?.write()
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        if let Some(inner) = self {
            inner.report_extra(at, report);
        }
    }
}

impl<T: Wire + Default> Wire for Vec<T> {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        self.clear();
        // From the first element that does not fit, the whole list is kept as it came.
        let mut kept: Option<Vec<Value>> = None;
        let unfit = input.list(&mut |input| {
            if let Some(kept) = &mut kept {
                kept.push(input.value()?);
                return Ok(None);
            }
            let mut element = T::default();
            match element.read(input)? {
                None => self.push(element),
                Some(unfit) => {
                    let mut before: Vec<Value> =
                        self.drain(..).filter_map(|one| one.write()).collect();
                    before.push(unfit);
                    kept = Some(before);
                }
            }
            Ok(None)
        })?;
        Ok(unfit.or(kept.map(Value::Array)))
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Array(
            self.iter()
                .map(|one| one.write().unwrap_or(Value::Null))
                .collect(),
        ))
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        for one in self {
            one.report_extra(at, report);
        }
    }
}

impl<T: Wire + Default> Wire for BTreeMap<String, T> {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        let map = match input.value()? {
            Value::Object(map) => map,
            unfit => return Ok(Some(unfit)),
        };
        self.clear();
        for (name, value) in &map {
            let mut one = T::default();
            if one.read(&mut Owned(Some(value.clone())))?.is_some() {
                self.clear();
                return Ok(Some(Value::Object(map)));
            }
            self.insert(name.clone(), one);
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        let entries = self
            .iter()
            .map(|(name, one)| (name.clone(), one.write().unwrap_or(Value::Null)));
        Some(Value::Object(entries.collect()))
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        for (name, one) in self {
            one.report_extra(&format!("{at}.{name}"), report);
        }
    }
}

/// A value that JSON has itself: the pattern it fits, and how it is written.
macro_rules! plain_value {
    ($($type:ty: $pattern:pat => $read:expr, $this:ident => $write:expr;)*) => {$(
        impl Wire for $type {
            fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
                match input.value()? {
                    $pattern => *self = $read,
                    unfit => return Ok(Some(unfit)),
                }
                Ok(None)
            }

            fn write(&self) -> Option<Value> {
                let $this = self;
                Some($write)
            }
        }
    )*};
}

plain_value! {
    String: Value::String(text) => text, this => Value::String(this.clone());
    bool: Value::Bool(yes) => yes, this => Value::Bool(*this);
}

impl Wire for Value {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        *self = input.value()?;
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        Some(self.clone())
    }
}

impl Wire for i64 {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        let value = input.value()?;
        match value.as_i64() {
            Some(number) => *self = number,
            None => return Ok(Some(value)),
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
}

/// A number exactly as it was written, so that `1` does not come back as `1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(Number);

impl Decimal {
    /// The nearest floating-point value.
    pub fn to_f64(&self) -> f64 {
        self.0.as_f64().unwrap_or(f64::NAN)
    }

    /// The shortest decimal for a floating-point value; `None` if it is not finite,
    /// which JSON has no word for.
    pub fn from_f64(number: f64) -> Option<Self> {
        Number::from_f64(number).map(Self)
    }
}

impl Default for Decimal {
    fn default() -> Self {
        Self(Number::from(0))
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(Number::from(number))
    }
}

impl Wire for Decimal {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        match input.value()? {
            Value::Number(number) => self.0 = number,
            unfit => return Ok(Some(unfit)),
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Number(self.0.clone()))
    }
}
