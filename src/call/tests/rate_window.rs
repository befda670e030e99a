//! Many calls over a server with a fixed window: nothing is refused, nothing is wasted, and
//! whoever is waited for goes first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderMap;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::server::{Fate, Script, answer, get, path, post};
use crate::call::transport::{Exchange, Sending};
use crate::call::{CallOptions, Lane, Outgoing};
use crate::error::{Delivery, ErrorKind};

const LENGTH: Duration = Duration::from_secs(60);

/// Lets so many requests through in each window, which begins with its first request.
#[derive(Clone)]
pub(super) struct Windowed {
    limit: u32,
    latency: fn() -> Duration,
    pub(super) seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
pub(super) struct Seen {
    begun: Option<Instant>,
    /// How many were let through, window by window.
    pub(super) used: Vec<u32>,
    pub(super) refused: u32,
}

impl Windowed {
    pub(super) fn new(limit: u32, latency: fn() -> Duration) -> Self {
        Self {
            limit,
            latency,
            seen: Arc::default(),
        }
    }

    fn take(&self) -> Fate {
        let mut seen = self.seen.lock().unwrap();
        let now = Instant::now();
        let begun = match seen.begun.filter(|begun| now < *begun + LENGTH) {
            Some(begun) => begun,
            None => {
                seen.begun = Some(now);
                seen.used.push(0);
                now
            }
        };
        let reset = (begun + LENGTH - now).as_secs();
        let used = seen.used.last_mut().unwrap();
        let (status, remaining) = if *used < self.limit {
            *used += 1;
            (200, self.limit - *used)
        } else {
            seen.refused += 1;
            (429, 0)
        };
        Fate::status(status)
            .with("ratelimit-limit", self.limit)
            .with("ratelimit-remaining", remaining)
            .with("ratelimit-reset", reset)
    }
}

impl Exchange for Windowed {
    fn send<'a>(&'a self, _: &'a Outgoing, _: HeaderMap) -> Sending<'a> {
        Box::pin(async move {
            sleep((self.latency)()).await;
            let fate = self.take();
            sleep((self.latency)()).await;
            answer(fate).await
        })
    }
}

pub(super) fn any_latency() -> Duration {
    Duration::from_millis(fastrand::u64(5..400))
}

pub(super) fn patient() -> CallOptions {
    CallOptions::new().call_timeout(Duration::from_secs(60 * 60))
}

#[tokio::test(start_paused = true)]
async fn two_thousand_calls_of_32_tasks_use_every_window_and_are_never_refused() {
    for lane in [Lane::Interactive, Lane::Background] {
        let server = Windowed::new(300, any_latency);
        let path = path(server.clone()).with(patient().lane(lane));
        let mut tasks = JoinSet::new();
        let left = Arc::new(Mutex::new(2000));
        for _ in 0..32 {
            let (path, left) = (path.clone(), left.clone());
            tasks.spawn(async move {
                while take_one(&left) {
                    path.send(get()).await.unwrap();
                }
            });
        }
        tasks.join_all().await;
        let seen = server.seen.lock().unwrap();
        assert_eq!(seen.refused, 0, "{lane:?}");
        assert_eq!(seen.used.iter().sum::<u32>(), 2000, "{lane:?}");
        let (_, whole) = seen.used.split_last().unwrap();
        let least = whole.iter().min().unwrap();
        assert!(*least >= 291, "{lane:?}: {:?}", seen.used);
    }
}

pub(super) fn take_one(left: &Mutex<u32>) -> bool {
    let mut left = left.lock().unwrap();
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

#[tokio::test(start_paused = true)]
async fn interactive_calls_hardly_wait_while_background_calls_do() {
    let server = Windowed::new(300, || Duration::from_millis(25));
    let path = path(server.clone()).with(patient());
    let mut background = JoinSet::new();
    for _ in 0..1200 {
        let path = path.in_background();
        background.spawn(async move {
            let begun = Instant::now();
            path.send(get()).await.unwrap();
            begun.elapsed()
        });
        // The first answer tells the limit.
        if background.len() == 1 {
            sleep(Duration::from_secs(1)).await;
        }
    }
    let mut interactive = Vec::new();
    for _ in 0..60 {
        let begun = Instant::now();
        path.send(post()).await.unwrap();
        interactive.push(begun.elapsed());
        sleep(Duration::from_secs(3)).await;
    }
    let background = background.join_all().await;
    let mean = |waits: &[Duration]| waits.iter().sum::<Duration>() / waits.len() as u32;
    let (interactive, background) = (mean(&interactive), mean(&background));
    assert!(
        interactive * 100 < background,
        "{interactive:?} and {background:?}"
    );
    assert_eq!(server.seen.lock().unwrap().refused, 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_go_in_time_fails_at_once() {
    let used_up = Fate::status(200)
        .with("ratelimit-limit", 300)
        .with("ratelimit-remaining", 0)
        .with("ratelimit-reset", 50);
    let server = Script::new([used_up]);
    let path = path(server.clone());
    path.send(get()).await.unwrap();

    let begun = Instant::now();
    let hasty = CallOptions::new().call_timeout(Duration::from_secs(20));
    let error = path.with(hasty).send(post()).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.attempts(), 0);
    assert!(error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(51)));
    assert_eq!(server.seen().len(), 1);

    // With time enough it goes when the window is over.
    path.send(post()).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 51);
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_the_window_too() {
    let refused = Fate::status(404)
        .with("ratelimit-limit", 300)
        .with("ratelimit-remaining", 7)
        .with("ratelimit-reset", 50);
    let path = path(Script::new([refused]));
    assert!(path.shared.rate.state().is_none());
    path.send(get()).await.unwrap_err();
    let state = path.shared.rate.state().unwrap();
    assert_eq!((state.limit, state.remaining, state.waiting), (300, 7, 0));
    assert_eq!(state.resets_in, Some(Duration::from_secs(51)));
    sleep(Duration::from_secs(52)).await;
    let state = path.shared.rate.state().unwrap();
    assert_eq!((state.remaining, state.resets_in), (300, None));
}

#[tokio::test(start_paused = true)]
async fn a_429_about_a_quota_does_not_hold_other_calls_back() {
    let quota = Fate::status(429)
        .with("ratelimit-limit", 300)
        .with("ratelimit-remaining", 200)
        .with("ratelimit-reset", 50);
    let server = Script::new([quota]);
    let path = path(server.clone());
    let once = CallOptions::new().retry_policy(crate::retry::NeverRetry);
    path.with(once).send(post()).await.unwrap_err();
    let begun = Instant::now();
    path.send(get()).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_place_back() {
    let answered = |remaining: u32| {
        Fate::status(200)
            .with("ratelimit-limit", 2)
            .with("ratelimit-remaining", remaining)
            .with("ratelimit-reset", 30)
    };
    let server = Script::new([answered(0), answered(1), answered(0)]);
    let path = path(server.clone());
    path.send(get()).await.unwrap();
    let mut held_back = JoinSet::new();
    for _ in 0..3 {
        let path = path.clone();
        held_back.spawn(async move { path.send(get()).await });
        tokio::task::yield_now().await;
    }
    assert_eq!(path.shared.rate.state().unwrap().waiting, 3);
    held_back.shutdown().await;
    assert_eq!(path.shared.rate.state().unwrap().waiting, 0);
    path.send(get()).await.unwrap();
    path.send(get()).await.unwrap();
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn answers_without_rate_headers_hold_nobody_back() {
    for header in [
        None,
        Some("ratelimit-limit"),
        Some("ratelimit-remaining"),
        Some("ratelimit-reset"),
    ] {
        let fate = header.map_or(Fate::status(200), |name| Fate::status(200).with(name, 0));
        let server = Script::new(vec![fate; 500]);
        let path = path(server.clone());
        let begun = Instant::now();
        for _ in 0..500 {
            path.send(get()).await.unwrap();
        }
        assert_eq!(begun.elapsed(), Duration::ZERO, "{header:?}");
    }
}
