//! Lists that come in pages.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::{Error, ErrorKind};
use crate::json_api::PageLinks;

/// Persona's largest page.
pub(crate) const MAX_PAGE_SIZE: u32 = 100;

type Fetch<T> = Box<dyn Fn(Option<Cursor>) -> FetchFuture<T> + Send>;
type FetchFuture<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

/// One page of a list.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it, newest first.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one. Save it to go on later.
    pub next: Option<Cursor>,
}

/// A place in a list from which it can be read on, in this process or in another.
///
/// `Debug` does not print it: that of a search is opaque, and nobody knows what is in it.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor that was saved as text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The cursor as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(..)")
    }
}

/// Which page of a list to read, as JSON. Lists that can be narrowed down have filters of their
/// own, which hold the same.
///
/// ```
/// use withpersona::PageRequest;
///
/// let page: PageRequest = serde_json::from_str(r#"{"page_size": 50, "after": "itmpl_123"}"#)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[cfg(feature = "schemars")]
#[derive(Clone, Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PageRequest {
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    pub(crate) after: Option<Cursor>,
}

/// A list, page by page: a [`Stream`] of pages that asks for one when it is polled for it.
///
/// It ends where Persona says that there is no further page, not at the first short page.
/// Dropping it costs nothing.
///
/// ```no_run
/// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
/// let mut items = persona.inquiries().list().reference_id("user-1").items();
/// while let Some(inquiry) = items.next().await {
///     println!("{:?}", inquiry?.status());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a list asks for nothing until it is polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    /// Where the next page begins; `None` before the first one.
    at: Option<Cursor>,
    state: State<T>,
}

enum State<T> {
    Idle,
    Fetching(FetchFuture<T>),
    Done,
}

impl<T> Pages<T> {
    /// A list that begins at `from` and asks for each page by `fetch`.
    pub(crate) fn new<F, Fut>(from: Option<Cursor>, fetch: F) -> Self
    where
        F: Fn(Option<Cursor>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Page<T>, Error>> + Send + 'static,
    {
        Self {
            fetch: Box::new(move |after| Box::pin(fetch(after))),
            at: from,
            state: State::Idle,
        }
    }

    /// The next page; `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of the list's own call. The same page is asked for again when this is called again,
    /// so a passing fault loses nothing.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        poll_fn(|cx| self.poll_page(cx)).await
    }

    /// Where the next page begins, to be saved and given to `after(..)`; `None` before the first
    /// page and after the last.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.at.as_ref()
    }

    /// The items of all pages, one by one.
    pub fn items(self) -> Items<T> {
        Items {
            pages: self,
            loaded: VecDeque::new(),
        }
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        loop {
            match &mut self.state {
                State::Done => return Poll::Ready(None),
                State::Idle => self.state = State::Fetching((self.fetch)(self.at.clone())),
                State::Fetching(fetch) => {
                    let result = ready!(fetch.as_mut().poll(cx));
                    self.state = State::Idle;
                    if let Ok(page) = &result {
                        self.at = page.next.clone();
                        if self.at.is_none() {
                            self.state = State::Done;
                        }
                    }
                    return Poll::Ready(Some(result));
                }
            }
        }
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(cx)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// The items of a list, one by one: a [`Stream`] that asks for a page when it needs one.
#[must_use = "a list asks for nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    loaded: VecDeque<T>,
}

impl<T> Items<T> {
    /// The next item; `None` after the last one.
    ///
    /// # Errors
    ///
    /// As for [`Pages::next`]; the items that were read before are not read again.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.loaded.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(page)) => self.loaded.extend(page.items),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Neither holds anything that is pinned: a fetch is boxed, and items are only moved out.
impl<T> Unpin for Pages<T> {}
impl<T> Unpin for Items<T> {}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(cx)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("at", &self.pages.at)
            .field("loaded", &self.loaded.len())
            .finish_non_exhaustive()
    }
}

/// The page of a list's answer.
pub(crate) fn page<T>(items: Vec<T>, links: Option<&PageLinks>) -> Result<Page<T>, Error> {
    let next = links.and_then(|links| links.next.as_deref());
    let next = next.map(cursor_of).transpose()?;
    Ok(Page { items, next })
}

/// `links.next` is an address, whole or from the root on; what counts of it is `page[after]`.
fn cursor_of(link: &str) -> Result<Cursor, Error> {
    let (_, query) = link.split_once('?').unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "page[after]")
        .map(|(_, after)| Cursor::new(after))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Decode,
                "at links.next: the address has no page[after]",
            )
        })
}

/// Checks a page size before anything is sent.
pub(crate) fn check_page_size(size: u32) -> Result<i64, Error> {
    if (1..=MAX_PAGE_SIZE).contains(&size) {
        Ok(size.into())
    } else {
        Err(Error::invalid_input(format!(
            "the page size is {size}: it must be between 1 and {MAX_PAGE_SIZE}"
        )))
    }
}
