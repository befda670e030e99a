use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows in the order of their creation, found by id. Nothing is taken out, but from a table of
/// logs: Persona keeps what was redacted or expired, too.
pub(crate) struct Table<T> {
    rows: Vec<T>,
    position: HashMap<String, usize>,
}

impl<T> Table<T> {
    pub(crate) fn insert(&mut self, id: &str, row: T) {
        self.position.insert(id.to_owned(), self.rows.len());
        self.rows.push(row);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.position.get(id).map(|&at| &self.rows[at])
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.position.get(id).map(|&at| &mut self.rows[at])
    }

    /// Oldest first.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Oldest first, to be changed.
    /// Drops the oldest rows once there are twice as many as are to be kept.
    pub(crate) fn keep_newest(&mut self, kept: usize) {
        if self.rows.len() < kept * 2 {
            return;
        }
        let gone = self.rows.len() - kept;
        self.rows.drain(..gone);
        self.position.retain(|_, at| *at >= gone);
        for at in self.position.values_mut() {
            *at -= gone;
        }
    }

    pub(crate) fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }

    /// Where a row stands, counted from the oldest.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.position.get(id).copied()
    }
}

/// As pairs of id and row, in the order of their creation.
impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = vec![""; self.rows.len()];
        for (id, &at) in &self.position {
            ids[at] = id;
        }
        serializer.collect_seq(ids.into_iter().zip(&self.rows))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = Vec::<(String, T)>::deserialize(deserializer)?;
        let mut table = Self::default();
        for (id, row) in pairs {
            table.insert(&id, row);
        }
        Ok(table)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            position: HashMap::new(),
        }
    }
}
