//! What went wrong, where, what to do next, and with which number the process ends.
//!
//! Everything in `src/` that can fail returns a [`Failure`]; [`crate::cmd::run`] prints it and takes its [`Exit`].
//! Nothing branches on a message: the kinds carry what there is to branch on.

use qres_core::gene::Id;
use std::{fmt, io, process::ExitCode};

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
pub(crate) enum Failure {
    /// Whoever read our output has gone: not our failure.
    ClosedPipe,
    /// The command line makes no sense.
    Usage { what: String, hint: &'static str },
    /// We could, but it would do harm.
    Refused { what: String, hint: String },
    /// The operating system said no.
    Io { what: String, source: io::Error },
    /// The archive cannot be read.
    Archive { name: String, at: u64, source: qres_core::Error },
    /// A gene cannot be read.
    Gene { name: String, source: qres_core::Error },
    /// The gene at hand is not the one that the archive goes on from.
    OtherGene { name: String, wanted: Vec<u8>, given: Id },
    /// The store is needed, for a gene if one is named, and there is no place where it could be.
    NoStore { wanted: Option<String> },
    /// A gene of the store has another content than its id says.
    Damaged { path: String, id: Id },
    /// A name of the store stands for nothing.
    DamagedName { name: String },
    /// So many genes and names of the store are damaged; the rest was listed.
    Harmed { count: u64 },
    /// Part of the archive is lost; the rest was written.
    Lost { name: String, what: String },
    /// More was to be written than allowed.
    TooMuch { name: String, allowed: u64 },
    /// What `check --require` asked for is not so.
    Refuted { what: String, hint: String },
    /// A board cannot be reached, or went away.
    #[cfg_attr(not(feature = "flash"), expect(dead_code, reason = "only boards are reached for"))]
    Unreachable { what: String, hint: String },
    /// A fault of ours.
    Bug { what: &'static str },
}

/// The result of everything that can fail here.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A command line that makes no sense.
    pub(crate) fn usage(what: impl Into<String>, hint: &'static str) -> Self {
        Self::Usage { what: what.into(), hint }
    }

    /// Something that would do harm.
    pub(crate) fn refused(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: hint.into() }
    }

