use std::fmt;
use std::sync::{Arc, Mutex};

use crate::emulator::model::webhook_delivery::Delivery;
use crate::emulator::{State, lock};

/// What an emulator sends to webhooks: to look at, to send again, and to disturb.
///
/// Made by [`Emulator::deliveries`](crate::emulator::Emulator::deliveries). Webhooks are set up
/// through the API, as with Persona. They are sent to `http` on a loopback address only.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use withpersona::emulator::{DeliveryState, Emulator};
/// use withpersona::{EventName, NewInquiry, Persona};
///
/// let emulator = Emulator::start().await?;
/// let persona = Persona::builder()
///     .api_key(emulator.api_key())
///     .base_url(emulator.base_url())
///     .build()?;
/// let url = "http://127.0.0.1:9/webhooks"; // nobody listens there
/// persona.webhooks().ensure(url, [EventName::InquiryCreated]).await?;
///
/// let new = NewInquiry::from_template(emulator.default_template_id());
/// persona.inquiries().create(new).await?;
/// emulator.deliveries().settled().await;
/// let delivery = &emulator.deliveries().all()[0];
/// assert_eq!(delivery.event_name, "inquiry.created");
/// assert_eq!(delivery.state, DeliveryState::Waiting); // seven attempts are left
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Deliveries {
    state: Arc<Mutex<State>>,
}

impl Deliveries {
    pub(in crate::emulator) fn new(state: Arc<Mutex<State>>) -> Self {
        Self { state }
    }

    /// Every delivery with its attempts, oldest first.
    pub fn all(&self) -> Vec<Delivery> {
        lock(&self.state).model.deliveries.rows().to_vec()
    }

    /// Sends a delivery now, however it stands; whether there is one of this id.
    pub fn send_again(&self, id: &str) -> bool {
        let model = &mut lock(&self.state).model;
        model.catch_up();
        model.send_again(id)
    }

    /// Sends each of the next deliveries twice, as Persona does when an answer is lost.
    pub fn duplicate_next(&self, deliveries: u32) {
        lock(&self.state).model.outbox.twice = deliveries;
    }

    /// Holds back what is to be sent.
    pub fn hold(&self) {
        lock(&self.state).model.outbox.is_held = true;
    }

    /// Sends what was held back.
    pub fn release(&self) {
        let outbox = &mut lock(&self.state).model.outbox;
        outbox.is_held = false;
        outbox.wake();
    }

    /// Sends what was held back in the wrong order: the newest first.
    pub fn release_reversed(&self) {
        let outbox = &mut lock(&self.state).model.outbox;
        outbox.is_reversed = true;
        outbox.is_held = false;
        outbox.wake();
    }

    /// Waits until nothing is on its way and nothing is due on the emulator's clock, or
    /// deliveries are held.
    pub async fn settled(&self) {
        let settler = lock(&self.state).model.outbox.settler();
        loop {
            let mut ended = std::pin::pin!(settler.notified());
            // It has to listen before the look, or it misses what happens in between.
            ended.as_mut().enable();
            let is_settled = {
                let model = &mut lock(&self.state).model;
                model.catch_up();
                model.outbox.is_settled(model.now())
            };
            if is_settled {
                return;
            }
            ended.await;
        }
    }
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries").finish_non_exhaustive()
    }
}
