//! Requests as the configuration's hook completes them.

use super::session::Session;
use crate::case::script::{Fields, SignatureEdit, Step, Time};
use crate::contract::Operation;
use crate::exchange::Request;

impl Session {
    /// The request as the hook completes it. What a step is about stays as the step has it.
    ///
    /// # Errors
    /// Why the hook did not, in words that can be shown.
    pub(super) async fn completed(
        &self,
        operation: &Operation,
        step: &Step,
        request: Request,
    ) -> Result<Request, String> {
        let Some(hook) = &self.hook else { return Ok(request) };
        let names = &operation.rules.headers;
        let mut kept: Vec<String> = step.headers.keys().cloned().collect();
        if step.signature != SignatureEdit::Right {
            kept.extend(names.signature.clone());
        }
        if step.time != Time::Now {
            kept.extend(names.time.clone());
        }
        let known = request.clone();
        match hook.complete(&operation.id, request, &kept).await {
            Ok(mut request) => {
                if step.fields == Fields::LowerCase {
                    request.headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
                }
                if let Some(redactor) = self.redactor(&operation.id) {
                    redactor.learn(&request);
                }
                Ok(request)
            }
            Err(failure) => {
                let complaint = match self.redactor(&operation.id) {
                    Some(redactor) => redactor.about(&known).text(&failure.complaint),
                    None => String::new(),
                };
                let complaint = one_line(&complaint);
                let says = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
                Err(format!("{}{says}", failure.reason))
            }
        }
    }
}

/// What somebody else's program said, on one line that is not too long.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 200;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
