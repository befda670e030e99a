//! The store of a fleet.

mod listen;
mod scripts;
mod seal;

use std::fmt;
use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, Cmd, FromRedisValue, RedisError, RedisResult, Script};
use tokio::time::Instant;

use self::scripts::Scripts;
use self::seal::Seal;
use super::{Lease, MemoryStore, REST, Replaced, Store, StoreError, StoreFuture, Subscription};
use crate::error::Error;

pub use self::seal::SealKey;

const DEFAULT_PREFIX: &str = "withpersona:";
const DEFAULT_RESPONSE_TIMEOUT: Duration = Duration::from_millis(250);

/// Remembers in a Redis that all processes of a fleet share.
///
/// Session tokens are sealed at rest under a [`SealKey`]. Without one, Redis holds leases,
/// counters and which tokens are outdated, and each process keeps its tokens for itself.
///
/// It needs one Redis 6 or later (or what speaks like one, such as Valkey), with Lua scripts and
/// publish/subscribe; not a Redis Cluster. Nothing is lost when Redis is flushed or started anew:
/// its callers then ask Persona again. A Redis that fails or does not answer within the response
/// timeout is left alone for half a second, so that a slow one holds up nobody.
///
/// ```no_run
/// use std::sync::Arc;
/// use withpersona::Persona;
/// use withpersona::store::{RedisStore, SealKey};
///
/// # fn example(key_from_your_secret_store: [u8; 32]) -> Result<(), withpersona::Error> {
/// let store = RedisStore::builder("redis://127.0.0.1:6379")
///     .seal_with(SealKey::new(key_from_your_secret_store))
///     .build()?;
/// let persona = Persona::builder()
///     .api_key("persona_sandbox_5e1f")
///     .store(Arc::new(store))
///     .build()?;
/// # Ok(())
/// # }
/// ```
pub struct RedisStore {
    client: Client,
    /// Made by the first operation, which runs where connections can be made.
    connection: OnceLock<ConnectionManager>,
    prefix: String,
    limit: Duration,
    seal: Seal,
    /// The secrets of this process, where they stay in it.
    own: MemoryStore,
    scripts: Scripts,
    begun: Instant,
    /// Until when Redis is left alone, in milliseconds after `begun`.
    rests_until: AtomicU64,
}

/// Settings of a [`RedisStore`].
#[must_use]
pub struct RedisStoreBuilder {
    url: String,
    prefix: String,
    limit: Duration,
    keys: Vec<SealKey>,
    unsealed: bool,
}

impl RedisStore {
    /// A store at `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS.
    pub fn builder(url: impl Into<String>) -> RedisStoreBuilder {
        RedisStoreBuilder {
            url: url.into(),
            prefix: DEFAULT_PREFIX.to_owned(),
            limit: DEFAULT_RESPONSE_TIMEOUT,
            keys: Vec::new(),
            unsealed: false,
        }
    }
}

impl RedisStoreBuilder {
    /// What all keys and topics begin with; `withpersona:` unless set. Give each environment of
    /// Persona one of its own where they share a Redis.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long one operation may take, connecting included; 250 ms unless set.
    pub fn response_timeout(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Seals session tokens under this key, with XChaCha20-Poly1305.
    pub fn seal_with(mut self, key: SealKey) -> Self {
        self.keys.insert(0, key);
        self
    }

    /// Opens what was sealed under an older key as well. To rotate: give the new key to
    /// [`seal_with`](Self::seal_with) and the one before to this, for as long as tokens live.
    pub fn also_open_with(mut self, key: SealKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Puts session tokens into Redis as they are. Whoever can read that Redis, its backups or
    /// the line to it can then enter the inquiries of people and see their data.
    pub fn insecure_unsealed_tokens(mut self) -> Self {
        self.unsealed = true;
        self
    }

    /// Checks the settings. Nothing is sent: the first operation connects.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for an address that is none
    /// of a Redis, a timeout of zero, and for a key beside `insecure_unsealed_tokens`. The
    /// message repeats nothing of the address, which can hold a password.
    pub fn build(self) -> Result<RedisStore, Error> {
        let client = Client::open(self.url).map_err(|_| {
            Error::configuration("the address of Redis is none: use redis://host:port")
        })?;
        if self.limit.is_zero() {
            return Err(Error::configuration(
                "the response timeout of Redis is zero",
            ));
        }
        let seal = match (self.keys.is_empty(), self.unsealed) {
            (true, false) => Seal::KeepHere,
            (true, true) => Seal::None,
            (false, false) => Seal::under(&self.keys),
            (false, true) => {
                return Err(Error::configuration(
                    "a key to seal tokens with is given together with insecure_unsealed_tokens",
                ));
            }
        };
        Ok(RedisStore {
            client,
            connection: OnceLock::new(),
            prefix: self.prefix,
            limit: self.limit,
            seal,
            own: MemoryStore::new(),
            scripts: Scripts::new(),
            begun: Instant::now(),
            rests_until: AtomicU64::new(0),
        })
    }
}

/// The steps of an operation: all within one limit, none while Redis is left alone.
impl RedisStore {
    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn lease_name(&self, lease: &str) -> String {
        format!("{}lease/{lease}", self.prefix)
    }

    /// A command that may be sent twice: once more where the connection turns out to be dead.
    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Result<T, StoreError> {
        self.within_limit(
            async |mut connection| match command.query_async(&mut connection).await {
                Err(error) if is_lost(&error) => command.query_async(&mut connection).await,
                result => result,
            },
        )
        .await
    }

    async fn ask_once<T: FromRedisValue>(&self, command: Cmd) -> Result<T, StoreError> {
        self.within_limit(async |mut connection| command.query_async(&mut connection).await)
            .await
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[&str],
        arguments: &[&[u8]],
    ) -> Result<T, StoreError> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(*key);
        }
        for argument in arguments {
            call.arg(*argument);
        }
        self.within_limit(async |mut connection| call.invoke_async(&mut connection).await)
            .await
    }

