//! The questions of `proofmark init`: asked on standard error, answered on standard input.

use super::wants::Wants;
use super::{check_variable, signs, verifies};
use crate::cli::args::InitAnswers;
use crate::cli::output::{self, Failure};
use crate::config::check_url;
use crate::contract::dialect::{DEFAULT, Dialect};
use std::io::BufRead as _;
use std::path::{Path, PathBuf};

/// Asks until each answer is right. An empty answer leaves out what can be left out.
pub(super) struct Questions {
    input: std::io::StdinLock<'static>,
}

impl Questions {
    pub(super) fn new() -> Self {
        Self { input: std::io::stdin().lock() }
    }

    /// Asks for what the options did not say.
    pub(super) fn fill(&mut self, answers: &mut InitAnswers, wants: &Wants) -> Result<(), Failure> {
        output::note("Enter alone leaves out what can be left out.");
        let url = |text: &str| {
            check_url(text).map(drop).map_err(|message| format!("{message}; write http://… or https://…"))
        };
        while answers.target.is_none() {
            answers.target =
                self.ask("Where is the target? Its base URL, such as https://staging.example.test", &url)?;
        }
        if answers.client_id.is_none() {
            answers.client_id = self.ask("As which client does proofmark send? Its id", &|_| Ok(()))?;
        }
        if answers.private_key.is_none() && answers.client_id.is_some() {
            let question = "Which file has that client's private key, PEM? Without one requests go unsigned";
            answers.private_key = self.ask(question, &|text| signs(Path::new(text)))?.map(PathBuf::from);
        }
        if answers.server_public_key.is_none() && answers.private_key.is_some() {
            let question = "Which file has the key that the target signs with, PEM?";
            answers.server_public_key =
                self.ask(question, &|text| verifies(Path::new(text)))?.map(PathBuf::from);
        }
        if answers.token_env.is_empty() && answers.token_file.is_empty() {
            // The kind that most requests carry; the others stand in the file as examples.
            for kind in wants.tokens().take(1) {
                let question =
                    format!("Which environment variable holds a token ({kind})? Its name, not the token");
                let name = self.ask(&question, &check_variable)?;
                answers.token_env.extend(name.map(|name| (Some(kind.to_owned()), name)));
            }
        }
        let has_template = wants.fixtures.iter().any(|fixture| fixture.at.0 == "template");
        if answers.template.is_none() && has_template {
            answers.template =
                self.ask("Which template does the target really have? Its code", &|_| Ok(()))?;
        }
        if answers.dialect.is_none() {
            let names = Dialect::names().join(", ");
            let question = format!("How does the wallet speak? One of {names}; Enter for {DEFAULT}");
            let known = |text: &str| {
                let is_known = Path::new(text).is_file() || Dialect::names().iter().any(|name| name == text);
                if is_known { Ok(()) } else { Err(format!("is no dialect; name one of {names}, or a file")) }
            };
            answers.dialect = self.ask(&question, &known)?;
        }
        Ok(())
    }

    /// One answer, nothing where it is empty.
    fn ask(
        &mut self,
        question: &str,
        right: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Option<String>, Failure> {
        loop {
            output::note(question);
            output::prompt();
            let mut line = String::new();
            let read = self.input.read_line(&mut line);
            if !matches!(read, Ok(1..)) {
                return Err(Failure::input("the questions were not answered to the end; nothing is written"));
            }
            let answer = line.trim();
            if answer.is_empty() {
                return Ok(None);
            }
            match right(answer) {
                Ok(()) => return Ok(Some(answer.to_owned())),
                Err(message) => output::note(&format!("that {message}")),
            }
        }
    }
}
