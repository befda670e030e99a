//! A browser, driven over WebDriver: plain JSON over HTTP, towards Chromium's own driver.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

/// The name under which WebDriver hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long the driver itself looks for an element before there is none.
const PATIENCE_MS: u32 = 20_000;

/// How long a script in the page may take to call back before it is run again.
const TRY_MS: u32 = 1_000;

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

        let (driver, port) = start_driver();
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
            "timeouts": { "implicit": PATIENCE_MS, "script": TRY_MS },
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
        let text = self.of(css, "text", None).await;
        text.as_str().expect("a text").to_owned()
    }

    pub async fn click(&self, css: &str) {
        self.of(css, "click", Some(json!({}))).await;
    }

    pub async fn type_into(&self, css: &str, text: &str) {
        self.of(css, "clear", Some(json!({}))).await;
        self.of(css, "value", Some(json!({ "text": text }))).await;
    }

    pub async fn value(&self, css: &str) -> String {
        let value = self.of(css, "property/value", None).await;
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
        self.call_back(script, json!([css, text])).await;
    }

    /// What a function body returns in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    /// What a function body gives to its callback, `arguments[0]`; it can be run several times.
    pub async fn run_until(&self, script: &str) -> Value {
        self.call_back(script, json!([])).await
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

    /// Accepts a question of the page, once it asks.
    pub async fn accept_alert(&self) {
        let mut refused = String::new();
        for _ in 0..1_000 {
            match self.try_post("alert/accept", json!({})).await {
                Ok(_) => return,
                Err(error) if error.contains("no such alert") => refused = error,
                Err(error) => panic!("alert/accept: {error}"),
            }
        }
        panic!("alert/accept: {refused}");
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

    /// A page that is left takes a running script with it, and its callback never comes: so tries
    /// are short, and others follow.
    async fn call_back(&self, script: &str, arguments: Value) -> Value {
        let body = json!({ "script": script, "args": arguments });
        let mut refused = String::new();
        for _ in 0..PATIENCE_MS / TRY_MS {
            match self.try_post("execute/async", body.clone()).await {
                Ok(value) => return value,
                Err(error) => refused = error,
            }
        }
        panic!("{body}: {refused}");
    }

    /// Does something with an element, or asks it for something. A page that renews itself in the
    /// meantime takes the element away: then it is found again.
    async fn of(&self, css: &str, what: &str, body: Option<Value>) -> Value {
        let mut refused = String::new();
        for _ in 0..20 {
            let path = format!("element/{}/{what}", self.find(css).await);
            let done = match &body {
                Some(body) => self.try_post(&path, body.clone()).await,
                None => try_send(self.http.get(format!("{}/{path}", self.session))).await,
            };
            match done {
                Ok(value) => return value,
                Err(error) if error.contains("stale element") => refused = error,
                Err(error) => panic!("{what} of {css}: {error}"),
            }
        }
        panic!("{what} of {css}: {refused}");
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

/// A driver and its port. It takes a free port for IPv4, ends where somebody has that for IPv6,
/// and then another one has to be started.
fn start_driver() -> (Child, u16) {
    for _ in 0..5 {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let mut out = BufReader::new(driver.stdout.take().expect("piped"));
        if let Some(port) = port_of(&mut out) {
            // It must not stop at a full pipe.
            std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
            return (driver, port);
        }
        let _ = driver.wait();
    }
    panic!("chromedriver ends before it listens");
}

/// The driver says on its output where it listens.
fn port_of(out: &mut impl BufRead) -> Option<u16> {
    for line in out.lines() {
        let line = line.expect("a line of the driver");
        if let Some((_, rest)) = line.split_once("started successfully on port ") {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            return Some(digits.parse().expect("a port"));
        }
    }
    None
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
