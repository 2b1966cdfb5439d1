//! The text of a configuration to start with.

use super::wants::Wants;
use serde_json::Value;

/// Where a token is read from. Its text never stands in a configuration that is written here.
pub(super) enum Place {
    /// An environment variable.
    Env(String),
    /// A file, named from the configuration's folder.
    File(String),
}

/// What is known of the target; files are named from the configuration's folder.
pub(super) struct Draft {
    pub(super) url: String,
    pub(super) dialect: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) key_version: Option<u32>,
    pub(super) private_key: Option<String>,
    pub(super) server_public_key: Option<String>,
    /// By kind.
    pub(super) tokens: Vec<(String, Place)>,
    pub(super) template: Option<String>,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) fixtures: Vec<(String, String)>,
    /// URLs by name.
    pub(super) probes: Vec<(String, String)>,
    pub(super) suites: Vec<String>,
}

impl Draft {
    /// Whether it sets what cases need.
    pub(super) fn has(&self, need: &str) -> bool {
        match need {
            "client.private_key" => self.private_key.is_some(),
            "client.server_public_key" => self.server_public_key.is_some(),
            other => self.tokens.iter().any(|(kind, _)| other.strip_prefix("tokens.") == Some(kind)),
        }
    }
}

const HEAD: &str = "\
# Written by `proofmark init`.
#
# A line that begins with # and a word, such as #rate, is an example: fill
# it in and take the # away. Tokens and keys do not stand here: { env = \"X\" }
# names an environment variable, { file = \"x\" } a file beside this one.
";

const TARGET: &str = "
# How the wallet speaks. `proofmark list --dialect` lists the dialects,
# `proofmark probe` finds out which one is nearest.
";

const REACH: &str = "
# How it is reached, where that is not plain.
#ca = { file = \"ca.pem\" }
#proxy = \"http://proxy.example.test:3128\"
#http = \"2\"
";

const LIMITS: &str = "
[limits]
# Requests a second, and cases at the same time.
#rate = 50
#concurrency = 8
# One exchange, and the whole run.
#timeout = \"5s\"
#budget = \"10m\"

# Any table above, overridden by --profile nightly.
#[profile.nightly.limits]
#rate = 10
";

/// A configuration in TOML: what is known stands in it, and the rest of what the suite wants as examples.
pub(super) fn toml(draft: &Draft, wants: &Wants) -> String {
    let suites: String = draft.suites.iter().flat_map(|name| [" --suite ", name]).collect();
    let mut page = Page(HEAD.to_owned());
    if !suites.is_empty() {
        page.say(&format!("Made for `proofmark run{suites}`."));
    }
    page.table("target");
    page.set("url", &text(&draft.url));
    page.0.push_str(TARGET);
    page.line("dialect", draft.dialect.as_deref().map(text), "\"default\"");
    page.0.push_str(REACH);
    client(&mut page, draft, wants);
    tokens(&mut page, draft, wants);
    fixtures(&mut page, draft, wants);
    probes(&mut page, draft, wants);
    page.0.push_str(LIMITS);
    page.0
}

fn client(page: &mut Page, draft: &Draft, wants: &Wants) {
    page.table("client");
    if let Some(header) = &wants.client_header {
        page.say(&format!("Who sends: the header field {header}."));
    }
    page.line("id", draft.client_id.as_deref().map(text), "\"TEST_CLIENT\"");
    page.line("key_version", draft.key_version.map(|version| version.to_string()), "1");
    page.say("The key that signs, RSA, PEM in PKCS#8 or PKCS#1 form. Without it");
    page.say("requests go unsigned.");
    page.need("client.private_key", draft, wants);
    page.line("private_key", draft.private_key.as_deref().map(file), "{ file = \"client.pem\" }");
    page.say("The key that the target signs with.");
    page.need("client.server_public_key", draft, wants);
    page.line(
        "server_public_key",
        draft.server_public_key.as_deref().map(file),
        "{ file = \"wallet.pub.pem\" }",
    );
    for name in wants.clients() {
        page.0.push('\n');
        page.say("Another client of the same target.");
        page.need(&format!("clients.{name}"), draft, wants);
        page.example(&format!("[clients.{name}]"));
        page.example(&format!("id = \"ANOTHER_CLIENT\"\n#private_key = {{ file = \"{name}.pem\" }}"));
    }
}

