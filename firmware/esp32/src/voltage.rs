//! The sensor that every board has: a voltage at a pin.

use crate::board::Pin;
use esp_hal::{
    Blocking,
    analog::adc::{Adc, AdcConfig, AdcPin, Attenuation},
    peripherals::ADC1,
};
use qres_board::{Sensor, Source};

/// What is measured: steps of 12 bits, sent within 8 of them.
const SENSORS: [Sensor; 1] = [Sensor { name: "voltage", places: 0, within: 8 }];
/// Readings that make a sample: their mean.
const READINGS: i64 = 16;

/// The voltage, up to about 2.5 V.
pub(crate) struct Voltage<'d> {
    adc: Adc<'d, ADC1<'d>, Blocking>,
    pin: AdcPin<Pin<'d>, ADC1<'d>>,
}

impl<'d> Voltage<'d> {
    pub(crate) fn new(adc: ADC1<'d>, pin: Pin<'d>) -> Self {
        let mut config = AdcConfig::new();
        let pin = config.enable_pin(pin, Attenuation::_11dB);
        Self { adc: Adc::new(adc, config), pin }
    }

    /// Waits for a reading; if none comes the watchdog ends the wait.
    fn read(&mut self) -> i64 {
        loop {
            if let Ok(value) = self.adc.read_oneshot(&mut self.pin) {
                return i64::from(value);
            }
        }
    }
}

impl Source for Voltage<'_> {
    const SENSES: bool = true;

    fn sensors(&self) -> &[Sensor] {
        &SENSORS
    }

    fn sample(&mut self, row: &mut [i64]) -> bool {
        let sum: i64 = (0..READINGS).map(|_| self.read()).sum();
        row.fill((sum + READINGS / 2) / READINGS);
        true
    }
}
