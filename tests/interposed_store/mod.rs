//! A store in which a test can step in before each operation: to take note of it, to hold it up,
//! or to refuse it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use withpersona::store::{Lease, Replaced, Store, StoreError, StoreFuture, Subscription};

/// What comes before an operation, by its name and what it is about: a key, a lease or a topic.
type Before = Box<dyn Fn(&'static str, &str) -> Step + Send + Sync>;
type Step = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

pub struct Interposed {
    inner: Arc<dyn Store>,
    before: Before,
}

impl Interposed {
    /// An operation is carried out once the step before it is over, unless that fails.
    pub fn before<F, Fut>(inner: Arc<dyn Store>, step: F) -> Arc<dyn Store>
    where
        F: Fn(&'static str, &str) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), StoreError>> + Send + 'static,
    {
        Arc::new(Self {
            inner,
            before: Box::new(move |operation, about| Box::pin(step(operation, about))),
        })
    }
}

macro_rules! interposed {
    ($($name:ident($($argument:ident: $type:ty),*) about $about:expr, gives $output:ty;)*) => {
        impl Store for Interposed {
            $(fn $name<'s>(&'s self, $($argument: $type),*) -> StoreFuture<'s, $output> {
                let step = (self.before)(stringify!($name), $about);
                Box::pin(async move {
                    step.await?;
                    self.inner.$name($($argument),*).await
                })
            })*
        }
    };
}

interposed! {
    get(key: &'s str) about key, gives Option<Vec<u8>>;
    put(key: &'s str, value: &'s [u8], keep: Duration) about key, gives ();
    put_new(key: &'s str, value: &'s [u8], keep: Duration) about key, gives bool;
    replace(key: &'s str, seen: Option<&'s [u8]>, value: &'s [u8], keep: Duration) about key,
        gives Replaced;
    remove(key: &'s str) about key, gives ();
    add(key: &'s str, by: u64, keep: Duration) about key, gives u64;
    secret(key: &'s str) about key, gives Option<Vec<u8>>;
    put_secret(key: &'s str, secret: &'s [u8], keep: Duration, lease: &'s Lease) about key,
        gives bool;
    acquire(name: &'s str, term: Duration) about name, gives Option<Lease>;
    renew(lease: &'s Lease, term: Duration) about &lease.name, gives bool;
    release(lease: &'s Lease) about &lease.name, gives ();
    publish(topic: &'s str, message: &'s [u8]) about topic, gives ();
    subscribe(topic: &'s str) about topic, gives Subscription;
}

impl fmt::Debug for Interposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interposed").finish_non_exhaustive()
    }
}
