//! Brings what progenitor generated to this crate's own form.
//!
//! Types become `wire_struct!`s, and each operation becomes a recipe that the
//! call layer sends. progenitor's own client would print bodies and URLs in its
//! errors and hands a built request over, which cannot be sent a second time.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit::{self, Visit};
use syn::{Expr, Field, FnArg, ImplItem, Item, ItemStruct, Lit, Pat, ReturnType, Type};

use crate::shapes::Shapes;

/// What goes to `$OUT_DIR`.
pub struct Generated {
    /// Whether an operation answers with a file.
    pub has_files: bool,
    /// The types and the operations.
    pub code: String,
    /// Operation → types of its body and answer; resource type → attributes.
    pub table: String,
}

pub fn rewrite(tokens: TokenStream, document: &Value, shapes: &Shapes) -> Generated {
    let file: syn::File = syn::parse2(tokens).expect("progenitor writes Rust");
    let mut structs = Vec::new();
    let mut operations = Vec::new();
    let mut table = Vec::new();
    let mut has_files = false;
    let known = operations_by_function(document);
    for item in &file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let (_, items) = module.content.as_ref().expect("an inline module");
                structs.extend(items.iter().filter_map(|item| match item {
                    Item::Struct(item) => Some(wire_struct(item)),
                    Item::Enum(item) => panic!("{}: an enum, but every value is open", item.ident),
                    _ => None,
                }));
            }
            Item::Impl(block) if block.trait_.is_none() => {
                for item in &block.items {
                    if let ImplItem::Fn(function) = item
                        && function.sig.asyncness.is_some()
                    {
                        has_files |= answer_type(&function.sig.output).is_none();
                        let (operation, row) = operation(function, &known);
                        operations.push(operation);
                        table.push(row);
                    }
                }
            }
            _ => {}
        }
    }
    let aliases = shapes.aliases.iter().map(|(name, target)| {
        let name = format_ident!("{name}");
        let target: Type = syn::parse_str(target).expect("a type");
        quote! { pub type #name = #target; }
    });
    let kinds = shapes.kinds.iter().map(|(name, types)| {
        let name = format_ident!("{name}");
        quote! {
            impl crate::json_api::Attributes for #name {
                const TYPES: &'static [&'static str] = &[#(#types),*];
            }
        }
    });
    let kind_rows = shapes.kinds.iter().flat_map(|(name, types)| {
        let name = format_ident!("{name}");
        types.iter().map(move |kind| quote! { kind #kind #name; })
    });
    let events = document["x-webhook-events"].as_object().expect("events");
    let events = events.keys();
    let code = quote! {
        /// What the operations take and answer: facts of the vendored document.
        #[allow(missing_docs)]
        pub mod types {
            #(#structs)*
            #(#aliases)*
            #(#kinds)*
        }
        /// The webhook events whose payload the vendored document describes.
        pub const WEBHOOK_EVENTS: &[&str] = &[#(#events),*];
        #[allow(clippy::all)]
        impl Client {
            #(#operations)*
        }
    };
    Generated {
        has_files,
        // One item a line, for whoever reads a compiler's message.
        code: code
            .to_string()
            .replace(
                " crate :: wire :: wire_struct ! {",
                "\ncrate :: wire :: wire_struct ! {",
            )
            .replace(" # [doc =", "\n# [doc ="),
        // The table is for other crates: tests.
        table: quote! { generated! { #(#table)* #(#kind_rows)* } }
            .to_string()
            .replace("crate ::", "withpersona ::"),
    }
}

/// What the document says of an operation.
struct KnownOperation {
    id: String,
    method: String,
    /// The path below which it stands, where that is not the usual one.
    base: Option<String>,
    doc: String,
}

/// The operations by name of their Rust function, the only name progenitor leaves.
fn operations_by_function(document: &Value) -> BTreeMap<String, KnownOperation> {
    let mut known = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let server = item.pointer("/servers/0/url").and_then(Value::as_str);
        for (method, operation) in item.as_object().expect("a path item") {
            if let Some(id) = operation["operationId"].as_str() {
                let page = operation
                    .pointer("/externalDocs/url")
                    .and_then(Value::as_str);
                let doc = format!(
                    "`{} {path}`{}",
                    method.to_uppercase(),
                    page.map(|page| format!("\n\nOfficial page: <{page}>"))
                        .unwrap_or_default()
                );
                let operation = KnownOperation {
                    id: id.to_owned(),
                    method: method.clone(),
                    base: server.map(base_path),
                    doc,
                };
                known.insert(id.to_snake_case(), operation);
            }
        }
    }
    known
}

/// `/api/privacy/v1` of `https://api.withpersona.com/api/privacy/v1`.
fn base_path(server: &str) -> String {
    let rest = server.trim_start_matches("https://");
    rest[rest.find('/').expect("a server with a path")..].to_owned()
}

fn wire_struct(item: &ItemStruct) -> TokenStream {
    let name = &item.ident;
    assert!(
        matches!(item.fields, syn::Fields::Named(_)) || item.fields.is_empty(),
        "{name}: a struct without names"
    );
    let mut taken = BTreeSet::new();
    let fields = item.fields.iter().map(|field| {
        let mut ident = field.ident.clone().expect("a named field");
        let (wire, optional) = serde_name(field, &ident);
        // `grant-type` and `grant_type` are two properties of one request.
        if !taken.insert(ident.clone()) {
            ident = format_ident!(
                "{ident}_{}",
                if wire.contains('-') { "kebab" } else { "snake" }
            );
        }
        let field_type = wire_type(&field.ty);
        let is_option = matches!(&field.ty, Type::Path(path) if last(path) == "Option");
        let field_type = if optional && !is_option {
            quote! { ::std::option::Option<#field_type> }
        } else {
            field_type
        };
        quote! { #ident: #field_type = #wire, }
    });
    quote! { crate::wire::wire_struct! { #name { #(#fields)* } } }
}

/// A number is kept as it was written, and an open object does not print; every other type stays.
fn wire_type(field_type: &Type) -> TokenStream {
    const OPEN: &str =
        ":: serde_json :: Map < :: std :: string :: String , :: serde_json :: Value >";
    let text = quote! { #field_type }
        .to_string()
        .replace(OPEN, "crate :: json_api :: OpenObject");
    let words = text.split(' ').map(|word| match word {
        "f32" | "f64" => "crate :: wire :: Decimal",
        other => other,
    });
    let words: Vec<&str> = words.collect();
    words.join(" ").parse().expect("a type")
}

/// Name on the wire, and whether the property may be missing.
fn serde_name(field: &Field, ident: &Ident) -> (String, bool) {
    let mut name = ident.to_string().trim_start_matches("r#").to_owned();
    let mut optional = false;
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        attribute
            .parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    name = meta.value()?.parse::<syn::LitStr>()?.value();
                } else {
                    optional |= meta.path.is_ident("default");
                    if meta.input.peek(syn::Token![=]) {
                        meta.value()?.parse::<syn::LitStr>()?;
                    }
                }
                Ok(())
            })
            .expect("serde attributes");
    }
    (name, optional)
}

/// What progenitor's body of an operation says, without what it does.
#[derive(Default)]
struct Body {
    path: String,
    path_arguments: Vec<Ident>,
    query: Vec<(String, Ident)>,
    headers: Vec<(String, Ident)>,
    json: bool,
    form: bool,
}

impl<'ast> Visit<'ast> for Body {
    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*node.func
            && function
                .path
                .segments
                .iter()
                .any(|segment| segment.ident == "QueryParam")
        {
            let name = text(&node.args[0]).expect("a name");
            self.query.push((name, ident(&node.args[1])));
        }
        visit::visit_expr_call(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        match node.method.to_string().as_str() {
            "json" => self.json = true,
            "form_urlencoded" => self.form = true,
            "append" => {
                if let Some(name) = text(&node.args[0]) {
                    self.headers.push((name, ident(&node.args[1])));
                }
            }
            _ => {}
        }
        visit::visit_expr_method_call(self, node);
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if node.path.is_ident("format") {
            let arguments = node
                .parse_body_with(
                    syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated,
                )
                .expect("the URL");
            let template = text(&arguments[0]).expect("the URL's template");
            self.path = template.trim_start_matches("{}").to_owned();
            // The first argument is the base URL.
            self.path_arguments = arguments.iter().skip(2).map(ident).collect();
        }
    }
}

fn operation(
    function: &syn::ImplItemFn,
    known: &BTreeMap<String, KnownOperation>,
) -> (TokenStream, TokenStream) {
    let mut body = Body::default();
    body.visit_block(&function.block);
    let name = &function.sig.ident;
    let KnownOperation {
        id,
        method,
        base,
        doc,
    } = known
        .get(&name.to_string())
        .unwrap_or_else(|| panic!("{name}: not in the document"));
    let method = format_ident!("{method}");
    let generics = &function.sig.generics;
    let arguments = function.sig.inputs.iter();
    let path = &body.path;
    let path_arguments = &body.path_arguments;
    let path = if path_arguments.is_empty() {
        quote! { #path.to_owned() }
    } else {
        quote! { format!(#path, #(crate::call::path_segment(#path_arguments)),*) }
    };
    let at = base.as_ref().map(|base| quote! { .base(#base) });
    let query = body
        .query
        .iter()
        .map(|(name, value)| quote! { .query(#name, #value) });
    let headers = body.headers.iter().map(|(name, value)| {
        let name = name.to_lowercase();
        quote! { .header(#name, #value) }
    });
    let content = if body.json {
        quote! { .json(body) }
    } else if body.form {
        quote! { .form(body) }
    } else {
        quote! {}
    };
    let answer = answer_type(&function.sig.output);
    let (send, returns, answer_row) = match &answer {
        Some(answer) => (
            quote! { send },
            quote! { crate::call::Response<#answer> },
            quote! { #answer },
        ),
        None => (
            quote! { stream },
            quote! { crate::call::ByteStream },
            quote! { _ },
        ),
    };
    let body_row = function.sig.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(pat) if pat.ident == "body") => {
            match &*typed.ty {
                Type::Reference(reference) => Some(reference.elem.clone()),
                _ => None,
            }
        }
        _ => None,
    });
    let body_row = body_row.map_or(quote! { _ }, |body| quote! { #body });
    let operation = quote! {
        #[doc = #doc]
        pub async fn #name #generics (#(#arguments),*) -> Result<#returns, Error> {
            self.#send(Request::#method(#id, #path) #at #(#query)* #(#headers)* #content).await
        }
    };
    let placeholders = function.sig.inputs.iter().filter_map(placeholder);
    let row = quote! {
        operation #id (#body_row) -> (#answer_row) by #name(#(#placeholders),*);
    };
    (operation, row)
}

/// An argument that stands in for a real one, to call an operation at all.
fn placeholder(argument: &FnArg) -> Option<TokenStream> {
    let FnArg::Typed(argument) = argument else {
        return None;
    };
    Some(match &*argument.ty {
        Type::Path(path) if last(path) == "Option" => quote! { None },
        Type::Reference(to) if matches!(&*to.elem, Type::Path(path) if path.path.is_ident("str")) =>
        {
            quote! { "placeholder" }
        }
        Type::Reference(_) => quote! { &Default::default() },
        _ => quote! { Default::default() },
    })
}

/// `T` of `Result<ResponseValue<T>, _>`; `None` where the answer is a file.
fn answer_type(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, output) = output else {
        panic!("an operation that returns nothing");
    };
    let value = first_argument(first_argument(output));
    match value {
        Type::Path(path) if last(path) == "ByteStream" => None,
        other => Some(other.clone()),
    }
}

fn first_argument(of: &Type) -> &Type {
    if let Type::Path(path) = of
        && let Some(segment) = path.path.segments.last()
        && let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments
        && let Some(syn::GenericArgument::Type(first)) = arguments.args.first()
    {
        return first;
    }
    panic!("{}: no generic argument", quote! { #of })
}

fn last(path: &syn::TypePath) -> String {
    path.path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The one variable that an argument is made of.
fn ident(expression: &Expr) -> Ident {
    struct First(Option<Ident>);
    impl<'ast> Visit<'ast> for First {
        fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
            if let Some(ident) = node.path.get_ident()
                && self.0.is_none()
            {
                self.0 = Some(ident.clone());
            }
        }

        fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
            node.args
                .iter()
                .for_each(|argument| self.visit_expr(argument));
        }
    }
    let mut first = First(None);
    first.visit_expr(expression);
    first
        .0
        .unwrap_or_else(|| panic!("{}: no variable", quote! { #expression }))
}
