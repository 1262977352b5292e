//! A serial port with a board's program at its other end: what comes is taken apart, what goes is put into frames.
//!
//! The port is taken as it is: its lines DTR and RTS are left alone, because on most boards they reset the chip, and what a
//! board has learnt since it started, and its live link, would be lost by looking at it. Pseudo-terminals have neither those
//! nor a speed. Called by whatever talks with boards that run, not by what flashes them: that is [`super::link`].

use super::{
    link,
    ports::Port,
    split::{Heard, Splitter},
};
use crate::failure::{Failure, Outcome};
use qres_core::live::framing::frame;
use serialport::SerialPort;
use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

/// At which speed boards talk.
const BAUD: u32 = 115_200;
/// How often it looks whether it shall end.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);
/// After so long without a byte a frame does not go on.
const SILENCE: Duration = Duration::from_millis(300);
/// How long the port may take to accept what is sent.
const SLOWEST: Duration = Duration::from_secs(1);

/// A port that is open.
#[derive(Debug)]
pub(crate) struct Line {
    port: espflash::connection::Port,
    name: String,
    splitter: Splitter,
    /// When the last byte came.
    last: Instant,
    /// Bytes that have come.
    bytes: u64,
    frame: Vec<u8>,
}

impl Line {
    /// Opens `port`.
    pub(crate) fn open(port: &Port) -> Outcome<Self> {
        Ok(Self::over(link::open(port)?, &port.name))
    }

    /// Goes on with a port that is open and called `name`.
    pub(crate) fn over(mut port: espflash::connection::Port, name: &str) -> Self {
        // Ports without a speed carry bytes all the same.
        let _ = port.set_baud_rate(BAUD);
        let (splitter, last) = (Splitter::new(), Instant::now());
        Self { port, name: name.into(), splitter, last, bytes: 0, frame: Vec::new() }
    }

    /// What the port is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Bytes that have come.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Waits for something to come for `patience` and [`PAUSE`] at most, and tells what it is.
    pub(crate) fn hear(&mut self, patience: Duration, mut tell: impl FnMut(Heard<'_>)) -> Outcome {
        let mut bytes = [0; 4096];
        let read = self.port.set_timeout(patience.min(PAUSE)).map_err(io::Error::from);
        match read.and_then(|()| self.port.read(&mut bytes)) {
            Ok(0) => {
                self.splitter.pause(&mut tell);
                return Err(self.gone(&"nothing more comes"));
            }
            Ok(read) => {
                bytes[..read].iter().for_each(|byte| self.splitter.push(*byte, &mut tell));
                self.last = Instant::now();
                self.bytes += read as u64;
            }
            Err(error) if is_patient(&error) => {
                if self.last.elapsed() > SILENCE {
                    self.splitter.pause(&mut tell);
                }
            }
            Err(error) => {
                self.splitter.pause(&mut tell);
                return Err(self.gone(&error));
            }
        }
        Ok(())
    }

    /// Sends a message or a packet. One that the port does not take in time is lost, as others are on the way.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Outcome {
        self.frame.clear();
        frame(packet, &mut self.frame);
        let sent = self.port.set_timeout(SLOWEST).map_err(io::Error::from);
        match sent.and_then(|()| self.port.write_all(&self.frame)) {
            Err(error) if !is_patient(&error) => Err(self.gone(&error)),
            _ => Ok(()),
        }
    }

    fn gone(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::unreachable(
            format!("{}: the board has gone away: {}", self.name, error.to_string().to_lowercase()),
            "look at the cable; `qres flash ports` lists the ports",
        )
    }
}

fn is_patient(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock)
}
