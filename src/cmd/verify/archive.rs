//! Signed archives: the index is what was signed, and the text what the index says.

use super::Holds;
use crate::{
    failure::{Failure, Outcome},
    io::{
        archive::{self, Decoding},
        feed::Ending,
        input::Input,
        sign,
        trusted::Trusted,
    },
};
use qres_core::trust::Name;

/// How an archive is checked.
pub(super) struct Check<'t> {
    pub(super) trusted: &'t Trusted,
    pub(super) decoding: Decoding,
    /// Only headers and footers are read.
    pub(super) index_only: bool,
}

impl Check<'_> {
    /// Checks the archive that is open as `input`: who has signed it, what is written beside that name, and what holds.
    pub(super) fn run(&self, mut input: Input) -> Outcome<(Name, String, Holds)> {
        let name = input.to_string();
        let Some(file) = input.seekable() else {
            let hint = "write it to a file first";
            return Err(Failure::refused(format!("{name} is a pipe, and signatures stand at the end"), hint));
        };
        let signatures = sign::read(file, &name, self.decoding.memory)?;
        let good = signatures.iter().filter(|signed| signed.state.is_ok());
        let trusted = good.clone().find_map(|signed| Some((signed.name, self.trusted.find(signed.name)?)));
        let Some((by, comment)) = trusted else {
            if let Some(good) = good.clone().next() {
                return Err(Trusted::refusal(good.name, &name));
            }
            return Err(match signatures.iter().find_map(|signed| signed.state.err()) {
                Some(why) => sign::refuted(&name, why),
                None => Failure::refuted(format!("{name} is not signed"), "`qres sign` signs an archive"),
            });
        };
        let archive = Holds::Archive {
            rows: sign::rows(file, &name, self.decoding.memory)?,
            decoded: !self.index_only,
        };
        if !self.index_only {
            self.decode(&name, input)?;
        }
        Ok((by, comment.to_owned(), archive))
    }

    /// Compares the text with what was signed. Read from the front, the archive must be all that its end says: a part that
    /// does not count would hide what was signed behind a text that was not.
    fn decode(&self, name: &str, mut input: Input) -> Outcome {
        if let Some(file) = input.seekable() {
            std::io::Seek::rewind(file).map_err(Failure::reading(&input))?;
        }
        let totals = archive::decode(input, self.decoding.clone(), |_, _| Ok(()))?;
        if totals.ending == Ending::Whole {
            return Ok(());
        }
        let what = format!("{name} does not end where its text does: what it reads as was not signed");
        Err(Failure::refuted(what, "fetch the archive again from whoever signed it"))
    }
}
