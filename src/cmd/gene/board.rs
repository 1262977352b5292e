//! `qres gene export` and `qres gene install` with `--serial`: genes from and to the store of a board.

use super::report::{Exported, Installed};
use crate::{
    board::{ports, talk::Talk},
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        output::{Content, Output, Target},
        store::Store,
    },
    text::units,
    ui::{Progress, Ui},
};
use qres_core::{gene::Gene, serial::features, trust::Secret};
use std::{io::Write, path::PathBuf};

/// Writes what the board at `port` has learnt.
pub(super) fn export(
    port: &str,
    target: &Target,
    force: bool,
    secret: Option<&Secret>,
    ui: Ui,
) -> Outcome<Exit> {
    let port = ports::choose(Some(port))?;
    let mut output = Output::alone(target, Content::Gene, force)?;
    let gene = Talk::open(&port)?.export(bar(ui, &port.name))?;
    let id = Gene::parse(&gene).map_err(|source| Failure::gene(&port.name, source))?.id();
    let file = super::signed(gene, secret);
    output.write(&file)?;
    output.finish(None, false)?;
    Exported::new(port.name, target, id, file.len(), false).tell(target, ui)?;
    Ok(Exit::Done)
}

/// Puts the one gene of `words` onto the board at `port`.
pub(super) fn install(port: &str, words: &[PathBuf], store: &Store, ui: Ui) -> Outcome<Exit> {
    let [word] = words else {
        let what = format!("a board takes one gene, and there are {}", words.len());
        return Err(Failure::usage(what, "merge them with `qres gene merge`, or choose one"));
    };
    let (name, bytes) = genes::find(word.as_os_str(), store)?;
    let gene = Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
    let id = units::hex(&gene.id());
    let port = ports::choose(Some(port))?;
    let mut talk = Talk::open(&port)?;
    let board = talk.identify(&mut |_| {})?;
    talk.install(bytes.clone(), bar(ui, &port.name))?;
    if board.features & features::KEEPS == 0 {
        ui.warning(&format!(
            "{}: the board has no store: it forgets the gene when it is switched off",
            port.name
        ));
    }
    let report = Installed {
        schema: "qres.gene.install/1",
        input: word.display().to_string(),
        id,
        name: None,
        bytes: bytes.len() as u64,
        store: port.name.clone(),
        installed: true,
    };
    ui.summary(|| format!("{name}: {} installed on the board at {}", units::size(report.bytes), port.name));
    if ui.json || ui.is_quiet() {
        return ui.result(&report, false).map(|()| Exit::Done);
    }
    writeln!(std::io::stdout().lock(), "{}", report.id).map_err(Failure::writing("stdout"))?;
    Ok(Exit::Done)
}

/// Draws how much of a gene is over the line.
fn bar(ui: Ui, name: &str) -> impl FnMut(u32, u32) {
    let mut drawn: Option<(Progress, u32)> = None;
    move |done, length| {
        let (bar, before) = drawn.get_or_insert_with(|| (ui.progress(name, Some(length.into()), false), 0));
        // A transfer that begins anew is drawn again when it comes to where it was.
        bar.advance(done.saturating_sub(*before).into());
        *before = done.max(*before);
    }
}
