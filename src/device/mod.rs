//! Devices: what people have used in their sessions.

use crate::client::Persona;
use crate::error::Error;
#[allow(unused_imports)] // for the documentation
use crate::error::ErrorKind;
use crate::id::{DeviceId, IntoId, SessionId};
use crate::page::{Page, page};
use crate::raw::types;
use crate::view::view;

view! {
    /// A device as Persona sent it. `Debug` prints the id alone.
    Device(types::Device), DeviceId
}

impl Device {
    /// What a mobile operating system calls the device for your app.
    pub fn vendor_id(&self) -> Option<&str> {
        self.0.attributes.device_vendor_id.as_deref()
    }

    /// What is alike on all visits of a device.
    pub fn fingerprint(&self) -> Option<&str> {
        self.0.attributes.device_fingerprint.as_deref()
    }

    /// What is alike on all visits of a browser.
    pub fn browser_fingerprint(&self) -> Option<&str> {
        self.0.attributes.browser_fingerprint.as_deref()
    }
}

/// Calls on devices; get it by [`Persona::devices`].
#[derive(Clone, Debug)]
pub struct Devices {
    persona: Persona,
}

impl Persona {
    /// Calls on devices.
    pub fn devices(&self) -> Devices {
        Devices {
            persona: self.clone(),
        }
    }
}

impl Devices {
    /// The devices of an inquiry session.
    ///
    /// Persona gives one page and takes no cursor here; the page's `next` tells if there is more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such session in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/devices/list-all-devices>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// for device in persona.devices().list("iqse_123").await?.items {
    ///     println!("{}", device.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(&self, session: impl IntoId<SessionId>) -> Result<Page<Device>, Error> {
        let session = session.into_id()?;
        let raw = self.persona.in_background().raw();
        let answer = raw.list_all_devices(session.as_str()).await?.into_inner();
        let devices = answer.data.into_iter().map(Device::from).collect();
        page(devices, answer.links.as_ref())
    }

    /// Reads a device.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/devices/retrieve-a-device>.
    pub async fn retrieve(&self, id: impl IntoId<DeviceId>) -> Result<Device, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_device(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }
}
