//! A browser without scripts.

use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};
use withpersona::emulator::{Emulator, EmulatorBuilder, Results};

use crate::http::Api;

/// A browser: it has no cookies, and follows no redirect by itself.
pub struct Pages {
    pub api: Api,
    pub http: Client,
}

pub struct Shown {
    pub status: StatusCode,
    pub html: String,
}

impl Pages {
    pub async fn start() -> Self {
        Self::with(Results::Immediate).await
    }

    pub async fn with(results: Results) -> Self {
        Self::of(Emulator::builder().results(results)).await
    }

    pub async fn of(builder: EmulatorBuilder) -> Self {
        let api = Api::with(builder).await;
        let http = Client::builder().redirect(redirect::Policy::none()).build();
        Self {
            api,
            http: http.expect("a client"),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.api.emulator.origin())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http
            .get(self.url(path))
            .send()
            .await
            .expect("an answer")
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self.http.post(self.url(path)).body(body);
        request.send().await.expect("an answer")
    }

    /// Goes where a link leads, and gives the address of the person's own page.
    pub async fn enter(&self, link: &str) -> String {
        let path = link.strip_prefix(self.api.emulator.origin());
        let answer = self.get(path.unwrap_or(link)).await;
        assert_eq!(answer.status(), 303, "{link}");
        location(&answer)
    }

    /// Presses a button on the person's page.
    pub async fn press(&self, page: &str, act: &str, more: &[(&str, &str)]) -> Shown {
        let pairs = query(page);
        let mut form: Vec<(&str, &str)> = vec![("act", act)];
        form.extend(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        form.extend(more);
        let answer = self.post("/verify/flow", &form).await;
        if answer.status() == 303 {
            let next = location(&answer);
            shown(self.get(&next).await).await
        } else {
            shown(answer).await
        }
    }

    pub async fn control(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.http.post(self.url(path)).json(&body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    pub async fn link(&self) -> String {
        let created = self
            .api
            .create(json!({ "auto-create-one-time-link": true }));
        created.await.meta("one-time-link")
    }
}

pub fn location(answer: &Response) -> String {
    let to = answer.headers().get(LOCATION).expect("a redirect");
    to.to_str().expect("text").to_owned()
}

pub fn query(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').expect("a query").1;
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

pub async fn shown(answer: Response) -> Shown {
    Shown {
        status: answer.status(),
        html: answer.text().await.expect("text"),
    }
}

impl Shown {
    pub fn heading(&self) -> &str {
        let after = self.html.split_once("<h1").expect("a heading").1;
        let inner = after.split_once('>').expect("a tag").1;
        inner.split_once("</h1>").expect("its end").0
    }
}
