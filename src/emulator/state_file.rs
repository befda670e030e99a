//! The file that keeps the state over restarts.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clock::Reading;
use super::error::EmulatorError;
use super::model::Model;
use super::state::State;
use super::{Clock, look};

/// Rises with every change after which older files cannot be read.
const FORMAT: u32 = 2;

/// A change is written after this time at the latest; many changes in it are one write.
const DEBOUNCE: Duration = Duration::from_millis(250);

#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct Saved<M, I> {
    format: u32,
    clock: Reading,
    identity: I,
    model: M,
}

/// What a file holds.
pub(super) struct Kept {
    pub(super) clock: Clock,
    pub(super) identity: Value,
    pub(super) model: Model,
}

/// Reads a state file. `None` when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Kept>, EmulatorError> {
    let unreadable = |reason: String| EmulatorError::State {
        path: path.to_owned(),
        reason,
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| {
        unreadable(format!(
            "it is torn or no state file ({error}); move it away to begin anew"
        ))
    })?;
    if head.format != FORMAT {
        return Err(unreadable(format!(
            "its format is {}, and this emulator reads {FORMAT}; move it away to begin anew",
            head.format
        )));
    }
    let saved: Saved<Model, Value> = serde_json::from_slice(&bytes).map_err(|error| {
        unreadable(format!(
            "it does not fit together ({error}); move it away to begin anew"
        ))
    })?;
    Ok(Some(Kept {
        clock: Clock::from_reading(&saved.clock),
        identity: saved.identity,
        model: saved.model,
    }))
}

/// Writes what has changed, now and then and when it is dropped.
pub(super) struct Saver {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Saver {
    /// Writes the file once, so that a place that cannot be written to is told at once, and goes
    /// on doing so in the background.
    pub(super) fn start(path: PathBuf, state: &Arc<Mutex<State>>) -> Result<Self, EmulatorError> {
        let mut last = snapshot(state);
        let refused = |error: io::Error| EmulatorError::State {
            path: path.clone(),
            reason: error.to_string(),
        };
        write(&path, &last.1).map_err(refused)?;
        let state = Arc::clone(state);
        let (stop, stopped) = channel();
        let thread = thread::Builder::new()
            .name("persona-emulator-state".into())
            .spawn({
                let path = path.clone();
                move || {
                    loop {
                        let ends = stopped.recv_timeout(DEBOUNCE) != Err(RecvTimeoutError::Timeout);
                        // A clock that was moved in process has touched nothing: the last
                        // time, everything is written.
                        if ends || look(&state).touched != last.0 {
                            save(&path, &state, &mut last);
                        }
                        if ends {
                            break;
                        }
                    }
                }
            })
            .map_err(refused)?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// How often the state was touched, and what a file of it looks like.
type Snapshot = (u64, Vec<u8>);

fn snapshot(state: &Mutex<State>) -> Snapshot {
    let state = look(state);
    let saved = Saved {
        format: FORMAT,
        clock: state.model.clock().read(),
        identity: state.gate.identity(),
        model: &state.model,
    };
    // Nothing in it can fail to be written as JSON: its keys are texts, and it is no stream.
    let bytes = serde_json::to_vec(&saved).unwrap_or_default();
    (state.touched, bytes)
}

fn save(path: &Path, state: &Mutex<State>, last: &mut Snapshot) {
    let next = snapshot(state);
    match write(path, &next.1) {
        Ok(()) => *last = next,
        // Whoever works on with the emulator would lose it all at the next restart.
        Err(error) => eprintln!(
            "persona-emulator: the state could not be written to {}: {error}",
            path.display()
        ),
    }
}

/// Puts a whole new file in the place of the old one: whoever reads it, also after the power went,
/// finds one of the two.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let beside = path.with_file_name(name);
    let mut file = BufWriter::new(private(&beside)?);
    file.write_all(bytes)?;
    file.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()?;
    fs::rename(&beside, path)?;
    sync_directory(path)
}

/// For nobody else on the machine: what people entered is in it.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
