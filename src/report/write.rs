//! Writing a file whole or not at all.

use std::fs::{self, File, Metadata, Permissions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}; {mend}", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What to do about it.
    pub mend: &'static str,
    /// What the system said.
    pub source: io::Error,
}

impl WriteError {
    fn of(path: &Path, source: io::Error) -> Self {
        let source = plain(source);
        let mend = match source.kind() {
            io::ErrorKind::NotFound => "create its folder first",
            io::ErrorKind::NotADirectory => "a part of the path is a file, not a folder",
            io::ErrorKind::IsADirectory => "name a file, not a folder",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose a folder that you may write to"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
            io::ErrorKind::FileTooLarge => "raise the limit on the size of files (`ulimit -f`)",
            io::ErrorKind::ResourceBusy => "name a file that nothing is mounted on",
            _ => "choose another path",
        };
        Self { path: path.to_owned(), mend, source }
    }

    /// Whether another path would do: it is what was asked for that is wrong, and not the machine.
    pub fn is_of_the_path(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem
        )
    }
}

/// Writes a file so that a reader sees the old contents or the new, never a part.
///
/// The text goes to a temporary file in the same folder, which then takes the name. An existing
/// file keeps its permissions, a link stays a link. What is no file, such as `/dev/stdout` or a named
/// pipe, cannot be replaced and is written to directly.
///
/// A process that is killed in between leaves a temporary file `.proofmark-XXXXXX.tmp` behind; who writes in the same
/// folder an hour later or more takes it away.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), WriteError> {
    write_atomically_with(path, &mut |out| out.write_all(text.as_bytes()))
}

/// As [`write_atomically`], for what is written in pieces.
pub fn write_atomically_with(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if metadata.is_file() => {
            fs::canonicalize(path).and_then(|file| replace(&file, write, Some(metadata.permissions())))
        }
        Ok(_) => File::options().write(true).open(path).and_then(|file| buffered(&file, write)),
        Err(_) => replace(path, write, None),
    }
    .map_err(|error| WriteError::of(path, error))
}

/// Finds out whether [`write_atomically`] could write a file, as far as that can be known before; leaves nothing
/// behind.
///
/// # Errors
/// As [`write_atomically`].
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    /// How much has to fit at least.
    const PIECE: [u8; 4096] = [b' '; 4096];
    let try_beside = |path: &Path| temporary(folder_of(path))?.as_file().write_all(&PIECE);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if metadata.is_file() => fs::canonicalize(path).and_then(|file| try_beside(&file)),
        // To open a pipe is to wait for its reader.
        Ok(metadata) if is_pipe(&metadata) => Ok(()),
        Ok(_) => File::options().write(true).open(path).map(drop),
        Err(_) => try_beside(path),
    }
    .map_err(|error| WriteError::of(path, error))
}

#[cfg(unix)]
fn is_pipe(metadata: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn buffered(file: &File, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()
}

fn replace(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    permissions: Option<Permissions>,
) -> io::Result<()> {
    let folder = folder_of(path);
    let file = temporary(folder)?;
    buffered(file.as_file(), write)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sweep(folder);
    Ok(())
}

/// How the names of temporary files begin and end.
const ENDS: (&str, &str) = (".proofmark-", ".tmp");

/// A temporary file in a folder. It is locked while somebody writes it, which tells it from one that was left behind.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(ENDS.0).suffix(ENDS.1);
    // A temporary file is private by default; a report is for others too, as far as the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    match file.as_file().try_lock() {
        // Nobody else knows of it yet, and there are file systems without locks.
        Ok(()) | Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Ok(file),
    }
}

/// Takes away the temporary files that killed processes left in a folder. What cannot be taken away stays.
fn sweep(folder: &Path) {
    /// Where there are no locks, no report takes as long to be written.
    const OLD: Duration = Duration::from_hours(1);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(ENDS.0) && name.ends_with(ENDS.1));
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let Ok(file) = File::open(entry.path()) else { continue };
        let changed = file.metadata().and_then(|metadata| metadata.modified());
        let age = changed.ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
        if age.is_some_and(|age| age > OLD) && file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// What the system said, without the name of a temporary file that is gone by now.
fn plain(error: io::Error) -> io::Error {
    let mut source = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(inner) = source {
        if let Some(code) = inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return io::Error::from_raw_os_error(code);
        }
        source = inner.source();
    }
    error
}
