//! The sensor that every board has: a voltage at a pin.

use crate::program::Senses;
use esp_hal::{
    Blocking,
    analog::adc::{Adc, AdcChannel, AdcConfig, AdcPin, Attenuation},
    gpio::AnalogPin,
    peripherals::ADC1,
};
use qres_board::{Sensor, Source};

/// What is measured: steps of 12 bits, sent within 8 of them.
const SENSORS: [Sensor; 1] = [Sensor { name: "voltage", places: 0, within: 8 }];
/// Readings that make a sample: their mean.
const READINGS: i64 = 16;

/// The voltage, up to about 2.5 V.
pub(crate) struct Voltage<'d, P> {
    adc: Adc<'d, ADC1<'d>, Blocking>,
    pin: AdcPin<P, ADC1<'d>>,
}

impl<'d, P: AdcChannel + AnalogPin> Voltage<'d, P> {
    pub(crate) fn new(adc: ADC1<'d>, pin: P) -> Self {
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

impl<P: AdcChannel + AnalogPin> Source for Voltage<'_, P> {
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

impl<P: AdcChannel + AnalogPin> Senses for Voltage<'_, P> {
    fn attend(&mut self) {}
}