fn tokens(page: &mut Page, draft: &Draft, wants: &Wants) {
    page.table("tokens");
    page.say("Also { command = [\"./token.sh\"] }, whose output is the token.");
    let given =
        |kind: &str| draft.tokens.iter().find(|(name, _)| name == kind).map(|(_, place)| source(place));
    for kind in wants.tokens() {
        page.need(&format!("tokens.{kind}"), draft, wants);
        let variable = format!("PROOFMARK_TOKENS_{}", kind.to_uppercase());
        page.line(kind, given(kind), &format!("{{ env = \"{variable}\" }}"));
    }
    for (kind, place) in draft.tokens.iter().filter(|(kind, _)| wants.tokens().all(|known| known != kind)) {
        page.set(kind, &source(place));
    }
}

fn fixtures(page: &mut Page, draft: &Draft, wants: &Wants) {
    let mut tables: Vec<&str> = wants.fixtures.iter().map(|fixture| fixture.at.0.as_str()).collect();
    tables.push(if draft.template.is_some() { "template" } else { "" });
    tables.push(if draft.fixtures.is_empty() { "" } else { "fixtures" });
    let mut seen = Vec::new();
    for table in tables {
        if table.is_empty() || seen.contains(&table) {
            continue;
        }
        seen.push(table);
        page.table(table);
        page.say("What the target really has; in place of the contract's examples.");
        let mut given = given(draft, table);
        for fixture in wants.fixtures.iter().filter(|fixture| fixture.at.0 == table) {
            let member = &fixture.at.1;
            let at = given.iter().position(|(name, _)| name == member);
            let value = at.map(|at| given.remove(at).1);
            page.line(member, value, &inline(&fixture.example));
        }
        for (name, value) in given {
            page.set(&name, &value);
        }
    }
}

/// The members of a table of fixtures that are known.
fn given(draft: &Draft, table: &str) -> Vec<(String, String)> {
    if table != "template" {
        return draft.fixtures.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    }
    let code = draft.template.iter().map(|code| ("code".to_owned(), text(code)));
    let members: Vec<String> =
        draft.parameters.iter().map(|(name, value)| format!("{} = {}", key(name), text(value))).collect();
    let parameters =
        (!members.is_empty()).then(|| ("parameters".to_owned(), format!("{{ {} }}", members.join(", "))));
    code.chain(parameters).collect()
}

fn probes(page: &mut Page, draft: &Draft, wants: &Wants) {
    if wants.probes.is_empty() && draft.probes.is_empty() {
        return;
    }
    page.table("probe");
    page.say("Lets proofmark count effects: a URL that answers {\"count\": N}; also a");
    page.say("command, or an address that the target reports to.");
    for probe in &wants.probes {
        page.say(&format!("Counted here: {}.", probe.meaning));
        let known = draft.probes.iter().find(|(name, _)| *name == probe.name).map(|(_, url)| text(url));
        let example = format!("http://127.0.0.1:8080/probe/{}?key={{key}}", probe.name);
        page.line(&probe.name, known, &text(&example));
    }
    for (name, url) in
        draft.probes.iter().filter(|(name, _)| wants.probes.iter().all(|one| one.name != *name))
    {
        page.set(name, &text(url));
    }
}

struct Page(String);

impl Page {
    fn table(&mut self, name: &str) {
        self.0.push_str(&format!("\n[{name}]\n"));
    }

    fn say(&mut self, words: &str) {
        self.0.push_str(&format!("# {words}\n"));
    }

    fn set(&mut self, name: &str, value: &str) {
        self.0.push_str(&format!("{} = {value}\n", key(name)));
    }

    fn example(&mut self, line: &str) {
        self.0.push_str(&format!("#{line}\n"));
    }

    /// What is known, or an example.
    fn line(&mut self, name: &str, known: Option<String>, example: &str) {
        match known {
            Some(value) => self.set(name, &value),
            None => self.example(&format!("{} = {example}", key(name))),
        }
    }

    /// What is skipped without it, where it is not known.
    fn need(&mut self, name: &str, draft: &Draft, wants: &Wants) {
        if let Some(need) = wants.need(name).filter(|_| !draft.has(name)) {
            self.say(&format!("Without it {}.", need.skipped().replacen(", ", ",\n# ", 1)));
        }
    }
}

/// A text in TOML.
fn text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A member's name in TOML.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { text(name) }
}

fn file(path: &str) -> String {
    format!("{{ file = {} }}", text(path))
}

fn source(place: &Place) -> String {
    match place {
        Place::Env(name) => format!("{{ env = {} }}", text(name)),
        Place::File(path) => file(path),
    }
}

/// A JSON value in one line of TOML; a null, which TOML has not, is an empty text.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::String(string) => text(string),
        Value::Null => text(""),
        other => other.to_string(),
    }
}
