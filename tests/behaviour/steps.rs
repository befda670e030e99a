//! The steps: an inquiry's life, its ways in, keys that are used twice, pages, and accounts.

use reqwest::Method;
use serde_json::{Value, json};

use crate::transcript::{Step, Transcript};

const STATUS: &[&str] = &["/data/type", "/data/attributes/status"];
const NEW: &[&str] = &[
    "/data/type",
    "/data/attributes/status",
    "/data/attributes/reference-id",
    "/data/attributes/fields/name-first",
    "/data/attributes/started-at",
    "/data/attributes/expires-at",
    "/data/relationships/account/data/type",
    "/meta/session-token",
    "/meta/one-time-link",
    "/meta/one-time-link-short",
];

pub async fn walk(transcript: &mut Transcript, template_id: &str, run: &str) {
    let mut walk = Walk {
        transcript,
        template_id: template_id.to_owned(),
        run: run.to_owned(),
    };
    let first = walk.ways_in().await;
    walk.decisions(&first).await;
    walk.keys_that_are_used_twice().await;
    walk.pages().await;
    walk.accounts().await;
    walk.what_is_not_there().await;
    walk.redaction(&first).await;
}

struct Walk<'t> {
    transcript: &'t mut Transcript,
    template_id: String,
    run: String,
}

