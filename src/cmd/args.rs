//! Options that several commands share. The doc comments are the help.

use crate::{
    failure::{Failure, Outcome},
    io::{
        files::{Place, is_folder},
        genes::{self, Genes},
        keys,
        known_rows::KnownRows,
        output::Target,
        store::Store,
    },
    text::units::parse_size,
};
use clap::Args;
use qres_core::trust::Secret;
use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

/// How to talk about it
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Verbosity {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 900)]
    pub(crate) quiet: bool,
    /// Say what was done, even where stderr is no terminal
    #[arg(short, long, global = true, display_order = 901)]
    pub(crate) verbose: bool,
    /// Print results as JSON lines (on stderr if stdout carries the data)
    #[arg(long, global = true, display_order = 902)]
    pub(crate) json: bool,
}

/// Where the output goes
#[derive(Debug, Clone, Args)]
pub(crate) struct Destination {
    /// Write to FILE (`-` is stdout), or into a folder
    #[arg(short, long, value_name = "FILE", conflicts_with = "stdout")]
    pub(crate) output: Option<PathBuf>,
    /// Write to stdout
    #[arg(short = 'c', long)]
    pub(crate) stdout: bool,
    /// Overwrite files, write binary to a terminal, compress archives again
    #[arg(short, long)]
    pub(crate) force: bool,
}

impl Destination {
    /// The place meant for the outputs of so many inputs.
    pub(crate) fn place(self, inputs: usize) -> Outcome<Place> {
        match self.output {
            Some(path) if path.as_os_str() == "-" => Ok(Place::One(Target::Stdout)),
            Some(path) if is_folder(&path) => Ok(Place::Into(path)),
            Some(_) if inputs > 1 => {
                let hint = "name a folder, with `/` at its end if it is new; leave `-o` out to write beside each input, or send all to one place with `-c > FILE`";
                Err(Failure::usage(format!("`-o` names one output, and there are {inputs} inputs"), hint))
            }
            Some(path) => Ok(Place::One(Target::File(path))),
            None if self.stdout => Ok(Place::One(Target::Stdout)),
            None => Ok(Place::Beside),
        }
    }
}

/// Whether to go into folders
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Recursive {
    /// Take the files in folders, too
    #[arg(short, long)]
    pub(crate) recursive: bool,
}

/// What becomes of the input
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Keeping {
    /// Keep the input: always done, accepted as gzip does
    #[arg(short, long, hide_short_help = true, conflicts_with = "rm")]
    pub(crate) keep: bool,
    /// Remove each input file once its output is safely on disk
    #[arg(long)]
    pub(crate) rm: bool,
}

impl Keeping {
    /// Refuses to remove what was only sent to `target`, where nobody knows whether it arrived.
    pub(crate) fn check(self, target: Option<&Target>) -> Outcome {
        let Some(target) = target.filter(|target| self.rm && !target.keeps()) else { return Ok(()) };
        let what = format!("`--rm` would remove the input while the output goes to {}", target.name());
        Err(Failure::usage(
            what,
            "leave `--rm` out, and remove the input when you know that the output has arrived",
        ))
    }
}

/// How many threads work
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Threads {
    /// Threads (0: one a core); the output is the same for all
    #[arg(short = 'T', long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: u16,
}

impl Threads {
    /// The number meant.
    pub(crate) fn get(self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => usize::from(n),
        }
    }
}

/// How much memory decoding may take
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Memory {
    /// Refuse archives that need more memory than this to decode
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = parse_size)]
    pub(crate) memory: u64,
}

/// How much may be written
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct MaxOutput {
    /// Write no more than this, and end with 5 if there is more (default: no limit)
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) max_output: Option<u64>,
}

/// Where installed genes are
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreFlag {
    /// Folder of installed genes, instead of QRES_STORE or the one among the user's data
    #[arg(long, value_name = "DIR", display_order = 800)]
    store: Option<PathBuf>,
}

impl StoreFlag {
    /// The store meant.
    pub(crate) fn get(&self) -> Store {
        Store::at(self.store.as_deref())
    }
}

