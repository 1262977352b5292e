//! Series of numbers of the kinds that sensors give, made from a seed.

/// Numbers in units of 10^-places; `None` where one is missing.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) places: u8,
    pub(crate) values: Vec<Option<i64>>,
}

/// SplitMix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// From -`most` to `most`, the middle likelier.
    pub(crate) fn around(&mut self, most: i64) -> i64 {
        let one = |word: u64| (word % (most as u64 + 1)) as i64;
        one(self.next()) - one(self.next())
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }
}

fn walk(dice: &mut Dice, rows: usize, start: i64, step: i64) -> Vec<i64> {
    let mut at = start;
    (0..rows)
        .map(|_| {
            at += dice.around(step);
            at
        })
        .collect()
}

fn wave(dice: &mut Dice, rows: usize, middle: i64, height: i64, noise: i64) -> Vec<i64> {
    let height = height as f64;
    (0..rows).map(|row| middle + (height * (row as f64 / 37.0).sin()) as i64 + dice.around(noise)).collect()
}

/// One series of each kind.
pub(crate) fn all(seed: u64, rows: usize) -> Vec<Series> {
    let dice = &mut Dice(seed);
    let series = |name, places, values: Vec<i64>| Series {
        name,
        places,
        values: values.into_iter().map(Some).collect(),
    };
    vec![
        series("walk", 2, walk(dice, rows, 1_000, 12)),
        series("smooth", 3, wave(dice, rows, 21_000, 9_000, 3)),
        series("both signs", 2, wave(dice, rows, 0, 3_000, 20)),
        series("noise", 1, wave(dice, rows, 500, 0, 400)),
        series("integers", 0, walk(dice, rows, 40_000, 300)),
        series("large", 2, walk(dice, rows, 101_006_441, 20_000)),
        series("small", 5, wave(dice, rows, 300, 200, 9)),
        series("counter", 0, (0..rows as i64).map(|row| 7 + 3 * row).collect()),
    ]
}

/// The same with a cell in `n` missing.
pub(crate) fn with_gaps(mut series: Series, seed: u64, n: u64) -> Series {
    let dice = &mut Dice(seed);
    series.values.iter_mut().for_each(|value| {
        if dice.one_in(n) {
            *value = None
        }
    });
    series
}

/// A decimal as programs print it: all places.
pub(crate) fn plain(value: i64, places: u8) -> String {
    let unit = 10_u64.pow(places.into());
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    match places {
        0 => format!("{sign}{size}"),
        _ => format!("{sign}{}.{:0width$}", size / unit, size % unit, width = places.into()),
    }
}
