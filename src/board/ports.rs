//! Serial ports, and which of them look like boards.

use crate::failure::{Failure, Outcome};
use serialport::{SerialPortType, UsbPortInfo};
use std::{fs, path::Path};

/// A serial port.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    /// What the system calls it.
    pub(crate) name: String,
    /// What it says of itself, if it is on USB.
    pub(crate) usb: Option<UsbPortInfo>,
}

impl Port {
    /// What it looks like, if it looks like a board.
    pub(crate) fn board(&self) -> Option<&'static str> {
        let usb = self.usb.as_ref()?;
        Some(match (usb.vid, usb.pid) {
            (0x303A, 0x1001) => "USB of the chip itself",
            (0x303A, _) => "Espressif",
            (0x10C4, _) => "CP210x bridge",
            (0x1A86, _) => "CH34x bridge",
            (0x0403, _) => "FTDI bridge",
            _ => return None,
        })
    }

    /// What it says of itself, as espflash wants to know it.
    pub(crate) fn usb(&self) -> UsbPortInfo {
        let none = UsbPortInfo { vid: 0, pid: 0, serial_number: None, manufacturer: None, product: None };
        self.usb.clone().unwrap_or(none)
    }
}

/// All there are, by name.
pub(crate) fn all() -> Outcome<Vec<Port>> {
    let found = serialport::available_ports().map_err(|error| {
        Failure::refused(format!("cannot list the serial ports: {error}"), "name the port with `--port`")
    })?;
    let mut ports: Vec<Port> = found
        .into_iter()
        // macOS shows each twice: opening this one would wait for a carrier.
        .filter(|port| !port.port_name.starts_with("/dev/tty."))
        .map(|port| Port {
            name: port.port_name,
            usb: match port.port_type {
                SerialPortType::UsbPort(usb) => Some(usb),
                _ => None,
            },
        })
        .collect();
    ports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(ports)
}

/// The port meant: the one named, or that of the only board.
pub(crate) fn choose(named: Option<&str>) -> Outcome<Port> {
    if let Some(name) = named {
        // A link to a port, as in /dev/serial/by-id, is that port.
        let place = fs::canonicalize(name).unwrap_or_else(|_| name.into());
        let found = all().unwrap_or_default().into_iter().find(|port| Path::new(&port.name) == place);
        return Ok(found.unwrap_or_else(|| Port { name: name.into(), usb: None }));
    }
    only(all()?.into_iter().filter(|port| port.board().is_some()).collect())
}

fn only(mut boards: Vec<Port>) -> Outcome<Port> {
    match (boards.pop(), boards.is_empty()) {
        (Some(board), true) => Ok(board),
        (None, _) => Err(Failure::unreachable(
            "no board was found",
            "connect one with a cable that carries data, or name its port with `--port`: `qres flash ports` lists all",
        )),
        (Some(last), false) => {
            let names: Vec<&str> = boards.iter().chain([&last]).map(|port| port.name.as_str()).collect();
            let what = format!("there are {} boards: {}", names.len(), names.join(", "));
            Err(Failure::usage(what, "say which one with `--port`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    fn port(name: &str, vid: u16, pid: u16) -> Port {
        let usb = UsbPortInfo { vid, pid, serial_number: None, manufacturer: None, product: None };
        Port { name: name.into(), usb: Some(usb) }
    }

    #[test]
    fn only_one_board_is_taken_by_itself() {
        assert_eq!(only(vec![port("a", 0x303A, 0x1001)]).unwrap().name, "a");
        assert_eq!(only(vec![]).unwrap_err().exit, Exit::Unreachable);
        let two = only(vec![port("a", 0x303A, 0x1001), port("b", 0x1A86, 0x7523)]).unwrap_err();
        assert_eq!(two.to_string(), "there are 2 boards: a, b");
    }

    #[test]
    fn boards_are_told_from_other_ports() {
        assert_eq!(port("a", 0x10C4, 0xEA60).board(), Some("CP210x bridge"));
        assert_eq!(port("a", 0x1366, 1).board(), None);
        assert_eq!(Port { name: "a".into(), usb: None }.board(), None);
    }
}
