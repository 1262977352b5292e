//! The sensor that every board has: a voltage at a pin.

use crate::senses::Senses;
use esp_hal::{
    Blocking,
    analog::adc::{Adc, AdcChannel, AdcConfig, AdcPin, Attenuation},
    gpio::AnalogPin,
    peripherals::ADC1,
};
use qres_board::{Sensor, Source, source::mean};

/// What is measured: steps of 12 bits, sent within 8 of them.
const SENSORS: [Sensor; 1] = [Sensor { name: "voltage", places: 0, within: 8 }];
/// Readings that make a sample: their mean.
const READINGS: u16 = 16;
/// Times that the converter is asked for a reading: some hundred times as many as it takes.
const TRIES: u32 = 20_000;

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
}

impl<P: AdcChannel + AnalogPin> Source for Voltage<'_, P> {
    const SENSES: bool = true;

    fn sensors(&self) -> &[Sensor] {
        &SENSORS
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        row.fill(mean(READINGS, TRIES, || self.adc.read_oneshot(&mut self.pin).ok()));
        true
    }
}

impl<P: AdcChannel + AnalogPin> Senses for Voltage<'_, P> {
    fn attend(&mut self) {}
}
