//! What completes requests before they are sent: a command, or a small HTTP server.

use serde::Deserialize;
use std::fmt;
use std::path::Path;
use url::Url;

/// A way to have something added to every request, such as a signature that the contract does not describe.
#[derive(Clone, PartialEq, Eq)]
pub enum Hook {
    /// A program and its arguments; it reads the request as JSON and prints what changes.
    Command(Vec<String>),
    /// A URL; the request is posted to it as JSON, and it answers what changes.
    Url(Url),
}

impl Hook {
    /// The member of the configuration that it comes from.
    pub fn member(&self) -> &'static str {
        match self {
            Self::Command(_) => COMMAND,
            Self::Url(_) => URL,
        }
    }
}

/// What a command is told and what a URL holds beside its host may be secret.
impl fmt::Debug for Hook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(words) => write!(out, "Command({:?}, …)", words.first()),
            Self::Url(url) => write!(out, "Url({})", super::secret::place(url.as_str())),
        }
    }
}

const COMMAND: &str = "hook.command";
const URL: &str = "hook.url";

/// A hook as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    command: Option<Vec<String>>,
    url: Option<String>,
}

/// The member, what is wrong with it, and the mend.
type Wrong = (&'static str, String, &'static str);

const COMMAND_MEND: &str = "write it as command = [\"./sign.sh\"]";
const URL_MEND: &str = "write it as url = \"http://127.0.0.1:9000/sign\"";

impl Raw {
    /// The hook. A program that is named with a folder is looked for beside the configuration.
    pub(super) fn checked(self, folder: &Path) -> Result<Hook, Wrong> {
        match (self.command, self.url) {
            (Some(_), Some(_)) => {
                Err(("hook", "has both `command` and `url`".to_owned(), "give one of them"))
            }
            (None, None) => Err(("hook", "has neither `command` nor `url`".to_owned(), COMMAND_MEND)),
            (None, Some(text)) => url(&text),
            (Some(words), None) => command(words, folder),
        }
    }
}

fn url(text: &str) -> Result<Hook, Wrong> {
    match Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https")) {
        None => Err((URL, "is no http or https URL".to_owned(), URL_MEND)),
        Some(url) if !url.username().is_empty() || url.password().is_some() => Err((
            URL,
            "holds a user name or password".to_owned(),
            "use a signer on this machine, without one",
        )),
        Some(url) => Ok(Hook::Url(url)),
    }
}

fn command(mut words: Vec<String>, folder: &Path) -> Result<Hook, Wrong> {
    let Some(program) = words.first_mut().filter(|program| !program.is_empty()) else {
        return Err((COMMAND, "names no program".to_owned(), COMMAND_MEND));
    };
    if program.contains('/') {
        let path = folder.join(&*program);
        if !path.is_file() {
            return Err((
                COMMAND,
                format!("there is no file {}", path.display()),
                "give a path relative to the configuration file, or the bare name of a program",
            ));
        }
        *program = path.to_string_lossy().into_owned();
    }
    Ok(Hook::Command(words))
}