/// Who signs
#[derive(Debug, Clone, Args)]
pub(crate) struct KeyFlag {
    /// The key to sign with (default: the file that QRES_KEY_FILE names)
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

impl KeyFlag {
    /// The secret meant.
    pub(crate) fn secret(&self) -> Outcome<Secret> {
        let named = std::env::var_os("QRES_KEY_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        match self.key.as_ref().or(named.as_ref()) {
            Some(path) => keys::read(path),
            None => {
                let hint = "name one, or set QRES_KEY_FILE; `qres keygen -o FILE` makes one";
                Err(Failure::usage("a key is needed, and none is named", hint))
            }
        }
    }
}

/// Whether what is written is signed
#[derive(Debug, Clone, Args)]
pub(crate) struct Signing {
    /// Sign it: `qres verify` tells who has
    #[arg(long)]
    pub(crate) sign: bool,
    /// The key to sign with (default: the file that QRES_KEY_FILE names)
    #[arg(long, value_name = "FILE", requires = "sign")]
    key: Option<PathBuf>,
}

impl Signing {
    /// The secret to sign with, if anything is to be signed.
    pub(crate) fn secret(&self) -> Outcome<Option<Secret>> {
        self.sign.then(|| KeyFlag { key: self.key.clone() }.secret()).transpose()
    }
}

/// What messages go on from
#[derive(Debug, Clone, Args)]
pub(crate) struct History {
    /// The rows in FILE have arrived: messages go on from them
    ///
    /// Both ends name the same rows, and with `--gene` those that the gene was learnt from come before them; nothing is sent
    /// of either. So whatever is lost costs nothing but itself: add rows to FILE at both ends when it is known that they
    /// have arrived. A message that goes on from other rows is refused with 3.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

impl History {
    /// The rows meant, behind those that the gene called `gene` was learnt from.
    pub(crate) fn rows(
        &self,
        gene: Option<&OsStr>,
        store: &StoreFlag,
        limit: u64,
    ) -> Outcome<Option<KnownRows>> {
        let Some(path) = &self.history else { return Ok(None) };
        let before = gene.map(|word| genes::rows(word, &store.get(), limit)).transpose()?;
        KnownRows::read(path, before.map_or(Vec::new(), |(_, rows)| rows)).map(Some)
    }
}

/// What archives go on from
#[derive(Debug, Clone, Args)]
pub(crate) struct Learnt {
    /// The gene that archives go on from: a file, or a name or id in the store (default: found there by id)
    #[arg(long, value_name = "GENE")]
    gene: Option<OsString>,
    #[command(flatten)]
    store: StoreFlag,
}

impl Learnt {
    /// The genes meant.
    pub(crate) fn genes(&self, memory: Memory) -> Outcome<Genes> {
        Genes::open(self.gene.as_deref(), self.store.get(), memory.memory)
    }

    /// The genes meant, and rows that messages go on from.
    pub(crate) fn genes_with(&self, history: &History, memory: Memory) -> Outcome<Genes> {
        let rows = history.rows(self.gene.as_deref(), &self.store, memory.memory)?;
        Ok(self.genes(memory)?.with_known(rows))
    }
}

/// Reads the length of a step in units of the weights, rounded down to those of a gene.
#[cfg(feature = "proof")]
pub(crate) fn parse_length(text: &str) -> Result<u32, String> {
    use qres_core::{num::Decimal, proof::MAX_BOUND};
    let wrong = || format!("a bound is a number from 0 to {}, such as 0.25", MAX_BOUND >> 16);
    let number =
        Decimal::parse_exponent(text.as_bytes()).filter(|number| number.places < 19).ok_or_else(wrong)?;
    let scaled = (i128::from(number.mantissa) << 16).div_euclid(10_i128.pow(number.places.into()));
    u32::try_from(scaled).ok().filter(|bound| *bound <= MAX_BOUND).ok_or_else(wrong)
}

#[cfg(all(test, feature = "proof"))]
mod tests {
    use super::*;
    use qres_core::proof::MAX_BOUND;

    #[test]
    fn bounds_are_rounded_down() {
        let bounds = ["0", "0.25", "1", "0.00002", "1e-3", "32767.99999"].map(|text| parse_length(text).ok());
        assert_eq!(bounds, [0, 1 << 14, 1 << 16, 1, 65, MAX_BOUND].map(Some));
        for wrong in ["-1", "-0.000001", "32768", "x", "", "1e30"] {
            assert!(parse_length(wrong).is_err(), "{wrong}");
        }
    }
}
