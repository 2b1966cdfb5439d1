//! The page about hostile targets tells what the table holds.

use crate::table;

/// The page of the documentation.
const PAGE: &str = include_str!("../../docs/hostile.md");

/// # Errors
/// The rows that one has and the other has not.
pub(crate) fn agree() -> Result<(), String> {
    let row = |one: &table::Behaviour| {
        format!("| {} | {} | {} | {} |", one.name, one.does, one.verdict.word(), one.verdict.code())
    };
    let rows: Vec<String> = table::all().iter().map(row).collect();
    // Rows of other tables end in words.
    let is_row = |line: &&str| {
        line.strip_suffix(" |").is_some_and(|line| line.ends_with(|c: char| c.is_ascii_digit()))
    };
    let told: Vec<&str> = PAGE.lines().filter(is_row).collect();
    let missing: Vec<&str> = rows.iter().map(String::as_str).filter(|row| !told.contains(row)).collect();
    let strange: Vec<&str> =
        told.iter().copied().filter(|line| !rows.iter().any(|row| row == line)).collect();
    if missing.is_empty() && strange.is_empty() {
        return Ok(());
    }
    Err(format!(
        "docs/hostile.md lacks:\n{}\nand should not have:\n{}",
        missing.join("\n"),
        strange.join("\n")
    ))
}
