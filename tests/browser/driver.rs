//! A browser, driven over WebDriver: plain JSON over HTTP, towards Chromium's own driver.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

/// The name under which WebDriver hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long the driver itself looks for an element before there is none.
const PATIENCE_MS: u32 = 10_000;

pub struct Browser {
    http: reqwest::Client,
    session: String,
    driver: Child,
    profile: PathBuf,
}

impl Browser {
    /// A new browser with an empty profile. It panics where Chromium or its driver are missing:
    /// a walk that did not happen has shown nothing.
    pub async fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!(
            "withpersona-browser-{}-{number}",
            std::process::id()
        ));
        std::fs::create_dir_all(&profile).expect("a directory for the profile");

        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let mut out = BufReader::new(driver.stdout.take().expect("piped"));
        let port = port_of(&mut out);
        // It must not stop at a full pipe.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));

        let http = crate::http::client();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "timeouts": { "implicit": PATIENCE_MS },
            "goog:chromeOptions": { "args": arguments },
        } } });
        let server = format!("http://127.0.0.1:{port}/session");
        let begun = send(http.post(&server).json(&capabilities)).await;
        let id = begun["sessionId"].as_str().expect("a session");
        Self {
            session: format!("{server}/{id}"),
            http,
            driver,
            profile,
        }
    }

    pub async fn go(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    pub async fn reload(&self) {
        self.post("refresh", json!({})).await;
    }

    pub async fn url(&self) -> String {
        let url = self.get("url").await;
        url.as_str().expect("a URL").to_owned()
    }

    /// The text that is seen of the first element that a CSS selector finds.
    pub async fn text(&self, css: &str) -> String {
        let element = self.find(css).await;
        let text = self.get(&format!("element/{element}/text")).await;
        text.as_str().expect("a text").to_owned()
    }

    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        self.post(&format!("element/{element}/click"), json!({}))
            .await;
    }

    pub async fn type_into(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        self.post(&format!("element/{element}/clear"), json!({}))
            .await;
        self.post(&format!("element/{element}/value"), json!({ "text": text }))
            .await;
    }

    pub async fn value(&self, css: &str) -> String {
        let element = self.find(css).await;
        let value = self.get(&format!("element/{element}/property/value")).await;
        value.as_str().expect("a value").to_owned()
    }

    /// Waits for the heading to say this, and panics with what it says if it never does.
    pub async fn is_at(&self, heading: &str) {
        let wanted = format!("//h1[normalize-space()={heading:?}]");
        let body = json!({ "using": "xpath", "value": wanted });
        let found = self.try_post("element", body).await;
        if let Err(error) = found {
            panic!(
                "the page is {:?} at {}, not {heading:?}: {error}",
                self.text("h1").await,
                self.url().await
            );
        }
    }

    /// Waits for an element that has this text somewhere in it.
    pub async fn shows(&self, css: &str, text: &str) {
        let script = "const [css, text] = arguments; const done = arguments[2]; \
                      const look = () => { const all = [...document.querySelectorAll(css)]; \
                        if (all.some(it => it.textContent.includes(text))) done(true); \
                        else setTimeout(look, 50); }; look();";
        self.post(
            "execute/async",
            json!({ "script": script, "args": [css, text] }),
        )
        .await;
    }

    /// What a function body returns in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    /// What a function body gives to its callback, `arguments[0]`.
    pub async fn run_until(&self, script: &str) -> Value {
        self.post("execute/async", json!({ "script": script, "args": [] }))
            .await
    }

    /// Presses keys where the focus is. Special keys are WebDriver's, such as `\u{E004}` for Tab.
    pub async fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
            })
            .collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.post("actions", body).await;
    }

    pub async fn enter_frame(&self, css: &str) {
        let element = self.find(css).await;
        self.post("frame", json!({ "id": { ELEMENT: element } }))
            .await;
    }

    pub async fn out_of_frame(&self) {
        self.post("frame", json!({ "id": null })).await;
    }

    pub async fn accept_alert(&self) {
        self.post("alert/accept", json!({})).await;
    }

    /// Makes the page as wide as this, in CSS pixels.
    pub async fn resize(&self, width: u32) {
        let metrics = json!({
            "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// With scripts of pages or without.
    pub async fn scripts(&self, allowed: bool) {
        let parameters = json!({ "value": !allowed });
        self.devtools("Emulation.setScriptExecutionDisabled", parameters)
            .await;
    }

    /// What is seen of the page as PNG, frames of other origins included.
    pub async fn view(&self, path: &Path) {
        let shot = self.get("screenshot").await;
        write_png(path, &shot);
    }

    /// The whole page as PNG.
    pub async fn screenshot(&self, path: &Path) {
        let parameters = json!({ "format": "png", "captureBeyondViewport": true });
        let shot = self.devtools("Page.captureScreenshot", parameters).await;
        write_png(path, &shot["data"]);
    }

    async fn find(&self, css: &str) -> String {
        let found = self
            .post("element", json!({ "using": "css selector", "value": css }))
            .await;
        found[ELEMENT].as_str().expect("an element").to_owned()
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", body).await
    }

    async fn get(&self, path: &str) -> Value {
        send(self.http.get(format!("{}/{path}", self.session))).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        match self.try_post(path, body.clone()).await {
            Ok(value) => value,
            Err(error) => panic!("{path} {body}: {error}"),
        }
    }

    async fn try_post(&self, path: &str, body: Value) -> Result<Value, String> {
        let url = format!("{}/{path}", self.session);
        try_send(self.http.post(url).json(&body)).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the driver ends its browser.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn write_png(path: &Path, base64: &Value) {
    use base64::Engine;
    let png = base64::engine::general_purpose::STANDARD
        .decode(base64.as_str().expect("a picture"))
        .expect("base64");
    std::fs::write(path, png).expect("the picture is written");
}

/// The driver says on its output where it listens.
fn port_of(out: &mut impl BufRead) -> u16 {
    for line in out.lines() {
        let line = line.expect("a line of the driver");
        if let Some((_, rest)) = line.split_once("started successfully on port ") {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            return digits.parse().expect("a port");
        }
    }
    panic!("chromedriver ended before it listened");
}

async fn send(request: reqwest::RequestBuilder) -> Value {
    match try_send(request).await {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

async fn try_send(request: reqwest::RequestBuilder) -> Result<Value, String> {
    let answer = request.send().await.expect("the driver answers");
    let is_good = answer.status().is_success();
    let body: Value = answer.json().await.expect("JSON");
    if is_good {
        Ok(body["value"].clone())
    } else {
        Err(body["value"]["message"].to_string())
    }
}