impl Walk<'_> {
    async fn get(&mut self, what: &str, path: &str, show: &[&str]) -> Value {
        self.call(what, Method::GET, path, None, None, show).await
    }

    async fn post(&mut self, what: &str, path: &str, body: Option<Value>, show: &[&str]) -> Value {
        self.call(what, Method::POST, path, body, None, show).await
    }

    async fn call(
        &mut self,
        what: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        key: Option<&str>,
        show: &[&str],
    ) -> Value {
        let step = Step {
            what,
            method,
            path: path.to_owned(),
            body,
            key,
            show,
        };
        self.transcript.step(step).await
    }

    fn new_inquiry(&self, meta: Value) -> Value {
        json!({
            "data": { "attributes": {
                "inquiry-template-id": self.template_id,
                "fields": { "name-first": "Behaviour" },
            } },
            "meta": meta,
        })
    }

    async fn ways_in(&mut self) -> String {
        let body = self.new_inquiry(json!({}));
        self.post("create, nothing asked for", "/inquiries", Some(body), NEW)
            .await;
        let body = self.new_inquiry(json!({
            "auto-create-inquiry-session": true,
            "auto-create-one-time-link": true,
            "auto-create-account-reference-id": self.run,
        }));
        let created = self
            .post("create, all asked for", "/inquiries", Some(body), NEW)
            .await;
        let id = text(&created["data"]["id"]);
        let path = format!("/inquiries/{id}");
        let resume = format!("{path}/resume");
        let link = format!("{path}/generate-one-time-link");
        let expire = format!("{path}/expire");
        let token = &["/data/attributes/status", "/meta/session-token"];
        let linked = &["/data/attributes/status", "/meta/one-time-link"];
        self.post("resume a created one", &resume, None, token)
            .await;
        self.post("link to a created one", &link, Some(json!({})), linked)
            .await;
        let lifetime = json!({ "meta": { "expires-in-seconds": 60 } });
        self.post("link that lasts a minute", &link, Some(lifetime), linked)
            .await;
        let none = json!({ "meta": { "expires-in-seconds": 0 } });
        self.post("link that lasts no time", &link, Some(none), &[])
            .await;
        self.post("expire", &expire, None, STATUS).await;
        self.post("expire an expired one", &expire, None, &[]).await;
        self.post("link to an expired one", &link, Some(json!({})), &[])
            .await;
        self.post("resume an expired one", &resume, None, token)
            .await;
        self.post("link to a resumed one", &link, Some(json!({})), linked)
            .await;
        id
    }

    async fn decisions(&mut self, id: &str) {
        let act = |name: &str| format!("/inquiries/{id}/{name}");
        let decided = &["/data/attributes/status", "/data/attributes/decisioned-at"];
        let path = act("mark-for-review");
        self.post("mark for review", &path, None, STATUS).await;
        let path = act("approve");
        let comment = json!({ "meta": { "comment": "behaviour" } });
        self.post("approve", &path, Some(comment), decided).await;
        self.post("approve an approved one", &path, Some(json!({})), STATUS)
            .await;
        let path = act("mark-for-review");
        self.post("mark an approved one for review", &path, None, &[])
            .await;
        let path = act("resume");
        self.post("resume an approved one", &path, None, &[]).await;
        let path = act("decline");
        self.post("decline an approved one", &path, Some(json!({})), STATUS)
            .await;
        let path = act("expire");
        self.post("expire a declined one", &path, None, &[]).await;
    }

    async fn keys_that_are_used_twice(&mut self) {
        let key = format!("{}-key", self.run);
        let body = self.new_inquiry(json!({}));
        for what in ["create under a key", "create under the same key"] {
            let body = Some(body.clone());
            self.call(
                what,
                Method::POST,
                "/inquiries",
                body,
                Some(&key),
                &["/data/id"],
            )
            .await;
        }
        let other = self.new_inquiry(json!({ "auto-create-inquiry-session": true }));
        let what = "create something else under the same key";
        self.call(
            what,
            Method::POST,
            "/inquiries",
            Some(other),
            Some(&key),
            &[],
        )
        .await;
        let wrong = json!({ "data": { "attributes": {} } });
        let key = format!("{}-wrong", self.run);
        for what in [
            "create without a template",
            "create without a template again",
        ] {
            let body = Some(wrong.clone());
            self.call(what, Method::POST, "/inquiries", body, Some(&key), &[])
                .await;
        }
    }

    async fn pages(&mut self) {
        for _ in 0..3 {
            let body = self.new_inquiry(json!({
                "auto-create-account-reference-id": format!("{}-pages", self.run),
            }));
            self.post("create for a page", "/inquiries", Some(body), &["/data/id"])
                .await;
        }
        let list = format!("/inquiries?filter[reference-id]={}-pages", self.run);
        let path = format!("{list}&page[size]=2");
        let ids = &["/data/0/id", "/data/1/id", "/links/prev"];
        let first = self.get("first page of two", &path, ids).await;
        let last = text(&first["data"][1]["id"]);
        let path = format!("{path}&page[after]={last}");
        let rest = &["/data/0/id", "/data/1/id", "/links/next"];
        self.get("second page", &path, rest).await;
        let path = format!("{list}&page[size]=0");
        self.get("an empty page", &path, &[]).await;
        let path = format!("{list}&page[size]=101");
        self.get("a page that is too large", &path, &[]).await;
        let path = format!("{list}&fields[inquiry]=status&page[size]=1");
        self.get("thinned out", &path, &["/data/0/attributes"])
            .await;
    }

    async fn accounts(&mut self) {
        let reference = format!("{}-account", self.run);
        let body = json!({ "data": { "attributes": { "reference-id": reference } } });
        let shown = &["/data/type", "/data/attributes/account-status"];
        let created = self
            .post("create an account", "/accounts", Some(body.clone()), shown)
            .await;
        self.post("create it again", "/accounts", Some(body), &[])
            .await;
        let id = text(&created["data"]["id"]);
        let path = format!("/accounts/{id}");
        self.get("read it", &path, shown).await;
        self.call(
            "redact it",
            Method::DELETE,
            &path,
            None,
            None,
            &["/data/type"],
        )
        .await;
    }

    async fn what_is_not_there(&mut self) {
        for kind in ["inquiries", "accounts", "events", "verifications"] {
            let path = format!("/{kind}/x_behaviour");
            self.get(&format!("read one of {kind} that is not there"), &path, &[])
                .await;
        }
    }

    async fn redaction(&mut self, id: &str) {
        let path = format!("/inquiries/{id}");
        let shown = &[
            "/data/attributes/status",
            "/data/attributes/redacted-at",
            "/data/attributes/fields/name-first/value",
        ];
        let delete = Method::DELETE;
        self.call("redact", delete.clone(), &path, None, None, shown)
            .await;
        self.call("redact again", delete, &path, None, None, &[])
            .await;
        let resume = format!("{path}/resume");
        self.post("resume a redacted one", &resume, None, &[]).await;
        self.get("read a redacted one", &path, shown).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
