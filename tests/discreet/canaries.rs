//! A configuration with a canary in everything that is secret.

use crate::mirror::{ISSUED, Mirror};
use crate::place::Place;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};

/// Every member of the configuration that may hold a secret, and the names of the canaries that are planted in it. The
/// members are compared with those of the configuration's own types.
pub(crate) const PLANTED: [(&str, &[&str]); 12] = [
    // Certificates are public; what is planted is that a key beside them stays unknown.
    ("target.ca", &[]),
    ("target.proxy", &["proxy user", "proxy password"]),
    ("client.private_key", &["signing key"]),
    ("client.server_public_key", &[]),
    ("client.certificate", &["certificate key"]),
    ("client.certificate_key", &["certificate key"]),
    ("clients.private_key", &["second key"]),
    ("tokens", &["token in text", "token in a variable", "token in a file", "token of a command"]),
    ("probe", &["probe password", "probe query"]),
    (
        "headers",
        &[
            "header in text",
            "header in a variable",
            "header in a file",
            "key header",
            "basic header",
            "cookie header",
        ],
    ),
    ("hook", &["hook query", "hook header", "hook complaint"]),
    ("supply", &["supply password", "supply query"]),
];

/// Texts that differ in every encoding from how they stand.
const TEXTS: [(&str, &str); 24] = [
    ("token in text", "canary+in/Text~é-51a7"),
    ("token in a variable", "canary-in-variable<2>&'x"),
    ("token in a file", "canary in a file 3f3f"),
    ("token of a command", "canary:of=a_command%41"),
    ("proxy user", "canary.proxy.user.77"),
    ("proxy password", "canary:proxy/pass@word"),
    ("probe password", "canary-probe-password-0b"),
    ("probe query", "canary-probe-query-1c"),
    ("header in text", "canary header in text 8e"),
    ("header in a variable", "canary-header-in-variable-9f"),
    ("header in a file", "canary-header-in-file-a0"),
    ("key header", "canary-api-key-header-b1"),
    ("basic header", "canary-user:canary-pass-c2"),
    ("cookie header", "canary-cookie-value-d3"),
    ("hook query", "canary-hook-query-e4"),
    ("hook header", "canary-hook-header-f5"),
    ("hook complaint", "canary-hook-complaint-a6"),
    ("supply password", "canary-supply-password-b7"),
    ("supply query", "canary-supply-query-c8"),
    ("plain token", "canary-plain-token-4242"),
    ("evidence password", "canary-evidence-password-d9"),
    ("set cookie", ISSUED[0].1),
    ("session", ISSUED[1].1),
    ("supplied token", ISSUED[2].1),
];

pub(crate) fn text(name: &str) -> &'static str {
    TEXTS.iter().find(|(known, _)| *known == name).unwrap().1
}

/// Secrets by name, as bytes: texts, lines of keys, and what those hold.
pub(crate) struct Canaries(pub(crate) Vec<(String, Vec<u8>)>);

impl Canaries {
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, secret)| (name.as_str(), secret.as_slice()))
    }

    fn texts() -> Self {
        Self(TEXTS.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect())
    }

    /// The lines of a key, and pieces of what it holds: those after the public numbers.
    pub(crate) fn key(&mut self, name: &str, pem: &str) {
        let lines: Vec<&str> = pem.lines().filter(|line| !line.contains("-----")).collect();
        let der = STANDARD.decode(lines.concat()).unwrap();
        // The first line and, in a key of 2048 bits, the first 300 bytes say what kind of key it is, and its modulus.
        let (line, byte) = if der.len() > 1_000 { (7, 320) } else { (1, 40) };
        self.0.extend(
            lines
                .iter()
                .skip(line)
                .filter(|line| line.len() > 20)
                .map(|line| (name.to_owned(), line.as_bytes().to_vec())),
        );
        self.0.extend(
            der[byte..]
                .chunks(32)
                .filter(|part| part.len() > 20)
                .map(|part| (name.to_owned(), part.to_vec())),
        );
    }
}

