//! The building blocks of JSON:API documents, written by hand once so that the
//! generated layer holds none of them a hundred times.
//!
//! Nothing here prints what it holds: `Debug` shows type and id only.

use serde_json::Value;

pub use crate::wire::OpenObject;
use crate::wire::{Input, InputFailed, Unfit, Wire, WireObject, wire_traits};

/// Attributes of a resource whose type is not known at compile time, as they came.
pub type OpenAttributes = OpenObject;

/// A resource of any type: a report, a verification, an object in `included`.
///
/// It is told apart by its `type`; [`ResourceObject::decode`] gives the typed
/// form where the vendored document knows the type. An unknown type is kept whole.
pub type ResourceObject = Resource<OpenAttributes>;

/// The attributes of one kind of resource, and the `type` values that lead to it.
pub trait Attributes: Wire + Default {
    /// The JSON:API types whose attributes these are, such as `"inquiry"`.
    const TYPES: &'static [&'static str];
}

/// One resource: `type`, `id`, `attributes`, `relationships`.
#[derive(Clone, Default)]
pub struct Resource<A> {
    /// The JSON:API type, such as `inquiry` or `verification/selfie`.
    pub kind: String,
    /// The id, such as `inq_…`; empty for the few resources that have none.
    pub id: String,
    /// What Persona tells of it.
    pub attributes: A,
    /// Which other resources it is tied to.
    pub relationships: Relationships,
    /// Members beyond these four, such as `meta`.
    pub extra: OpenObject,
    attributes_given: bool,
}

impl<A> Resource<A> {
    /// A resource to be sent, of a type and with attributes but without an id.
    pub fn new(kind: impl Into<String>, attributes: A) -> Self {
        Self {
            kind: kind.into(),
            id: String::new(),
            attributes,
            relationships: Relationships::default(),
            extra: OpenObject::default(),
            attributes_given: true,
        }
    }
}

impl ResourceObject {
    /// The typed form, if the type is one of those that `A` stands for.
    ///
    /// ```
    /// use withpersona::json_api::{Attributes, ResourceObject};
    /// # use withpersona::raw::types::InquiryAttributes;
    /// let text = r#"{"type":"inquiry","id":"inq_1","attributes":{"status":"pending"}}"#;
    /// let object: ResourceObject = serde_json::from_str(text)?;
    /// let inquiry = object.decode::<InquiryAttributes>().expect("an inquiry");
    /// assert_eq!(inquiry.attributes.status.as_deref(), Some("pending"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn decode<A: Attributes>(&self) -> Option<Resource<A>> {
        A::TYPES
            .contains(&self.kind.as_str())
            .then(|| self.decode_as())
    }

    /// The form typed as `A`, whatever the type says. What does not fit is in `extra`.
    pub fn decode_as<A: Wire + Default>(&self) -> Resource<A> {
        let mut attributes = A::default();
        let mut extra = self.extra.clone();
        if let Some(unfit) = self.attributes.read_as(&mut attributes) {
            extra.insert("attributes".to_owned(), unfit);
        }
        Resource {
            kind: self.kind.clone(),
            id: self.id.clone(),
            attributes,
            relationships: self.relationships.clone(),
            extra,
            attributes_given: self.attributes_given,
        }
    }
}

