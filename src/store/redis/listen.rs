//! Listening to a topic, over reconnects.

use std::time::Duration;

use ::redis::{Client, Msg};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::store::{Heard, StoreError, Subscription};

/// How many messages may wait for a listener before it hears of a gap.
const BACKLOG: usize = 1024;

/// How often a silent connection is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(10);

/// How long to wait before connecting again.
const BEFORE_RECONNECT: Duration = Duration::from_millis(200);

/// Listens from when this returns on. A connection of its own, for as long as it is listened to.
pub(super) async fn listen(
    client: Client,
    channel: String,
    limit: Duration,
) -> Result<Subscription, StoreError> {
    let first = connect(&client, &channel, limit).await?;
    let (to, messages) = mpsc::channel(BACKLOG);
    tokio::spawn(async move {
        let mut hearing = Hearing { to, missed: false };
        let mut connection = Some(first);
        while !hearing.to.is_closed() {
            match connection.take() {
                Some(connection) => {
                    hearing.forward(connection, limit).await;
                    // What is said from now on until there is a connection again is not heard.
                    hearing.missed = true;
                }
                None => match connect(&client, &channel, limit).await {
                    Ok(again) => {
                        hearing.tell_of_gap();
                        connection = Some(again);
                    }
                    Err(_) => sleep(BEFORE_RECONNECT).await,
                },
            }
        }
    });
    Ok(Subscription::new(messages))
}

async fn connect(
    client: &Client,
    channel: &str,
    limit: Duration,
) -> Result<::redis::aio::PubSub, StoreError> {
    let connecting = async {
        let mut connection = client.get_async_pubsub().await?;
        connection.subscribe(channel).await?;
        Ok::<_, ::redis::RedisError>(connection)
    };
    match timeout(limit, connecting).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(_)) => Err(StoreError::new("Redis cannot be listened to")),
        Err(_) => Err(StoreError::new("Redis did not answer in time")),
    }
}

struct Hearing {
    to: mpsc::Sender<Heard>,
    /// Whether something may have been missed that the listener was not told of.
    missed: bool,
}

impl Hearing {
    /// Until the connection is lost, or nobody listens any more.
    async fn forward(&mut self, connection: ::redis::aio::PubSub, limit: Duration) {
        let (mut sink, stream) = connection.split();
        let mut stream = pin!(stream);
        loop {
            let nobody_listens = self.to.clone();
            let heard = tokio::select! {
                heard = timeout(PING_EVERY, next(stream.as_mut())) => heard,
                () = nobody_listens.closed() => return,
            };
            match heard {
                Ok(Some(message)) => {
                    self.tell(Heard::Message(message.get_payload_bytes().to_vec()))
                }
                Ok(None) => return,
                Err(_) => match timeout(limit, sink.ping::<::redis::Value>()).await {
                    Ok(Ok(_)) => {}
                    _ => return,
                },
            }
        }
    }

    fn tell_of_gap(&mut self) {
        self.missed = self.to.try_send(Heard::Gap).is_err();
    }

    fn tell(&mut self, message: Heard) {
        if self.missed {
            self.tell_of_gap();
        }
        if !self.missed {
            self.missed = self.to.try_send(message).is_err();
        }
    }
}

async fn next(mut stream: Pin<&mut impl Stream<Item = Msg>>) -> Option<Msg> {
    poll_fn(|cx| stream.as_mut().poll_next(cx)).await
}
