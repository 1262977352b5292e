//! What bad nodes tell. They know what honest nodes have learnt, and some know what their victim senses.

use super::{attack::Attack, series::World};
use qres_core::num::random;

pub(crate) type Weights = [i32; 8];

/// One in Q16, and the largest weight that a packet may have.
const ONE: f64 = 65_536.0;
const MOST: f64 = 16.0 * ONE;

/// What bad nodes know of the honest ones: the mean of what they have learnt, how much that varies, and the first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spied {
    mean: [f64; 8],
    spread: [f64; 8],
    first: Weights,
}

impl Spied {
    pub(crate) fn new(genes: &[Weights]) -> Self {
        let count = genes.len().max(1) as f64;
        let mut spied = Self { first: genes.first().copied().unwrap_or_default(), ..Self::default() };
        for at in 0..8 {
            let values = || genes.iter().map(|gene| f64::from(gene[at]));
            spied.mean[at] = values().sum::<f64>() / count;
            let squares: f64 =
                values().map(|value| (value - spied.mean[at]) * (value - spied.mean[at])).sum();
            spied.spread[at] = (squares / count).sqrt() + 1.0;
        }
        spied
    }
}

/// Whom a bad node tells something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim<'w> {
    pub(crate) world: &'w World,
    pub(crate) victim: u32,
    /// The victim's next sample.
    pub(crate) sample: u32,
    /// How often this was done.
    pub(crate) turn: u32,
    /// Which of those who lie together this is.
    pub(crate) who: u64,
    pub(crate) seed: u64,
}

/// The weights that a bad node tells.
pub(crate) fn craft(attack: Attack, spied: &Spied, aim: &Aim<'_>) -> Weights {
    let Spied { mean, spread, first } = spied;
    let by = |f: &dyn Fn(usize) -> f64| std::array::from_fn::<f64, 8, _>(f);
    let alternate = |at: usize| if at.is_multiple_of(2) { 1.0 } else { -1.0 };
    let weights = match attack {
        Attack::SignFlip | Attack::Equivocation | Attack::Whitewash | Attack::Eclipse => by(&|at| -mean[at]),
        Attack::Alie => by(&|at| mean[at] - 1.5 * spread[at] * mean[at].signum()),
        Attack::InnerProduct => by(&|at| -0.5 * mean[at]),
        Attack::Mimic | Attack::Replay | Attack::Withhold | Attack::RegimeChange => {
            by(&|at| f64::from(first[at]))
        }
        Attack::Constant | Attack::Sybil => [2.0 * ONE; 8],
        Attack::SlowDrift => {
            let far = f64::from(aim.turn.min(16)) / 16.0;
            by(&|at| mean[at] + far * spread[at] * alternate(at))
        }
        Attack::Huge => by(&|at| MOST * alternate(at)),
        Attack::Dissensus => by(&|at| mean[at] + 2.0 * spread[at] * alternate(aim.victim as usize)),
        Attack::OnOff if aim.turn % 6 < 4 => *mean,
        Attack::OnOff => by(&|at| 0.5 * ONE - 2.0 * mean[at]),
        Attack::Cartel => by(&|at| mean[at] + spread[at]),
        Attack::Tailored | Attack::Oracle => tailored(attack, spied, aim),
    };
    let noise =
        |at: usize| (random::at(aim.seed, aim.who, u64::from(aim.turn) * 8 + at as u64) % 131) as f64 - 65.0;
    std::array::from_fn(|at| (weights[at] + noise(at)).clamp(-MOST, MOST) as i32)
}

/// Samples of a window, and of what the oracle knows ahead.
const WINDOW: u32 = 64;

/// Rows of eight steps, the newest first, and the step after them, for the samples from `from` on.
fn rows(aim: &Aim<'_>, from: u32, count: u32) -> Vec<([f64; 8], f64)> {
    let samples: Vec<i64> = (from - 9..from + count).map(|at| aim.world.sample(aim.victim, at)).collect();
    let steps: Vec<f64> = samples.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    steps.windows(9).map(|nine| (std::array::from_fn(|back| nine[7 - back]), nine[8])).collect()
}

/// Sums of products of rows, and of rows and what came.
fn sums(rows: &[([f64; 8], f64)]) -> ([[f64; 8]; 8], [f64; 8], f64) {
    let (mut products, mut targets, mut energy) = ([[0.0; 8]; 8], [0.0; 8], 1e-9);
    for (row, came) in rows {
        for i in 0..8 {
            for j in 0..8 {
                products[i][j] += row[i] * row[j];
            }
            targets[i] += row[i] * came;
        }
        energy += came * came;
    }
    (products, targets, energy)
}

/// The solution of a symmetric system with a little more on its diagonal, by elimination.
fn solve(mut matrix: [[f64; 8]; 8], mut right: [f64; 8]) -> [f64; 8] {
    let trace: f64 = (0..8).map(|i| matrix[i][i]).sum();
    (0..8).for_each(|i| matrix[i][i] += trace * 1e-4 + 1e-9);
    for pivot in 0..8 {
        for row in pivot + 1..8 {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            let above = matrix[pivot];
            matrix[row].iter_mut().zip(above).skip(pivot).for_each(|(to, from)| *to -= factor * from);
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..8).rev() {
        let known: f64 = (row + 1..8).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

fn times(matrix: &[[f64; 8]; 8], vector: &[f64; 8]) -> [f64; 8] {
    std::array::from_fn(|row| dot(&matrix[row], vector))
}

fn dot(a: &[f64; 8], b: &[f64; 8]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The least squares of the victim's window, moved where the window shows it least: or, for the oracle, where the samples
/// that follow show it most. A tenth, or a third, of the window's error is spent on it.
fn tailored(attack: Attack, spied: &Spied, aim: &Aim<'_>) -> [f64; 8] {
    let Some(from) = aim.sample.checked_sub(WINDOW).filter(|from| *from >= 9) else { return spied.mean };
    let window = rows(aim, from, WINDOW);
    let (products, targets, energy) = sums(&window);
    let best = solve(products, targets);
    let missed: f64 = window.iter().map(|(row, came)| (dot(row, &best) - came).powi(2)).sum();
    let mut direction: [f64; 8] = std::array::from_fn(|at| if at.is_multiple_of(2) { 1.0 } else { -1.0 });
    let ahead = (attack == Attack::Oracle).then(|| rows(aim, aim.sample, WINDOW));
    for _ in 0..12 {
        // Power steps with the inverse find what the window shows least; the samples ahead turn it where it hurts.
        let ahead = ahead.as_ref().map(|ahead| times(&sums(ahead).0, &direction));
        direction = solve(products, ahead.unwrap_or(direction));
        let length = dot(&direction, &direction).sqrt().max(1e-12);
        direction.iter_mut().for_each(|part| *part /= length);
    }
    if let Some(ahead) = ahead {
        let towards: f64 =
            ahead.iter().map(|(row, came)| dot(row, &direction) * (dot(row, &best) - came)).sum();
        direction.iter_mut().for_each(|part| *part *= if towards < 0.0 { -1.0 } else { 1.0 });
    }
    let seen = dot(&direction, &times(&products, &direction)).max(1e-9);
    let spent = missed.max(energy * 1e-3) * if attack == Attack::Oracle { 0.3 } else { 0.1 };
    let far = (spent / seen).sqrt();
    std::array::from_fn(|at| (best[at] + far * direction[at]) * ONE)
}
