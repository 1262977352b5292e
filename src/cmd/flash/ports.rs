//! `qres flash ports`: the serial ports, and which look like boards.

use crate::{
    board,
    failure::{Exit, Failure, Outcome},
    text::plain,
    ui::Ui,
};
use serde::Serialize;
use std::io::Write;

/// List the serial ports, and which look like boards
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// A port, for programs.
#[derive(Debug, Serialize)]
struct PortLine<'a> {
    schema: &'static str,
    port: &'a str,
    /// What it looks like, if it looks like a board.
    board: Option<&'static str>,
    usb: Option<String>,
    product: Option<&'a str>,
    serial: Option<&'a str>,
}

/// Prints the ports.
pub(super) fn run(ui: Ui) -> Outcome<Exit> {
    let ports = board::ports::all()?;
    let mut stdout = std::io::stdout().lock();
    for port in &ports {
        let usb = port.usb.as_ref();
        let line = PortLine {
            schema: "qres.flash.port/1",
            port: &port.name,
            board: port.board(),
            usb: usb.map(|usb| format!("{:04x}:{:04x}", usb.vid, usb.pid)),
            product: usb.and_then(|usb| usb.product.as_deref()),
            serial: usb.and_then(|usb| usb.serial_number.as_deref()),
        };
        let text = match ui.json {
            true => plain::json(&line),
            false => {
                let words =
                    [line.board, line.usb.as_deref(), line.product].map(|word| word.map(plain::printable));
                format!("{}  {}", port.name, words.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
        };
        writeln!(stdout, "{}", text.trim_end()).map_err(Failure::writing("stdout"))?;
    }
    if ports.is_empty() {
        ui.warning("there are no serial ports");
    }
    Ok(Exit::Done)
}
