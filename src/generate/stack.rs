//! Room for recursion as deep as a schema nests.

/// Enough for some thousand levels. The memory is taken only as far as it is used.
const BYTES: usize = 256 << 20;

/// Runs `body` with a large stack of its own; nothing where the system has none to give.
pub(crate) fn with_room<T: Send>(body: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(BYTES).spawn_scoped(scope, body).ok()?;
        match thread.join() {
            Ok(made) => Some(made),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
