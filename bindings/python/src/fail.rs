//! Failures as Python exceptions, in the words of the command line.
//!
//! A fault of an archive or gene is a [`Error`] with the attributes `kind` and `hint`; an argument that makes no sense is a
//! `ValueError`; what the system refused is an `OSError`. A hint is a note too, so that a traceback shows it.

use pyo3::{
    exceptions::{PyOSError, PyRuntimeError, PyValueError},
    prelude::*,
};
use qres_core::{Error as Fault, error::Unbounded, gene::train::TrainError};
use std::{io, path::Path};

pyo3::create_exception!(
    _qres,
    Error,
    PyValueError,
    "An archive or gene cannot be read. `kind` says why in one word (`truncated`, `corrupt`, `gene`, `limit`, \
     `unsupported`, `not-archive`), `hint` what to do next."
);

/// Returns the exception for an argument that makes no sense.
pub(crate) fn usage(what: impl Into<String>, hint: &str) -> PyErr {
    noted(PyValueError::new_err(what.into()), hint)
}

/// Returns the exception for a fault of ours.
pub(crate) fn bug(what: &str) -> PyErr {
    noted(
        PyRuntimeError::new_err(what.to_owned()),
        "this is a fault in qres; please report it with the input",
    )
}

/// Returns the exception for what the system refused; Python picks its subclass by the number.
pub(crate) fn io(path: &Path, source: &io::Error) -> PyErr {
    match source.raw_os_error() {
        Some(number) => {
            let text = source.to_string();
            let words = text.split(" (os error").next().unwrap_or_default().to_owned();
            PyOSError::new_err((number, words, path.to_string_lossy().into_owned()))
        }
        None => PyOSError::new_err(format!("{}: {source}", path.display())),
    }
}

/// Returns the exception for a fault at byte `at` of the archive `name`, if it has a name.
pub(crate) fn archive(name: Option<&str>, at: u64, fault: &Fault) -> PyErr {
    let said = match fault {
        Fault::NotArchive if at > 0 => format!("byte {at}: what follows the archive is no archive"),
        Fault::Gene(_) | Fault::GeneOf(_) | Fault::HistoryOf(_) | Fault::Limit { .. } => fault.to_string(),
        _ if at == 0 => fault.to_string(),
        _ => format!("byte {at}: {fault}"),
    };
    let said = name.map_or(said.clone(), |name| format!("{name}: {said}"));
    let (kind, hint) = match fault {
        Fault::NotArchive => {
            ("not-archive", "only what qres compressed can be read; is this the right file?")
        }
        Fault::Unsupported { .. } => ("unsupported", "a newer qres is needed"),
        Fault::Limit { .. } => ("limit", "allow it with `memory=`"),
        Fault::Gene(_) | Fault::GeneOf(_) => {
            ("gene", "get that gene from where the archive was made and install it, or give it with `gene=`")
        }
        Fault::HistoryOf(_) => ("history", "`qres decompress --history FILE` reads it"),
        Fault::Truncated => (
            "truncated",
            "fetch the archive again; if its writer died, end it with `qres repair`, or save what is whole with `qres decompress --salvage`",
        ),
        _ => ("corrupt", "fetch the archive again, or save what is whole with `qres decompress --salvage`"),
    };
    of_kind(said, kind, hint)
}

/// Returns the exception for a gene called `name` that cannot be read.
pub(crate) fn gene(name: &str, fault: &Fault) -> PyErr {
    let said = match fault {
        Fault::Truncated => format!("{name}: the gene ends too early"),
        _ => format!("{name}: {fault}"),
    };
    let hint = "only what `qres gene train` wrote is a gene; fetch it again from where it was trained";
    of_kind(said, "corrupt", hint)
}

/// Returns the exception for an archive that continues another gene than the one given.
pub(crate) fn other_gene(wanted: &[u8], given: &[u8]) -> PyErr {
    let said = format!("it goes on from gene {}, and the one given is {}", hex(wanted), hex(given));
    of_kind(said, "gene", "give the gene that it was compressed with")
}

/// Returns the exception for a bound that cannot be meant.
pub(crate) fn bound(unbounded: &Unbounded) -> PyErr {
    let hint = match unbounded {
        Unbounded::NoColumn(_) => "name columns as the first row does, or by number from 1",
        Unbounded::NoTable(_) => "a bound is for the numbers of tables and of raw samples",
        Unbounded::Shared(_) => "bound all of a column by its number, as `qres inspect` shows it",
        Unbounded::Moved(_) => "compress what is before it and what is behind it one by one",
        _ => "leave one of them out",
    };
    usage(unbounded.to_string(), hint)
}

/// Returns the exception for what writing an archive refuses.
pub(crate) fn writing(fault: &Fault) -> PyErr {
    match fault {
        Fault::Bound(unbounded) => bound(unbounded),
        other => archive(None, 0, other),
    }
}

/// Returns the exception for texts that no gene can be learnt from.
pub(crate) fn training(error: &TrainError) -> PyErr {
    let hint = match error {
        TrainError::NoTable => "genes are learnt from rows of numbers",
        TrainError::Columns => "train one gene for each kind of table",
        TrainError::Prior => "take more of them with `rows=`",
        TrainError::Fusion => "choose another neuron: `neuron=\"auto\"`",
        TrainError::Gene(_) => "take fewer rows with `rows=`",
    };
    usage(error.to_string(), hint)
}

/// Returns bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_kind(said: String, kind: &'static str, hint: &str) -> PyErr {
    let error = Error::new_err(said);
    Python::attach(|py| {
        let value = error.value(py);
        // A fresh exception takes any attribute.
        let _ = value.setattr("kind", kind).and_then(|()| value.setattr("hint", hint));
    });
    noted(error, hint)
}

fn noted(error: PyErr, hint: &str) -> PyErr {
    Python::attach(|py| {
        // Without the note the message still stands.
        let _ = error.value(py).call_method1("add_note", (format!("hint: {hint}"),));
    });
    error
}
