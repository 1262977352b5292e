//! What went wrong, where, what to do next, and with which number the process ends.
//!
//! Everything in `src/` that can fail returns a [`Failure`]; [`crate::cmd::run`] prints it and takes its [`Exit`].
//! Nothing branches on a message: whoever must tell causes apart asks for them by type ([`Failure::cause`]).

use crate::text::units;
use std::{
    fmt::{self, Display},
    io,
    process::ExitCode,
};

/// How the process ends. The numbers are a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well; a reader that went away counts as well.
    Done = 0,
    /// The machine or the files did not let us.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The archive is corrupt or ends too early.
    Corrupt = 3,
    /// What was checked is not so.
    Refuted = 4,
    /// The archive needs more memory than allowed, or a newer program.
    Limit = 5,
    /// A board cannot be reached, or went away.
    Unreachable = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The number the process ends with.
    pub(crate) exit: Exit,
    /// What to say of it, and below that its causes.
    error: anyhow::Error,
    /// What to do next.
    pub(crate) hint: Option<String>,
}

/// The result of everything that can fail here.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Whoever read our output has gone: not our failure.
#[derive(Debug)]
struct ClosedPipe;

impl Display for ClosedPipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reader of the output has gone")
    }
}

impl std::error::Error for ClosedPipe {}

impl Failure {
    fn new(exit: Exit, error: anyhow::Error, hint: impl Into<Option<String>>) -> Self {
        Self { exit, error, hint: hint.into() }
    }

    fn said(exit: Exit, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(exit, anyhow::Error::msg(what.into()), hint.into())
    }