/// Writes the configuration of a target behind a proxy, both of which repeat everything. `more` are tables of its own.
pub(crate) fn plant(place: &mut Place, mirror: &Mirror, more: &str) -> Canaries {
    let mut canaries = Canaries::texts();
    for (name, pem) in [
        ("signing key", include_str!("../../src/reference/keys/client.pem")),
        ("second key", include_str!("../../src/reference/keys/second.pem")),
    ] {
        canaries.key(name, pem);
    }
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["client.test".to_owned()]).unwrap().self_signed(&key).unwrap();
    canaries.key("certificate key", &key.serialize_pem());
    // One file for both, as some tools write it.
    place.write("conf/both.pem", certificate.pem() + &key.serialize_pem());
    place.write("conf/client.pem", include_str!("../../src/reference/keys/client.pem"));
    place.write("conf/second.pem", include_str!("../../src/reference/keys/second.pem"));
    place.write("conf/wallet.pub.pem", include_str!("../../src/reference/keys/wallet.pub.pem"));
    place.write("conf/token.txt", text("token in a file").to_owned() + "\n");
    place.write("conf/header.txt", text("header in a file"));
    place.script("conf/token.sh", &format!("echo '{}'", text("token of a command")));
    let encoded = |name: &str| {
        percent_encoding::utf8_percent_encode(text(name), percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    place.variable("PM_TOKEN", text("token in a variable"));
    place.variable("PM_HEADER", text("header in a variable"));
    place.variable("COSIGN_PASSWORD", text("evidence password"));
    place.variable(
        "PM_PROXY",
        &format!("http://{}:{}@{}", encoded("proxy user"), encoded("proxy password"), mirror.host()),
    );
    let quoted = |name: &str| serde_json::json!(text(name)).to_string();
    let basic = format!("Basic {}", STANDARD.encode(text("basic header")));
    place.write(
        "conf/p.toml",
        format!(
            r#"
[target]
url = "{url}"
proxy = {{ env = "PM_PROXY" }}
ca = {{ file = "both.pem" }}
[client]
id = "CLIENT"
private_key = {{ file = "client.pem" }}
server_public_key = {{ file = "wallet.pub.pem" }}
certificate = {{ file = "both.pem" }}
certificate_key = {{ file = "both.pem" }}
[clients.second]
id = "SECOND"
private_key = {{ file = "second.pem" }}
[tokens]
valid = {valid}
unscoped = {{ env = "PM_TOKEN" }}
expired = {{ file = "token.txt" }}
second = {{ command = ["./token.sh"] }}
[profile.supplied.tokens]
valid = {{ url = "http://u:{supply_password}@{host}/supply?key={supply_query}" }}
[profile.plain.tokens]
valid = {plain}
[template]
code = "CODE"
parameters = {{}}
[probe]
inbox = "http://u:{probe_password}@{host}/probe?key={probe_query}&requestId={{requestId}}"
[headers]
X-Plain = {header}
X-Variable = {{ env = "PM_HEADER" }}
X-File = {{ file = "header.txt" }}
X-Api-Key = {api}
Authorization = "{basic}"
Cookie = "sid={cookie}; theme=dark"
[limits]
settle = "20ms"
rate = 2000
{more}
"#,
            url = mirror.url,
            host = mirror.host(),
            valid = quoted("token in text"),
            plain = quoted("plain token"),
            supply_password = text("supply password"),
            supply_query = text("supply query"),
            probe_password = text("probe password"),
            probe_query = text("probe query"),
            header = quoted("header in text"),
            api = quoted("key header"),
            cookie = text("cookie header"),
        ),
    );
    canaries
}

#[test]
fn every_member_that_may_hold_a_secret_has_a_canary() {
    let file = include_str!("../../src/config/file.rs");
    let mut kind = "";
    let mut members = Vec::new();
    for line in file.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("pub(super) struct ") {
            kind = name.trim_end_matches(" {");
        }
        let table = match kind {
            "Target" => "target.",
            "Client" => "client.",
            "OtherClient" => "clients.",
            "Layer" => "",
            _ => continue,
        };
        let Some((name, of)) = line.trim_start_matches("pub(super) ").split_once(": ") else { continue };
        if of.contains("Source") || of.contains("::Raw") {
            members.push(format!("{table}{name}"));
        }
    }
    let planted: Vec<&str> = PLANTED.iter().map(|(member, _)| *member).collect();
    for member in &members {
        assert!(planted.contains(&member.as_str()), "{member} may hold a secret: plant a canary in it");
    }
    assert_eq!(members.len() + 1, planted.len(), "{members:?}");
    // The kinds of tables that these hold are as long as they are planted.
    for (text, known) in [
        (
            include_str!("../../src/config/supply.rs"),
            &["env", "file", "command", "url", "operation", "at"][..],
        ),
        (include_str!("../../src/config/probe.rs"), &["command", "listen", "key"]),
        (include_str!("../../src/config/hook.rs"), &["command", "url"]),
    ] {
        let name = if text.contains("struct Table {") { "struct Table {" } else { "struct Raw {" };
        let rest = text.split_once(name).unwrap().1.split_once('}').unwrap().0;
        let members: Vec<&str> =
            rest.lines().filter_map(|line| Some(line.trim().split_once(':')?.0)).collect();
        assert_eq!(members, known, "a new member may hold a secret: plant a canary in it");
    }
    let known: Vec<&str> = TEXTS.iter().map(|(name, _)| *name).collect();
    let keys = ["signing key", "second key", "certificate key"];
    let all = PLANTED.iter().flat_map(|(_, names)| names.iter());
    all.for_each(|name| assert!(known.contains(name) || keys.contains(name), "{name}"));
}
