//! What every list asks for alike: how much at once, and where to go on.

use crate::error::Error;
use crate::page::{Cursor, check_page_size};

/// The part of a list's request that says nothing of what is listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    size: Option<i64>,
    after: Option<Cursor>,
    fault: Option<Error>,
}

impl Paging {
    pub(crate) fn set_size(&mut self, size: u32) {
        self.size = self.checked(check_page_size(size));
    }

    pub(crate) fn go_on_after(&mut self, cursor: Cursor) {
        self.after = Some(cursor);
    }

    /// Keeps the first thing that cannot be sent, for the first page to tell.
    pub(crate) fn checked<T>(&mut self, given: Result<T, Error>) -> Option<T> {
        match given {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault.get_or_insert(fault);
                None
            }
        }
    }

    /// A text to list by: one that says nothing would list everything.
    pub(crate) fn filled(&mut self, name: &str, text: impl Into<String>) -> Option<String> {
        let text = text.into();
        let given = match text.is_empty() {
            true => Err(Error::invalid_input(format!("{name} is empty"))),
            false => Ok(text),
        };
        self.checked(given)
    }

    pub(crate) fn size(&self) -> Option<i64> {
        self.size
    }

    pub(crate) fn after(&self) -> Option<Cursor> {
        self.after.clone()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.fault.clone().map_or(Ok(()), Err)
    }
}

/// Gives a list its public methods. It has a field `paging: Paging` and a function
/// `fetch(&self, after: Option<&Cursor>)` that asks for one page.
macro_rules! paged {
    // With nothing to narrow it down by but the page.
    ($list:ty => $item:ty, whole) => {
        crate::listing::paged!($list => $item);
        crate::listing::narrows_by_page!($list);
    };
    ($list:ty => $item:ty) => {
        impl $list {
            /// How many to ask for at once, 1 to 100; 10 unless set.
            pub fn page_size(mut self, size: u32) -> Self {
                self.paging.set_size(size);
                self
            }

            /// Goes on where an earlier reading stopped.
            pub fn after(mut self, cursor: crate::page::Cursor) -> Self {
                self.paging.go_on_after(cursor);
                self
            }

            /// One by one.
            pub fn items(self) -> crate::page::Items<$item> {
                self.pages().items()
            }

            /// Page by page.
            ///
            /// What cannot be sent, such as a page size of 0, is the first page's error.
            pub fn pages(self) -> crate::page::Pages<$item> {
                crate::page::Pages::new(self.paging.after(), move |after| {
                    let list = self.clone();
                    async move {
                        list.paging.check()?;
                        list.fetch(after.as_ref()).await
                    }
                })
            }
        }
    };
}

pub(crate) use paged;

/// Lets a list with the setters of [`paged`] take a page that came as JSON.
macro_rules! narrows_by_page {
    ($list:ty) => {
        #[cfg(feature = "schemars")]
        impl $list {
            /// Reads the page that came as JSON.
            pub fn narrow(self, by: crate::page::PageRequest) -> Self {
                let mut list = self;
                crate::arguments::set!(list:
                    by.page_size => page_size,
                    by.after => after,
                );
                list
            }
        }
    };
}

pub(crate) use narrows_by_page;