    /// Turns the error of reading or opening `name`.
    pub(crate) fn reading(name: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what: format!("cannot read {name}"), source }
    }

    /// Turns the error of writing or creating `name`.
    pub(crate) fn writing(name: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Io { what: format!("cannot write {name}"), source },
        }
    }

    /// The number the process ends with.
    pub(crate) fn exit(&self) -> Exit {
        use qres_core::Error;
        match self {
            Self::ClosedPipe => Exit::Done,
            Self::Usage { .. } => Exit::Usage,
            Self::Refused { .. } | Self::Io { .. } | Self::NoStore { .. } | Self::Bug { .. } => Exit::Failed,
            Self::Archive { source: Error::Limit { .. } | Error::Unsupported { .. }, .. }
            | Self::Gene { source: Error::Limit { .. } | Error::Unsupported { .. }, .. } => Exit::Limit,
            Self::Archive { .. } | Self::Gene { .. } | Self::OtherGene { .. } | Self::Lost { .. } => {
                Exit::Corrupt
            }
            Self::Damaged { .. } | Self::DamagedName { .. } | Self::Harmed { .. } => Exit::Corrupt,
            Self::TooMuch { .. } => Exit::Limit,
            Self::Refuted { .. } => Exit::Refuted,
            Self::Unreachable { .. } => Exit::Unreachable,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        use qres_core::Error;
        let hint = match self {
            Self::ClosedPipe => return None,
            Self::Usage { hint, .. } => (*hint).into(),
            Self::Refused { hint, .. } | Self::Refuted { hint, .. } | Self::Unreachable { hint, .. } => {
                hint.clone()
            }
            Self::Io { source, .. } => io_hint(source.kind())?.into(),
            Self::Archive { at: 0, source: Error::NotArchive, .. } => {
                "only what `qres compress` wrote can be read; is this the right file?".into()
            }
            Self::Archive { source: Error::Unsupported { .. }, .. }
            | Self::Gene { source: Error::Unsupported { .. }, .. } => {
                "install a newer qres; `qres --version` says what this one reads".into()
            }
            Self::Archive { source: Error::Limit { asked, .. }, .. } => {
                format!("allow it with `--memory {}`", crate::ui::size_argument(*asked))
            }
            Self::Archive { source: Error::Gene(_) | Error::GeneOf(_), .. } => {
                "get that gene from where the archive was made and `qres gene install` it, or name it with `--gene FILE`".into()
            }
            Self::Gene { .. } => {
                "only what `qres gene train` wrote is a gene; fetch it again from where it was trained".into()
            }
            Self::OtherGene { .. } => {
                "name the gene that it was compressed with; `qres gene show FILE` says which one a file is"
                    .into()
            }
            Self::NoStore { .. } => "say where genes are with `--store DIR` or `QRES_STORE`".into(),
            Self::Damaged { id, .. } => format!(
                "install it again from where it was trained, or remove it with `qres gene rm {}`",
                crate::io::store::short(id)
            ),
            Self::Harmed { .. } => "remove it with `qres gene rm`, or install the gene again".into(),
            Self::DamagedName { name } => {
                format!("name the gene again with `qres gene install -f --name {name} FILE`, or `qres gene rm {name}`")
            }
            Self::Archive { source: Error::Truncated, .. } => {
                "fetch the archive again; if its writer died, end it with `qres repair`, or save what is whole with `qres decompress --salvage`".into()
            }
            Self::Archive { .. } => {
                "fetch the archive again, or save what is whole with `qres decompress --salvage`".into()
            }
            Self::TooMuch { .. } => "allow more with `--max-output SIZE`, or leave it out".into(),
            Self::Lost { .. } => "what was written is whole; what was lost is named above".into(),
            Self::Bug { .. } => {
                "this is a fault in qres; please report it with the command and the input".into()
            }
        };
        Some(hint)
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

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => write!(f, "the reader of the output has gone"),
            Self::Usage { what, .. }
            | Self::Refused { what, .. }
            | Self::Refuted { what, .. }
            | Self::Unreachable { what, .. } => write!(f, "{what}"),
            Self::Io { what, source } => write!(f, "{what}: {}", plain(source)),
            Self::Archive { name, at: at @ 1.., source: qres_core::Error::NotArchive } => {
                write!(f, "{name}: byte {at}: what follows the archive is no archive")
            }
            Self::Archive { name, source: qres_core::Error::Limit { asked, allowed }, .. } => {
                let (asked, allowed) = (crate::ui::size(*asked), crate::ui::size(*allowed));
                write!(f, "{name}: decoding needs {asked} of memory, the limit is {allowed}")
            }
            Self::Archive { name, source: qres_core::Error::Gene(id), .. } => {
                write!(f, "{name}: it goes on from gene {}, which is not at hand", crate::ui::hex(id))
            }
            Self::Archive { name, source: qres_core::Error::GeneOf(id), .. } => {
                let id = crate::ui::hex(id);
                write!(f, "{name}: it goes on from a gene whose id begins with {id}, which is not at hand")
            }
            Self::Gene { name, source: qres_core::Error::Truncated } => {
                write!(f, "{name}: the gene ends too early")
            }
            Self::Gene { name, source } => write!(f, "{name}: {source}"),
            Self::OtherGene { name, wanted, given } => {
                let (wanted, given) = (crate::ui::hex(wanted), crate::ui::hex(given));
                write!(f, "{name}: it goes on from gene {wanted}, and the one given is {given}")
            }
            Self::Archive { name, at: 0, source } => write!(f, "{name}: {source}"),
            Self::Archive { name, at, source } => write!(f, "{name}: byte {at}: {source}"),
            Self::NoStore { wanted: None } => write!(f, "there is no store of genes: no home folder is set"),
            Self::NoStore { wanted: Some(word) } => {
                write!(f, "{word} is no file, and there is no store of genes: no home folder is set")
            }
            Self::Damaged { path, .. } => {
                write!(f, "the store is damaged: {path} is not the gene that it is called")
            }
            Self::DamagedName { name } => {
                write!(f, "the store is damaged: the name `{name}` stands for no gene")
            }
            Self::Harmed { count } => {
                write!(f, "the store is damaged: {} cannot be used", crate::ui::count(*count, "part"))
            }
            Self::TooMuch { name, allowed } => {
                write!(f, "{name} would take more than the {} that are allowed", crate::ui::size(*allowed))
            }
            Self::Lost { name, what } => write!(f, "{name}: {what}"),
            Self::Bug { what } => write!(f, "{what}"),
        }
    }
}

impl std::error::Error for Failure {}

/// The system's words without the number behind them, beginning in lower case.
fn plain(source: &io::Error) -> String {
    let text = source.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// A panic is a fault of ours: say so in one line and end with 1, in every build.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        use io::Write;
        #[cfg(feature = "flash")]
        if let Some(exit) = blame::blamed(panic) {
            crate::signal::clean_up();
            std::process::exit(i32::from(exit as u8));
        }
        let _ = writeln!(io::stderr(), "error: fault in qres {}: {panic}", env!("CARGO_PKG_VERSION"));
        let _ = writeln!(io::stderr(), "  hint: please report this line with the command and the input");
        crate::signal::clean_up();
        std::process::exit(i32::from(Exit::Failed as u8));
    }));
}

/// Inputs and answers that make another's code panic: the failure of whoever sent them, not a fault of ours.
#[cfg(feature = "flash")]
pub(crate) mod blame {
    use super::{Exit, Failure};
    use crate::ui::Ui;
    use std::{
        panic::PanicHookInfo,
        path::Path,
        sync::{Mutex, PoisonError},
    };

    static BLAMED: Mutex<Option<(Ui, Failure)>> = Mutex::new(None);

    /// Does `work`, most of which is another's code: if that panics, it is reported as `failure`.
    pub(crate) fn on<T>(ui: Ui, failure: Failure, work: impl FnOnce() -> T) -> T {
        set(Some((ui, failure)));
        let done = work();
        set(None);
        done
    }

    fn set(blamed: Option<(Ui, Failure)>) {
        *BLAMED.lock().unwrap_or_else(PoisonError::into_inner) = blamed;
    }

    /// Reports what is blamed for a panic outside of our sources, whose paths are relative; how to end.
    pub(super) fn blamed(panic: &PanicHookInfo<'_>) -> Option<Exit> {
        panic.location().filter(|place| Path::new(place.file()).is_absolute())?;
        let (ui, failure) = BLAMED.try_lock().ok()?.take()?;
        ui.failure(&failure);
        Some(failure.exit())
    }
}
