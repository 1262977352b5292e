//! What a masked sum takes of each participant: bytes by phase, and the time of all of it.

use qres_core::{
    proof::masked::{Chances, Joins, Member, Plan, Steps, agreed, choose, sum},
    trust::Secret,
};
use std::{error::Error, time::Instant};

/// Numbers of a gene, and the length of its steps.
const NUMBERS: u16 = 8;
const BOUND: u32 = 32_767;

/// Prints a line for each number of participants, of whom a fifth drops out after joining.
pub(super) fn run() -> Result<(), Box<dyn Error>> {
    println!(
        "names dropped neighbours threshold  seen fails  join step roll shares   all bytes  join step ms each  roll sum ms"
    );
    for names in [10, 50, 100] {
        line(names)?;
    }
    Ok(())
}

fn line(count: usize) -> Result<(), Box<dyn Error>> {
    let (neighbours, threshold) = choose(count).ok_or("no such plan")?;
    let mut secrets: Vec<Secret> = (0..count).map(|seed| Secret::new([seed as u8 + 1; 32])).collect();
    secrets.sort_by_key(|secret| secret.identity().name());
    let plan = Plan {
        round: 1,
        numbers: NUMBERS,
        bound: BOUND,
        neighbours: neighbours as u8,
        threshold: threshold as u8,
        gene: [1; 32],
        form: [2; 32],
        names: secrets.iter().map(|secret| secret.identity().name()).collect(),
        digest: [0; 32],
    };
    let (plan, _) = Plan::open(&plan.seal(&secrets[0].identity())?)?;
    let base = vec![1000; usize::from(NUMBERS)];
    let gene =
        |place: usize| -> Vec<i32> { base.iter().map(|number| number + place as i32 * 7 - 300).collect() };
    let members = secrets.iter().map(|secret| Member::new(&plan, secret)).collect::<Result<Vec<_>, _>>()?;
    let start = Instant::now();
    let joins = members.iter().enumerate().map(|(place, member)| member.join(&gene(place)));
    let joins = joins.collect::<Result<Vec<_>, _>>()?;
    let joining = start.elapsed() / count as u32;
    let joined = Joins::read(&plan, &slices(&joins))?;
    let stay: Vec<usize> = (0..count).filter(|place| place % 5 != 2).collect();
    let start = Instant::now();
    let steps =
        stay.iter().map(|place| members[*place].step(&base, &gene(*place), &joined, &[*place as u8; 32]));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    let stepping = start.elapsed() / stay.len() as u32;
    let start = Instant::now();
    let stepped = Steps::read(&plan, &base, &joined, &slices(&steps))?;
    let checking = start.elapsed();
    let rolls: Vec<_> = stay.iter().map(|place| members[*place].roll(&joined, &stepped)).collect();
    let roll = agreed(&plan, &slices(&rolls))?;
    let shares = stay.iter().map(|place| members[*place].shares(&joined, &roll));
    let shares = shares.collect::<Result<Vec<_>, _>>()?;
    let start = Instant::now();
    let (found, of) = sum(&plan, &base, (&joined, &stepped, &roll), &slices(&shares))?;
    let summing = start.elapsed();
    let exact: i32 = stay.iter().map(|place| *place as i32 * 7 - 300).sum();
    if found != vec![exact; usize::from(NUMBERS)] || of != stay.len() {
        return Err("the sum is another".into());
    }
    let longest = |files: &[Vec<u8>]| files.iter().map(Vec::len).max().unwrap_or_default();
    let bytes = [&joins, &steps, &rolls, &shares].map(|files| longest(files));
    let Chances { privacy, recovery } = Chances::of(count, neighbours, threshold);
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    println!(
        "{count:5} {:7} {neighbours:10} {threshold:9} 2^-{privacy:<3} 2^-{recovery:<3} {:?} {:6} {:10.1} {:8.1} {:10.1} {:8.1}",
        count - stay.len(),
        bytes,
        bytes.iter().sum::<usize>(),
        ms(joining),
        ms(stepping),
        ms(checking),
        ms(summing)
    );
    Ok(())
}

fn slices(files: &[Vec<u8>]) -> Vec<&[u8]> {
    files.iter().map(Vec::as_slice).collect()
}
