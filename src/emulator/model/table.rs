use std::collections::HashMap;

/// Rows in the order of their creation, found by id. Nothing is ever taken out: Persona keeps
/// what was redacted or expired, too.
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

    pub(crate) fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }

    /// Where a row stands, counted from the oldest.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.position.get(id).copied()
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
