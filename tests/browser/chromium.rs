//! A browser at the other end of two pipes, spoken to in its own protocol. The protocol is JSON, one message
//! ended by a NUL; of its hundreds of methods a dozen are needed, so a crate of all of them is not.

use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Names a browser, which then has to start.
const VARIABLE: &str = "PROOFMARK_CHROMIUM";
/// Where a browser is looked for otherwise.
const USUAL: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];
/// How long anything may take; the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A running browser, ended when it is dropped.
pub(crate) struct Browser {
    child: Child,
    input: RefCell<ChildStdin>,
    output: Receiver<Value>,
    sent: Cell<u64>,
    events: RefCell<Vec<Value>>,
    _profile: tempfile::TempDir,
}

/// The browser to test with; nothing where there is none.
pub(crate) fn path() -> Option<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(path) => Some(path.into()),
        None => USUAL.map(PathBuf::from).into_iter().find(|path| path.exists()),
    }
}

impl Browser {
    pub(crate) fn start(path: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // The browser reads from descriptor 3 and writes to 4.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"]).arg(path);
        command.args([
            "--headless",
            "--remote-debugging-pipe",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
        ]);
        command.args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-dev-shm-usage",
        ]);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        // As root, which containers often run as, the browser refuses its own sandbox.
        if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            command.arg("--no-sandbox");
        }
        let mut child =
            command.arg("about:blank").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut pipe = BufReader::new(child.stdout.take().unwrap());
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while pipe.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
                bytes.pop();
                let Ok(message) = serde_json::from_slice(&bytes) else { break };
                if sender.send(message).is_err() {
                    break;
                }
                bytes.clear();
            }
        });
        let input = RefCell::new(child.stdin.take().unwrap());
        let (sent, events) = (Cell::new(0), RefCell::default());
        let browser = Self { child, input, output, sent, events, _profile: profile };
        let version = browser.call(None, "Browser.getVersion", &json!({}));
        assert!(version["product"].is_string(), "{version}");
        browser
    }

    fn call(&self, session: Option<&str>, method: &str, params: &Value) -> Value {
        self.sent.set(self.sent.get() + 1);
        let id = self.sent.get();
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.input.borrow_mut().write_all(&bytes).expect("the browser ended; does it start on this machine?");
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message =
                self.output.recv_timeout(left).unwrap_or_else(|_| panic!("{method} was not answered"));
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            if message.get("method").is_some() {
                self.events.borrow_mut().push(message);
            }
        }
    }

    /// A tab of its own, with nothing in common with others.
    pub(crate) fn tab(&self) -> Tab<'_> {
        let context = self.call(None, "Target.createBrowserContext", &json!({}))["browserContextId"].clone();
        let allowed = json!(["clipboardReadWrite", "clipboardSanitizedWrite"]);
        self.call(
            None,
            "Browser.grantPermissions",
            &json!({ "permissions": allowed, "browserContextId": context }),
        );
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let target = self.call(None, "Target.createTarget", &target)["targetId"].clone();
        let attached =
            self.call(None, "Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        let tab = Tab { browser: self, session: attached["sessionId"].as_str().unwrap().to_owned() };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), &json!({}));
        }
        tab.call("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }));
        tab.size(1280, 900);
        tab
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.call(None, "Browser.close", &json!({}));
        let _ = self.child.wait();
    }
}

/// A page in the browser.
pub(crate) struct Tab<'a> {
    browser: &'a Browser,
    session: String,
}

impl Tab<'_> {
    pub(crate) fn call(&self, method: &str, params: &Value) -> Value {
        self.browser.call(Some(&self.session), method, params)
    }

    /// What happened in this tab so far, of one kind.
    pub(crate) fn events(&self, method: &str) -> Vec<Value> {
        let events = self.browser.events.borrow();
        let ours =
            events.iter().filter(|event| event["sessionId"] == *self.session && event["method"] == method);
        ours.map(|event| event["params"].clone()).collect()
    }

    /// Opens a file, with a fragment or none, and waits until it is there.
    pub(crate) fn open(&self, file: &Path, fragment: &str) {
        let before = self.events("Page.loadEventFired").len();
        let opened =
            self.call("Page.navigate", &json!({ "url": format!("file://{}{fragment}", file.display()) }));
        assert!(opened.get("errorText").is_none(), "{opened}");
        self.until_true("the page is loaded", || self.events("Page.loadEventFired").len() > before);
    }

    /// The value of an expression; promises are awaited, and the page takes it for something that its user did.
    pub(crate) fn eval(&self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let result = self.call("Runtime.evaluate", &params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression has a value.
    #[track_caller]
    pub(crate) fn until(&self, expression: &str, wanted: &Value) {
        let mut last = Value::Null;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            last = self.eval(expression);
            if last == *wanted {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{expression} is {last}, not {wanted}");
    }

    fn until_true(&self, what: &str, condition: impl Fn() -> bool) {
        let until = Instant::now() + PATIENCE;
        while !condition() {
            assert!(Instant::now() < until, "{what}: not so");
            self.eval("1");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses and releases a key.
    pub(crate) fn press(&self, key: &str, code: &str, number: u32, text: &str) {
        let key = |kind: &str, text: &str| json!({ "type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number, "text": text });
        self.call(
            "Input.dispatchKeyEvent",
            &key(if text.is_empty() { "rawKeyDown" } else { "keyDown" }, text),
        );
        self.call("Input.dispatchKeyEvent", &key("keyUp", ""));
    }

    /// Moves on by the tabulator key until a selector matches what has the focus.
    #[track_caller]
    pub(crate) fn tab_to(&self, selector: &str) {
        for _ in 0..60 {
            self.press("Tab", "Tab", 9, "");
            if self.eval(&format!("document.activeElement.matches({selector:?})")) == true {
                return;
            }
        }
        panic!("{selector} is not reached by keyboard");
    }

    pub(crate) fn theme(&self, theme: &str) {
        let feature = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "features": feature }));
    }

    pub(crate) fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Nothing was said on the console, no policy was broken, and nothing but files was asked for.
    #[track_caller]
    pub(crate) fn assert_quiet(&self) {
        for event in [
            "Log.entryAdded",
            "Runtime.exceptionThrown",
            "Runtime.consoleAPICalled",
            "Page.javascriptDialogOpening",
        ] {
            assert_eq!(self.events(event), Vec::<Value>::new(), "{event}");
        }
        let asked = self.events("Network.requestWillBeSent");
        let elsewhere = |event: &&Value| {
            event["type"] != "Document" || !event["documentURL"].as_str().unwrap().starts_with("file://")
        };
        assert_eq!(asked.iter().find(elsewhere), None);
    }
}