    async fn within_limit<T, F>(
        &self,
        operation: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if self.now() < self.rests_until.load(Ordering::Relaxed) {
            return Err(StoreError::new("Redis failed a moment ago"));
        }
        let connection = self.connection()?;
        let failure = match tokio::time::timeout(self.limit, operation(connection)).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => StoreError::new(format!("Redis: {}", error.category())),
            Err(_) => StoreError::new("Redis did not answer in time"),
        };
        let rest = self.now() + millis(REST);
        self.rests_until.store(rest, Ordering::Relaxed);
        Err(failure)
    }

    fn connection(&self) -> Result<ConnectionManager, StoreError> {
        if let Some(connection) = self.connection.get() {
            return Ok(connection.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(self.limit))
            .set_response_timeout(Some(self.limit))
            .set_number_of_retries(0);
        let made = ConnectionManager::new_lazy_with_config(self.client.clone(), config)
            .map_err(|_| StoreError::new("Redis: no connection can be made"))?;
        Ok(self.connection.get_or_init(|| made).clone())
    }

    fn now(&self) -> u64 {
        millis(self.begun.elapsed())
    }
}

fn is_lost(error: &RedisError) -> bool {
    error.is_connection_dropped() && !error.is_timeout()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How long to keep something, as Redis counts it: from one millisecond to a hundred years.
fn keep_for(duration: Duration) -> u64 {
    millis(duration).clamp(1, 100 * 365 * 24 * 60 * 60 * 1000)
}

fn text(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

impl Store for RedisStore {
    fn get<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        Box::pin(async move { self.ask(Cmd::get(self.name(key))).await })
    }

    fn put<'s>(&'s self, key: &'s str, value: &'s [u8], keep: Duration) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            let name = self.name(key);
            self.ask(Cmd::pset_ex(name, value, keep_for(keep))).await
        })
    }

    fn put_new<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, bool> {
        Box::pin(async move {
            let mut command = ::redis::cmd("SET");
            command.arg(self.name(key)).arg(value).arg("NX");
            command.arg("PX").arg(keep_for(keep));
            // Sent twice it could meet its own first value.
            let done: Option<String> = self.ask_once(command).await?;
            Ok(done.is_some())
        })
    }

    fn remove<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            if matches!(self.seal, Seal::KeepHere) {
                self.own.remove(key).await?;
            }
            self.ask(Cmd::del(self.name(key))).await
        })
    }

    fn add<'s>(&'s self, key: &'s str, by: u64, keep: Duration) -> StoreFuture<'s, u64> {
        Box::pin(async move {
            let name = self.name(key);
            let arguments = [text(by), text(keep_for(keep))];
            let [by, keep] = &arguments;
            self.run(&self.scripts.add, &[&name], &[by, keep]).await
        })
    }

    fn replace<'s>(
        &'s self,
        key: &'s str,
        seen: Option<&'s [u8]>,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, Replaced> {
        Box::pin(async move {
            let name = self.name(key);
            let keep = text(keep_for(keep));
            let mut arguments = vec![value, keep.as_slice()];
            arguments.extend(seen);
            let script = &self.scripts.replace;
            let (is_done, there): (bool, Option<Vec<u8>>) =
                self.run(script, &[&name], &arguments).await?;
            Ok(match is_done {
                true => Replaced::Done,
                false => Replaced::Differs(there),
            })
        })
    }

    fn secret<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        Box::pin(async move {
            let name = self.name(key);
            let stored: Option<Vec<u8>> = self.ask(Cmd::get(&name)).await?;
            let Some(stored) = stored else {
                return Ok(None);
            };
            if !matches!(self.seal, Seal::KeepHere) {
                let secret = self.seal.open(&name, &stored);
                if secret.is_none() {
                    tracing::warn!(
                        target: "withpersona",
                        "a secret in Redis does not open under the keys of this process"
                    );
                }
                return Ok(secret);
            }
            let own = self.own.secret(key).await?;
            Ok(own.and_then(|own| Some(own.strip_prefix(&*length_prefixed(&stored))?.to_vec())))
        })
    }

    fn put_secret<'s>(
        &'s self,
        key: &'s str,
        secret: &'s [u8],
        keep: Duration,
        lease: &'s Lease,
    ) -> StoreFuture<'s, bool> {
        Box::pin(async move {
            let name = self.name(key);
            let lease_name = self.lease_name(&lease.name);
            let (fence, keep_ms) = (text(lease.fence), text(keep_for(keep)));
            let keys = [lease_name.as_str(), name.as_str()];
            if !matches!(self.seal, Seal::KeepHere) {
                let stored = self.seal.close(&name, secret)?;
                let arguments: [&[u8]; 3] = [&fence, &stored, &keep_ms];
                return self.run(&self.scripts.put_secret, &keys, &arguments).await;
            }
            let script = &self.scripts.put_generation;
            let generation: Option<Vec<u8>> = self.run(script, &keys, &[&fence, &keep_ms]).await?;
            let Some(generation) = generation else {
                return Ok(false);
            };
            let own = [&length_prefixed(&generation), secret].concat();
            self.own.put(key, &own, keep).await?;
            Ok(true)
        })
    }

    fn acquire<'s>(&'s self, name: &'s str, term: Duration) -> StoreFuture<'s, Option<Lease>> {
        Box::pin(async move {
            let (lease, last) = (self.lease_name(name), self.name("fence"));
            let script = &self.scripts.acquire;
            let term = text(keep_for(term));
            let fence: Option<String> = self.run(script, &[&lease, &last], &[&term]).await?;
            let fence = fence.map(|fence| fence.parse::<u64>());
            match fence.transpose() {
                Ok(fence) => Ok(fence.map(|fence| Lease {
                    name: name.to_owned(),
                    fence,
                })),
                Err(_) => Err(StoreError::new("Redis gave a fence that is no number")),
            }
        })
    }

    fn renew<'s>(&'s self, lease: &'s Lease, term: Duration) -> StoreFuture<'s, bool> {
        Box::pin(async move {
            let name = self.lease_name(&lease.name);
            let arguments = [text(lease.fence), text(keep_for(term))];
            let [fence, term] = &arguments;
            self.run(&self.scripts.renew, &[&name], &[fence, term])
                .await
        })
    }

    fn release<'s>(&'s self, lease: &'s Lease) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            let name = self.lease_name(&lease.name);
            let fence = text(lease.fence);
            let _: u64 = self.run(&self.scripts.release, &[&name], &[&fence]).await?;
            Ok(())
        })
    }

    fn publish<'s>(&'s self, topic: &'s str, message: &'s [u8]) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            let _: u64 = self.ask(Cmd::publish(self.name(topic), message)).await?;
            Ok(())
        })
    }

    fn subscribe<'s>(&'s self, topic: &'s str) -> StoreFuture<'s, Subscription> {
        Box::pin(listen::listen(
            self.client.clone(),
            self.name(topic),
            self.limit,
        ))
    }
}

/// What a process keeps begins with the generation it is of.
fn length_prefixed(generation: &[u8]) -> Vec<u8> {
    let length = u8::try_from(generation.len()).unwrap_or(u8::MAX);
    [&[length], generation].concat()
}

/// Prints no address: it can hold a password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("prefix", &self.prefix)
            .field("response_timeout", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RedisStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("prefix", &self.prefix)
            .field("response_timeout", &self.limit)
            .finish_non_exhaustive()
    }
}
