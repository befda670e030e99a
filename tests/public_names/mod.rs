//! The names that the crate makes public, read from its sources, and which of them a test has had
//! in its hands. Functions, modules and constants are no types: they are told by how they are
//! written. The generated types of `raw::types` are left out: one function prints and writes them
//! all.

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Modules with types of their own, as users name them, and where they stand.
const MODULES: [(&str, &str); 9] = [
    ("clock", "call/clock.rs"),
    ("emulator", "emulator/mod.rs"),
    ("json_api", "json_api.rs"),
    ("list", "list/mod.rs"),
    ("observe", "call/observe.rs"),
    ("raw", "raw.rs"),
    ("retry", "call/retry.rs"),
    ("store", "store/mod.rs"),
    ("webhook", "webhook/mod.rs"),
];

/// All public types, those of modules with the module before them: `store::Lease`.
pub fn all() -> BTreeSet<String> {
    let (mut names, modules) = public(&source("lib.rs"));
    let known: BTreeSet<String> = MODULES.iter().map(|(name, _)| (*name).into()).collect();
    assert_eq!(modules, known, "the public modules of src/lib.rs");
    for (module, path) in MODULES {
        let text = source(path);
        assert!(
            !text.contains("\npub mod "),
            "{path} has modules of its own"
        );
        let (of_module, _) = public(&text);
        assert!(!of_module.is_empty(), "{path} has public types");
        names.extend(of_module.iter().map(|name| format!("{module}::{name}")));
    }
    assert!(names.len() > 250, "{} names were found", names.len());
    names
}

/// What a test had in its hands.
pub struct Seen {
    all: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Seen {
    pub fn nothing() -> Self {
        Self {
            all: all(),
            seen: BTreeSet::new(),
        }
    }

    /// A value of this type. A type that is not public is told: its name would stand for nothing.
    pub fn add<T: ?Sized>(&mut self) {
        let compiled = type_name::<T>();
        let path = compiled.split('<').next().unwrap_or(compiled);
        let path: Vec<&str> = path.trim_start_matches('&').split("::").collect();
        let name = path.last().expect("a name");
        // Two modules can have a type of one name; the compiler's path names the module.
        let is_it = |public: &&String| public.rsplit("::").next() == Some(*name);
        let is_there = |public: &&String| match public.split_once("::") {
            Some((module, _)) => path.contains(&module),
            None => false,
        };
        let found: Vec<&String> = self.all.iter().filter(is_it).collect();
        let found = match &*found {
            [one] => one,
            many => many
                .iter()
                .find(|it| is_there(it))
                .or_else(|| many.iter().find(|it| !it.contains("::")))
                .unwrap_or_else(|| panic!("{compiled} is not public")),
        };
        self.seen.insert((*found).clone());
    }

    /// Every public type was seen or is left out for a reason, and none is left out without need.
    pub fn assert_complete(&self, left_out: &[(&str, &[&str])]) {
        let mut reasons = BTreeMap::new();
        for (reason, names) in left_out {
            for name in *names {
                let before = reasons.insert((*name).to_owned(), *reason);
                assert_eq!(before, None, "{name} is left out twice");
                assert!(self.all.contains(*name), "{name} is no public type");
                assert!(!self.seen.contains(*name), "{name} is left out, and seen");
            }
        }
        let is_missing =
            |name: &&String| !self.seen.contains(*name) && !reasons.contains_key(*name);
        let missing: Vec<&String> = self.all.iter().filter(is_missing).collect();
        assert!(missing.is_empty(), "nothing is said of {missing:?}");
    }
}

fn source(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
    fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// The types that a file makes public, and its names in small letters: modules and functions.
fn public(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut found = BTreeSet::new();
    let mut is_hidden = false;
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        if line.starts_with("#[") {
            is_hidden |= line == "#[doc(hidden)]";
            is_hidden |= line == "#[cfg(feature = \"redis\")]" && !cfg!(feature = "redis");
        } else if !std::mem::take(&mut is_hidden) {
            found.extend(names_of_item(rest));
        }
        rest = after;
    }
    // Constants are no types.
    found.retain(|name| name.to_uppercase() != *name);
    found
        .into_iter()
        .partition(|name| name.starts_with(char::is_uppercase))
}

/// The public names that the item makes with which the text begins.
fn names_of_item(text: &str) -> Vec<String> {
    if let Some(used) = text.strip_prefix("pub use ") {
        let used = used.split(';').next().unwrap_or_default();
        let list = used.rsplit(['{', ':']).next().unwrap_or_default();
        let is_read =
            used.matches('{').count() < 2 && !used.contains('*') && !used.contains(" as ");
        assert!(
            is_read,
            "this can only read names and one list of them: {used}"
        );
        let names = list.trim_end_matches('}').split(',').map(str::trim);
        return names
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect();
    }
    let words = [
        "pub mod ",
        "pub struct ",
        "pub enum ",
        "pub trait ",
        "pub type ",
    ];
    if let Some(named) = words.iter().find_map(|words| text.strip_prefix(words)) {
        return vec![first_word(named)];
    }
    let line = text.lines().next().unwrap_or_default();
    if ["view! {", "open_enum! {", "wire_struct! {"]
        .iter()
        .any(|it| line.ends_with(it))
    {
        let mut named = text.lines().skip(1).map(str::trim);
        return named
            .find(|it| !it.starts_with("///"))
            .map(first_word)
            .into_iter()
            .collect();
    }
    Vec::new()
}

fn first_word(text: &str) -> String {
    let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    text.chars().take_while(is_part).collect()
}
