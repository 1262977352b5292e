//! Samples that another machine sends as lines of CSV.

use crate::{
    board::{BAUD, COLUMNS},
    senses::Senses,
};
use esp_hal::{
    Blocking,
    gpio::interconnect::PeripheralInput,
    peripherals::UART1,
    uart::{Config, ConfigError, UartRx},
};
use qres_board::{Sensor, Source, source::Csv};

/// UART1, and the lines that come in there.
pub(crate) struct Lines<'d> {
    port: UartRx<'d, Blocking>,
    csv: Csv<{ COLUMNS.len() }>,
}

impl<'d> Lines<'d> {
    pub(crate) fn new(port: UART1<'d>, pin: impl PeripheralInput<'d>) -> Result<Self, ConfigError> {
        let port = UartRx::new(port, Config::default().with_baudrate(BAUD))?.with_rx(pin);
        Ok(Self { port, csv: Csv::new(COLUMNS) })
    }
}

impl Source for Lines<'_> {
    const SENSES: bool = true;

    fn sensors(&self) -> &[Sensor] {
        self.csv.sensors()
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        self.csv.sample(row)
    }
}

impl Senses for Lines<'_> {
    fn attend(&mut self) {
        let mut bytes = [0; 64];
        loop {
            match self.port.read_buffered(&mut bytes) {
                Ok(0) => return,
                Ok(count) => bytes[..count].iter().for_each(|byte| self.csv.push(*byte)),
                Err(_) => return self.csv.lost(),
            }
        }
    }
}