    /// Something that others can tell apart by its type.
    pub(crate) fn typed<E: std::error::Error + Send + Sync + 'static>(
        exit: Exit,
        error: E,
        hint: impl Into<String>,
    ) -> Self {
        Self::new(exit, error.into(), hint.into())
    }

    /// Whoever read our output has gone.
    pub(crate) fn closed_pipe() -> Self {
        Self::new(Exit::Done, ClosedPipe.into(), None)
    }

    /// A command line that makes no sense.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Usage, what, hint)
    }

    /// Something that would do harm.
    pub(crate) fn refused(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Failed, what, hint)
    }

    /// Something that was checked and is not so.
    pub(crate) fn refuted(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Refuted, what, hint)
    }

    /// A board or a node that cannot be reached, or went away.
    #[cfg(any(feature = "flash", feature = "node"))]
    pub(crate) fn unreachable(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Unreachable, what, hint)
    }

    /// Something that is not what it was.
    pub(crate) fn corrupt(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Corrupt, what, hint)
    }

    /// Part of what is called `name` is lost; the rest was written.
    pub(crate) fn lost(name: &str, what: &str) -> Self {
        Self::corrupt(format!("{name}: {what}"), "what was written is whole; what was lost is named above")
    }

    /// More was to be written than allowed.
    pub(crate) fn too_much(name: &str, allowed: u64) -> Self {
        let what = format!("{name} would take more than the {} that are allowed", units::size(allowed));
        Self::said(Exit::Limit, what, "allow more with `--max-output SIZE`, or leave it out")
    }

    /// A fault of ours.
    pub(crate) fn bug(what: &'static str) -> Self {
        let hint = "this is a fault in qres; please report it with the command and the input";
        Self::said(Exit::Failed, what, hint)
    }

    /// What the operating system said no to.
    pub(crate) fn io(what: impl Display, source: io::Error) -> Self {
        let (said, hint) = (format!("{what}: {}", plain(&source)), io_hint(source.kind()).map(str::to_owned));
        Self::new(Exit::Failed, anyhow::Error::new(source).context(said), hint)
    }

    /// Turns the error of reading or opening `name`.
    pub(crate) fn reading(name: impl Display) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::io(format_args!("cannot read {name}"), source)
    }

    /// Turns the error of writing or creating `name`.
    pub(crate) fn writing(name: impl Display) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::BrokenPipe => Self::closed_pipe(),
            _ => Self::io(format_args!("cannot write {name}"), source),
        }
    }

    /// The archive `name` cannot be read at byte `at`.
    pub(crate) fn archive(name: &str, at: u64, source: qres_core::Error) -> Self {
        use qres_core::Error;
        let what = match &source {
            Error::NotArchive if at > 0 => {
                format!("{name}: byte {at}: what follows the archive is no archive")
            }
            Error::Limit { asked, allowed } => {
                let (asked, allowed) = (units::size(*asked), units::size(*allowed));
                format!("{name}: decoding needs {asked} of memory, the limit is {allowed}")
            }
            Error::Gene(_) | Error::GeneOf(_) | Error::HistoryOf(_) => format!("{name}: {source}"),
            _ if at == 0 => format!("{name}: {source}"),
            _ => format!("{name}: byte {at}: {source}"),
        };
        let hint = match &source {
            Error::NotArchive if at == 0 => "only what `qres compress` wrote can be read; is this the right file?".into(),
            Error::Unsupported { .. } => NEWER.into(),
            Error::Limit { asked, .. } => format!("allow it with `--memory {}`", units::size_argument(*asked)),
            Error::Gene(_) | Error::GeneOf(_) => {
                "get that gene from where the archive was made and `qres gene install` it, or name it with `--gene FILE`".into()
            }
            Error::HistoryOf(_) => {
                "name the rows that had arrived when it was made with `--history FILE`: all of them and no others".into()
            }
            Error::Truncated => {
                "fetch the archive again; if its writer died, end it with `qres repair`, or save what is whole with `qres decompress --salvage`".into()
            }
            _ => "fetch the archive again, or save what is whole with `qres decompress --salvage`".to_owned(),
        };
        Self::new(exit_of(&source), anyhow::Error::new(source).context(what), hint)
    }

    /// The gene called `name` cannot be read.
    pub(crate) fn gene(name: &str, source: qres_core::Error) -> Self {
        use qres_core::Error;
        let what = match &source {
            Error::Truncated => format!("{name}: the gene ends too early"),
            _ => format!("{name}: {source}"),
        };
        let hint = match &source {
            Error::Unsupported { .. } => NEWER,
            _ => "only what `qres gene train` wrote is a gene; fetch it again from where it was trained",
        };
        Self::new(exit_of(&source), anyhow::Error::new(source).context(what), hint.to_owned())
    }

    /// The cause of that type, if there is one.
    pub(crate) fn cause<E: std::error::Error + Send + Sync + 'static>(&self) -> Option<&E> {
        self.error.downcast_ref()
    }

    /// Whether it is that whoever read our output has gone.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.cause::<ClosedPipe>().is_some()
    }

    /// The same, of what is called `name`.
    #[must_use]
    pub(crate) fn of(self, name: &str) -> Self {
        let said = format!("{name}: {self}");
        Self { error: self.error.context(said), ..self }
    }
}

const NEWER: &str = "install a newer qres; `qres --version` says what this one reads";

fn exit_of(source: &qres_core::Error) -> Exit {
    match source {
        qres_core::Error::Limit { .. } | qres_core::Error::Unsupported { .. } => Exit::Limit,
        _ => Exit::Corrupt,
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// What to do about the errors of the operating system that people meet.
fn io_hint(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "check the name and the folder",
        io::ErrorKind::PermissionDenied => "check the permissions of the file and of its folder",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room, or write elsewhere",
        io::ErrorKind::FileTooLarge => "allow longer files (`ulimit -f`), or write elsewhere",
        io::ErrorKind::NotADirectory => "a part of this path is a file: check the name",
        io::ErrorKind::IsADirectory => {
            "take the files in it with `-r`, or name them: `qres compress FOLDER/*.csv`"
        }
        _ => return None,
    })
}

/// The system's words without the number behind them, beginning in lower case.
fn plain(source: &io::Error) -> String {
    let text = source.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
