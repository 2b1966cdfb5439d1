//! What is wrong with a file, where, and how to mend it.

use std::fmt;

/// One error in a file that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as the user gave it.
    pub file: String,
    /// The 1-based line, where known.
    pub line: Option<usize>,
    /// JSON pointer to the part, where known.
    pub pointer: Option<String>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub mend: String,
}

impl Problem {
    /// A problem with a file as a whole.
    pub fn new(file: &str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, pointer: None, message: message.into(), mend: mend.into() }
    }

    /// The same problem, with its line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The same problem, with the JSON pointer of the part.
    #[must_use]
    pub fn at_pointer(mut self, pointer: &str) -> Self {
        if !pointer.is_empty() {
            self.pointer = Some(pointer.to_owned());
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(pointer) = &self.pointer {
            write!(out, ": {pointer}")?;
        }
        write!(out, ": {}", self.message)?;
        if !self.mend.is_empty() {
            write!(out, " ({})", self.mend)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// Several problems, one a line.
#[derive(Clone, Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
