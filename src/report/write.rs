//! Writing a file whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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

/// Writes a file so that a reader sees the old contents or the new, never a part.
///
/// The text goes to a temporary file in the same folder, which then takes the name. An existing
/// file keeps its permissions, a link stays a link. What is no file, such as `/dev/stdout` or a named
/// pipe, cannot be replaced and is written to directly.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), WriteError> {
    write_atomically_with(path, &mut |out| out.write_all(text.as_bytes()))
}

/// As [`write_atomically`], for what is written in pieces.
pub fn write_atomically_with(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let failed = |source: io::Error| {
        let mend = match source.kind() {
            io::ErrorKind::NotFound => "create its folder first",
            io::ErrorKind::NotADirectory => "a part of the path is a file, not a folder",
            io::ErrorKind::IsADirectory => "name a file, not a folder",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose a folder that you may write to"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
            _ => "choose another path",
        };
        WriteError { path: path.to_owned(), mend, source }
    };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
        Ok(metadata) if metadata.is_file() => fs::canonicalize(path)
            .and_then(|file| replace(&file, write, Some(metadata.permissions())))
            .map_err(failed),
        Ok(_) => {
            File::options().write(true).open(path).and_then(|file| buffered(&file, write)).map_err(failed)
        }
        Err(_) => replace(path, write, None).map_err(failed),
    }
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
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".proofmark-");
    // A temporary file is private by default; a report is for others too, as far as the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    buffered(file.as_file(), write)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
