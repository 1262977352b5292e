//! How many instructions a sample takes. With `-icount shift=0` QEMU counts them all.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
mod count {
    extern crate alloc;
    use alloc::vec::Vec;
    use core::{fmt::Write as _, hint::black_box};
    use qres_board::{Sensor, gossip::Gossip, source::Synthetic};
    use qres_core::{
        live::{Column, Options, Sample, Sender},
        neuron::{Linear, LinearGene, Neuron},
        regime::{Regime, Watch},
        trust::Identity,
    };
    use qres_virt::machine::{HEAP_BYTES, Serial, begin, memory, stop};

    /// Samples that are counted, after as many that are not.
    const SAMPLES: u64 = 2000;

    #[riscv_rt::entry]
    fn main() -> ! {
        begin();
        let (empty, _) = memory();
        let mut linear = Linear::new();
        report("predict and adapt (linear neuron)", |value| {
            black_box(linear.predict());
            linear.adapt(value);
        });
        let mut watch = Watch::default();
        report("predict, adapt, watch", |value| {
            black_box(watch.push(value));
        });
        let (mut packet, mut heap) = (Vec::new(), 0);
        for within in [0, 10, 50] {
            let mut sender = Sender::new(&[Column::new(within)], b"", Options::default());
            let (mut sent, mut bytes) = (0, 0);
            let name = match within {
                0 => "encode, exact (live sender)",
                10 => "encode, within 0.1 degrees",
                _ => "encode, within 0.5 degrees",
            };
            report(name, |value| {
                if black_box(sender.row(&[Sample::Number(value)], &mut packet)).is_ok() {
                    sent += u64::from(!packet.is_empty());
                    bytes += packet.len();
                }
            });
            say(format_args!("  {sent} packets, {bytes} bytes of {} rows\n", 2 * SAMPLES));
            (heap, _) = memory();
        }
        let (_, stack) = memory();
        say(format_args!(
            "neuron, watch (with another neuron) and sender hold {} bytes of heap (of {HEAP_BYTES}); stack {stack} bytes at most\n",
            heap - empty
        ));
        drop((linear, watch));
        gossip();
        stop()
    }

    /// What it takes to tell others and to hear them.
    fn gossip() {
        const SENSOR: Sensor = Sensor { name: "temperature", places: 2, within: 0 };
        let [me, other] = [[1; 32], [2; 32]].map(|secret| Identity::from_secret(&secret));
        let (mine, theirs) = (LinearGene::FRESH, taught());
        let (empty, _) = memory();
        let [mut here, mut there] = [&me, &other].map(|who| Gossip::new(SENSOR, who.name(), 0));
        for row in 0..SAMPLES {
            let [value, _] = Synthetic::at(1, row);
            here.observe(value, Regime::Calm);
            there.observe(value, Regime::Calm);
        }
        let Some(packet) = once("gossip: tell (a signature)", || there.tell(&other, &theirs, 0)) else {
            return;
        };
        let heard = once("gossip: hear (a signature checked)", || here.hear(&packet, 0));
        let better = once("gossip: consider (three neurons, 64 samples)", || here.consider(&mine)).is_some();
        let (heap, stack) = memory();
        say(format_args!(
            "  {heard:?}, better: {better}; {} bytes of heap a sensor, stack {stack} bytes\n",
            (heap - empty) / 2
        ));
    }

    /// A neuron that knows the samples.
    fn taught() -> LinearGene {
        let mut linear = Linear::new();
        (0..SAMPLES).for_each(|row| linear.adapt(Synthetic::at(1, row)[0]));
        linear.gene()
    }

    fn once<T>(name: &str, what: impl FnOnce() -> T) -> T {
        let before = riscv::register::minstret::read64();
        let result = what();
        let count = riscv::register::minstret::read64() - before;
        say(format_args!("{name}: {count} instructions\n"));
        result
    }

    fn report(name: &str, mut each: impl FnMut(i64)) {
        let [mut most, mut sum] = [0_u64; 2];
        for row in 0..2 * SAMPLES {
            let [value, _] = Synthetic::at(1, row);
            let before = riscv::register::minstret::read64();
            each(value);
            let count = riscv::register::minstret::read64() - before;
            if row >= SAMPLES {
                (most, sum) = (most.max(count), sum + count);
            }
        }
        say(format_args!("{name}: {} instructions a sample, {most} at most\n", sum / SAMPLES));
    }

    fn say(text: core::fmt::Arguments<'_>) {
        // The serial port takes everything.
        let _ = Serial.write_fmt(text);
    }
}

#[cfg(not(target_arch = "riscv32"))]
fn main() {}