impl<A: Wire + Default> WireObject for Resource<A> {
    fn type_name(&self) -> &'static str {
        "Resource"
    }

    fn identity(&self) -> Option<(&str, &str)> {
        Some((&self.kind, &self.id))
    }

    fn property(&mut self, name: &str) -> Option<&mut dyn Wire> {
        Some(match name {
            "type" => &mut self.kind,
            "id" => &mut self.id,
            "attributes" => {
                self.attributes_given = true;
                &mut self.attributes
            }
            "relationships" => &mut self.relationships,
            _ => return None,
        })
    }

    fn each(&self, visit: &mut dyn FnMut(&'static str, &dyn Wire)) {
        if !self.kind.is_empty() {
            visit("type", &self.kind);
        }
        if !self.id.is_empty() {
            visit("id", &self.id);
        }
        // What could not be read stands in `extra` under the same name.
        if self.attributes_given && !self.extra.contains_key("attributes") {
            visit("attributes", &self.attributes);
        }
        visit("relationships", &self.relationships);
    }

    fn extra(&self) -> &OpenObject {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut OpenObject {
        &mut self.extra
    }
}

wire_traits!(Resource<A>, A);

/// A JSON:API document: what was asked for, and what came along with it.
///
/// `D` is a [`Resource`] or a list of them, `M` what the operation says in `meta`.
#[derive(Clone, Default)]
pub struct Document<D, M = OpenObject> {
    /// What was asked for.
    pub data: D,
    /// Related resources, if `include` asked for them.
    pub included: Option<Vec<ResourceObject>>,
    /// Where the neighbouring pages are, on lists.
    pub links: Option<PageLinks>,
    /// What belongs to the answer and not to the resource, such as a session token.
    pub meta: Option<M>,
    /// Members beyond these.
    pub extra: OpenObject,
    data_given: bool,
}

impl<D, M> Document<D, M> {
    /// The included resource of that type and id.
    pub fn included(&self, kind: &str, id: &str) -> Option<&ResourceObject> {
        self.included
            .iter()
            .flatten()
            .find(|object| object.kind == kind && object.id == id)
    }
}

impl<D: Wire + Default, M: Wire + Default> WireObject for Document<D, M> {
    fn type_name(&self) -> &'static str {
        "Document"
    }

    fn property(&mut self, name: &str) -> Option<&mut dyn Wire> {
        Some(match name {
            "data" => {
                self.data_given = true;
                &mut self.data
            }
            "included" => &mut self.included,
            "links" => &mut self.links,
            "meta" => &mut self.meta,
            _ => return None,
        })
    }

    fn each(&self, visit: &mut dyn FnMut(&'static str, &dyn Wire)) {
        if self.data_given && !self.extra.contains_key("data") {
            visit("data", &self.data);
        }
        visit("included", &self.included);
        visit("links", &self.links);
        visit("meta", &self.meta);
    }

    fn extra(&self) -> &OpenObject {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut OpenObject {
        &mut self.extra
    }
}

wire_traits!(Document<D, M>, D, M);

crate::wire::wire_struct! {
    /// Where the pages before and after this one are; `None` at either end.
    PageLinks {
        /// Address of the page before.
        prev: Option<String> = "prev",
        /// Address of the page after.
        next: Option<String> = "next",
    }
}

/// Type and id of a resource that another one is tied to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceIdentifier {
    /// The JSON:API type, such as `account`.
    pub kind: String,
    /// The id, such as `act_…`.
    pub id: String,
}

/// The resources that a resource is tied to, by name of the tie.
#[derive(Clone, Default)]
pub struct Relationships(Option<OpenObject>);

impl Relationships {
    /// The one resource behind `name`; `None` if there is none or if it is a list.
    ///
    /// ```
    /// # use withpersona::json_api::ResourceObject;
    /// let text = r#"{"relationships":{"account":{"data":{"type":"account","id":"act_1"}}}}"#;
    /// let object: ResourceObject = serde_json::from_str(text)?;
    /// assert_eq!(object.relationships.one("account").expect("tied to one").id, "act_1");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn one(&self, name: &str) -> Option<ResourceIdentifier> {
        identifier(self.get(name)?.get("data")?)
    }

    /// The resources behind `name`, one or many; empty if there are none.
    pub fn many(&self, name: &str) -> Vec<ResourceIdentifier> {
        match self.get(name).and_then(|tie| tie.get("data")) {
            Some(Value::Array(list)) => list.iter().filter_map(identifier).collect(),
            Some(one) => identifier(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The tie as it came, with whatever stands in it besides `data`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// The names of all ties.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|map| map.keys().map(String::as_str))
    }
}

fn identifier(value: &Value) -> Option<ResourceIdentifier> {
    Some(ResourceIdentifier {
        kind: value.get("type")?.as_str()?.to_owned(),
        id: value.get("id")?.as_str()?.to_owned(),
    })
}

impl std::fmt::Debug for Relationships {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl Wire for Relationships {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        self.0.read(input)
    }

    fn write(&self) -> Option<Value> {
        self.0.write()
    }
}

/// Something told apart by its `type` that is no resource, such as the schema of a field.
#[derive(Clone, Default)]
pub struct Tagged {
    /// What it is; `None` where Persona leaves the tag out.
    pub kind: Option<String>,
    /// Everything else, by name on the wire.
    pub extra: OpenObject,
}

impl WireObject for Tagged {
    fn type_name(&self) -> &'static str {
        "Tagged"
    }

    fn property(&mut self, name: &str) -> Option<&mut dyn Wire> {
        match name {
            "type" => Some(&mut self.kind),
            _ => None,
        }
    }

    fn each(&self, visit: &mut dyn FnMut(&'static str, &dyn Wire)) {
        visit("type", &self.kind);
    }

    fn extra(&self) -> &OpenObject {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut OpenObject {
        &mut self.extra
    }
}

wire_traits!(Tagged);

/// Which attributes of which type to send back: `fields[inquiry]=status,created-at`.
///
/// Asking for less keeps people's data out of answers that need none of it.
/// See <https://docs.withpersona.com/api-reference>.
///
/// ```
/// use withpersona::json_api::SparseFields;
/// let fields = SparseFields::new().only("inquiry", ["status", "created-at"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparseFields(Vec<(String, String)>);

impl SparseFields {
    /// Nothing left out yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of resources of this type, only these attributes.
    pub fn only<I>(mut self, kind: &str, attributes: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let names: Vec<String> = attributes
            .into_iter()
            .map(|name| name.as_ref().to_owned())
            .collect();
        self.0.push((kind.to_owned(), names.join(",")));
        self
    }

    /// Type and comma-separated attributes, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(kind, names)| (kind.as_str(), names.as_str()))
    }
}
