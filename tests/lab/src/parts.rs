//! What each part of the codec gains, told by what archives grow by without it.

use crate::{Dataset, geometric_mean};
use qres_core::{
    Options,
    codec::{Level, Part},
    compress, decompress,
};
use std::error::Error;

/// Prints the growth for each part, smallest of all texts to largest, and the geometric mean.
pub(crate) fn run(datasets: &[Dataset], level: &str) -> Result<(), Box<dyn Error>> {
    let level = level.parse().ok().and_then(Level::new).ok_or("there is no such level")?;
    let whole = bytes(datasets, level)?;
    println!(
        "{:>12}  {:>8}  {:>8}  {:>8}   level {}, {} texts",
        "without",
        "least",
        "mean",
        "most",
        level.get(),
        whole.len()
    );
    for part in Part::ALL {
        let without = bytes(datasets, level.without(part))?;
        let mut growth: Vec<f64> =
            without.iter().zip(&whole).map(|(without, whole)| without / whole).collect();
        growth.sort_by(f64::total_cmp);
        let [least, most] = [growth.first(), growth.last()].map(|ratio| percent(*ratio.unwrap_or(&1.0)));
        println!("{:>12}  {least}  {}  {most}", part.name(), percent(geometric_mean(growth.into_iter())));
    }
    Ok(())
}

/// The sizes of archives that give the texts back.
fn bytes(datasets: &[Dataset], level: Level) -> Result<Vec<f64>, Box<dyn Error>> {
    let one = |Dataset { name, text }: &Dataset| {
        let archive = compress(text, &Options { level, ..Options::default() })?;
        match decompress(&archive)? == *text {
            true => Ok(archive.len() as f64),
            false => Err(format!("another text came back of {name}").into()),
        }
    };
    datasets.iter().map(one).collect()
}

fn percent(ratio: f64) -> String {
    format!("{:+7.2}%", (ratio - 1.0) * 100.0)
}
