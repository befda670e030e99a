//! Generates the raw layer: the vendored document, pruned to the areas whose
//! features are on, through progenitor, rewritten to this crate's call path.

#[path = "build/prune.rs"]
mod prune;
#[path = "build/rewrite.rs"]
mod rewrite;
#[path = "build/shapes.rs"]
mod shapes;

use std::path::{Path, PathBuf};
use std::{env, fs};

use heck::ToPascalCase;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    for watched in [
        "build.rs",
        "build",
        "openapi/persona.json",
        "openapi/areas.toml",
    ] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut document: Value = serde_json::from_str(&read(&root.join("openapi/persona.json")))
        .expect("openapi/persona.json is JSON");
    let areas: toml::Table = read(&root.join("openapi/areas.toml"))
        .parse()
        .expect("openapi/areas.toml is TOML");
    let tags = prune::enabled_tags(&areas, |area| {
        let feature = area.to_uppercase().replace('-', "_");
        env::var_os(format!("CARGO_FEATURE_{feature}")).is_some()
    });
    prune::prune(&mut document, &tags);

    let shapes = shapes::Shapes::of(&document);
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap");
    for (component, rust_type) in &shapes.replaced {
        settings.with_replacement(component.to_pascal_case(), rust_type, std::iter::empty());
    }
    let spec = serde_json::from_value(document.clone()).expect("OpenAPI 3.0.3");
    let tokens = Generator::new(&settings)
        .generate_tokens(&spec)
        .expect("progenitor takes the vendored document");
    let generated = rewrite::rewrite(tokens, &document, &shapes);
    // Without any area there is nothing to call, and the raw layer is left out.
    set_cfg("has_operations", !tags.is_empty());
    set_cfg("has_files", generated.has_files);
    write(&out.join("raw.rs"), &generated.code);
    write(&out.join("operations.rs"), &generated.table);
}

fn set_cfg(name: &str, on: bool) {
    println!("cargo::rustc-check-cfg=cfg({name})");
    if on {
        println!("cargo::rustc-cfg={name}");
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
