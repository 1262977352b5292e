//! Whole sums, with those who drop out and those who cheat.

use super::{packets::agreed, *};
use crate::trust::{Seal, Sealed, Secret};
use std::{vec, vec::Vec};

struct Swarm {
    plan: Plan,
    secrets: Vec<Secret>,
    base: Vec<i32>,
}

fn numbers(place: usize) -> Vec<i32> {
    vec![1000 + place as i32, -50 - 3 * place as i32]
}

fn swarm(names: usize, neighbours: usize, threshold: usize) -> Swarm {
    let mut secrets: Vec<Secret> = (0..names).map(|seed| Secret::new([seed as u8 + 1; 32])).collect();
    secrets.sort_by_key(|secret| secret.identity().name());
    let plan = Plan {
        round: 3,
        numbers: 2,
        bound: 900,
        neighbours: neighbours as u8,
        threshold: threshold as u8,
        gene: [4; 32],
        form: [5; 32],
        names: secrets.iter().map(|secret| secret.identity().name()).collect(),
        digest: [0; 32],
    };
    let file = plan.seal(&secrets[0].identity()).unwrap();
    let (plan, _) = Plan::open(&file).unwrap();
    Swarm { plan, secrets, base: vec![1000, 0] }
}

fn files(all: &[Vec<u8>]) -> Vec<&[u8]> {
    all.iter().map(Vec::as_slice).collect()
}

impl Swarm {
    fn member(&self, place: usize) -> Member<'_> {
        Member::new(&self.plan, &self.secrets[place]).unwrap()
    }

    fn joins(&self, places: &[usize]) -> Vec<Vec<u8>> {
        places.iter().map(|place| self.member(*place).join(&numbers(*place)).unwrap()).collect()
    }

    fn step(&self, place: usize, joins: &Joins) -> Result<Vec<u8>, Stopped> {
        self.member(place).step(&self.base, &numbers(place), joins, &[9; 32])
    }

    /// The sum where these joined, stepped and gave their shares.
    fn run(&self, joined: &[usize], stepped: &[usize], gave: &[usize]) -> Result<(Vec<i32>, usize), Stopped> {
        let joins = Joins::read(&self.plan, &files(&self.joins(joined)))?;
        let steps = stepped.iter().map(|place| self.step(*place, &joins)).collect::<Result<Vec<_>, _>>()?;
        let steps = Steps::read(&self.plan, &self.base, &joins, &files(&steps))?;
        let rolls: Vec<_> = stepped.iter().map(|place| self.member(*place).roll(&joins, &steps)).collect();
        let roll = agreed(&self.plan, &files(&rolls))?;
        let shares = gave.iter().map(|place| self.member(*place).shares(&joins, &roll));
        let shares = shares.collect::<Result<Vec<_>, _>>()?;
        sum(&self.plan, &self.base, (&joins, &steps, &roll), &files(&shares))
    }
}

fn expected(places: &[usize]) -> (Vec<i32>, usize) {
    let steps = places.iter().map(|place| [*place as i32, -50 - 3 * *place as i32]);
    let sum = steps.fold([0; 2], |sum, step| [sum[0] + step[0], sum[1] + step[1]]);
    (sum.to_vec(), places.len())
}

#[test]
fn sums_are_exact_whoever_drops_out() {
    let swarm = swarm(7, 6, 3);
    let all: Vec<usize> = (0..7).collect();
    assert_eq!(swarm.run(&all, &all, &all), Ok(expected(&all)));
    // One never joins; one joins and does not step; of the others only three give their shares.
    let (joined, stepped) = ([0, 1, 2, 3, 4, 6], [0, 1, 3, 4, 6]);
    assert_eq!(swarm.run(&joined, &stepped, &[1, 3, 4, 6]), Ok(expected(&stepped)));
    assert_eq!(swarm.run(&joined, &stepped, &[1, 3]), Err(Stopped::Few { have: 2, need: 3 }));
    assert_eq!(swarm.run(&joined, &stepped[1..], &[1, 3, 4]), Err(Stopped::Few { have: 4, need: 5 }));
}

#[test]
fn whoever_cheats_is_refused() {
    let swarm = swarm(4, 3, 2);
    let joined = swarm.joins(&[0, 1, 2, 3]);
    let joins = Joins::read(&swarm.plan, &files(&joined)).unwrap();
    let some = Joins::read(&swarm.plan, &files(&joined[..3])).unwrap();
    let step = |place| swarm.step(place, &joins).unwrap();
    let names = &swarm.plan.names;
    let read = |steps: &[Vec<u8>]| Steps::read(&swarm.plan, &swarm.base, &joins, &files(steps));
    // Another gene than one joined with, one that is too far away, and a step for another list.
    let member = swarm.member(0);
    assert_eq!(member.step(&swarm.base, &[1001, -50], &joins, &[9; 32]), Err(Stopped::Gene));
    let far = member.join(&[9000, 0]).unwrap();
    assert_eq!(Joins::read(&swarm.plan, &[&joined[0], &far]), Err(Stopped::Twice(names[0])));
    let away = Joins::read(&swarm.plan, &[&far, &joined[1], &joined[2], &joined[3]]).unwrap();
    assert!(matches!(member.step(&swarm.base, &[9000, 0], &away, &[9; 32]), Err(Stopped::Unprovable(_))));
    let other = swarm.step(0, &some).unwrap();
    assert_eq!(read(&[other, step(1), step(2)]), Err(Stopped::Joined(names[0])));
    // Every masked number counts, even for its owner.
    let genuine = step(2);
    let content = Sealed::open(&genuine).unwrap().content;
    for byte in (0..content.len()).step_by(11) {
        let mut bad = content.to_vec();
        bad[byte] ^= 1;
        let bad = Sealed::seal(&swarm.secrets[2].identity(), Seal::Step, &[&bad]);
        assert!(read(&[step(0), step(1), bad]).is_err(), "{byte}");
    }
    // Another's step under one's own name, and a stranger.
    let stolen = Sealed::seal(&swarm.secrets[1].identity(), Seal::Step, &[content]);
    assert_eq!(read(&[step(0), stolen, step(2)]), Err(Stopped::Proof(names[1])));
    let stranger = Secret::new([99; 32]).identity();
    let strange = Sealed::seal(&stranger, Seal::Step, &[content]);
    assert_eq!(read(&[strange]), Err(Stopped::Stranger(stranger.name())));
    // Two lists cannot both be agreed on, and nobody says two.
    let three = read(&[step(0), step(1), step(2)]).unwrap();
    let four = read(&[step(0), step(1), step(2), step(3)]).unwrap();
    let rolls = [0, 1]
        .map(|place| swarm.member(place).roll(&joins, &three))
        .into_iter()
        .chain([2, 3].map(|place| swarm.member(place).roll(&joins, &four)));
    let rolls: Vec<_> = rolls.collect();
    assert_eq!(agreed(&swarm.plan, &files(&rolls)), Err(Stopped::Few { have: 2, need: 3 }));
    let again = swarm.member(0).roll(&joins, &four);
    assert_eq!(agreed(&swarm.plan, &[&rolls[0], &again]), Err(Stopped::Twice(names[0])));
    // Shares that are wrong make no secret.
    let rolls: Vec<_> = (0..3).map(|place| swarm.member(place).roll(&joins, &three)).collect();
    let roll = agreed(&swarm.plan, &files(&rolls)).unwrap();
    let mut shares: Vec<_> = (0..3).map(|place| swarm.member(place).shares(&joins, &roll).unwrap()).collect();
    let total = |shares: &[Vec<u8>]| sum(&swarm.plan, &swarm.base, (&joins, &three, &roll), &files(shares));
    assert_eq!(total(&shares), Ok(expected(&[0, 1, 2])));
    let mut lie = Sealed::open(&shares[0]).unwrap().content.to_vec();
    lie[64] ^= 1;
    shares[0] = Sealed::seal(&swarm.secrets[0].identity(), Seal::Shares, &[&lie]);
    assert_eq!(total(&shares), Err(Stopped::Shares(names[1])));
}

#[test]
fn shares_that_do_not_open_are_told_before_anything_is_said() {
    let swarm = swarm(4, 3, 2);
    let mut joined = swarm.joins(&[0, 1, 2, 3]);
    let mut content = Sealed::open(&joined[1]).unwrap().content.to_vec();
    content[128] ^= 1;
    joined[1] = Sealed::seal(&swarm.secrets[1].identity(), Seal::Join, &[&content]);
    let joins = Joins::read(&swarm.plan, &files(&joined)).unwrap();
    assert_eq!(swarm.step(0, &joins), Err(Stopped::Sealed(swarm.plan.names[1])));
    // So is a round key of small order.
    let mut content = Sealed::open(&joined[2]).unwrap().content.to_vec();
    content[64..96].fill(0);
    joined[1] = swarm.joins(&[1]).remove(0);
    joined[2] = Sealed::seal(&swarm.secrets[2].identity(), Seal::Join, &[&content]);
    let joins = Joins::read(&swarm.plan, &files(&joined)).unwrap();
    assert!(matches!(swarm.step(0, &joins), Err(Stopped::Sealed(_) | Stopped::Key(_))));
}

#[test]
fn plans_that_protect_nobody_are_refused() {
    let plan = swarm(9, 8, 4).plan;
    let me = Secret::new([1; 32]).identity();
    let refused = |plan: Plan| plan.seal(&me).unwrap_err();
    assert_eq!(refused(Plan { threshold: 3, ..plan.clone() }), Stopped::Weak);
    assert_eq!(refused(Plan { neighbours: 4, ..plan.clone() }), Stopped::Weak);
    assert_eq!(refused(Plan { neighbours: 7, ..plan.clone() }), Stopped::Weak);
    assert_eq!(refused(Plan { bound: 1 << 30, ..plan.clone() }), Stopped::Weak);
    assert_eq!(refused(Plan { names: plan.names[..2].to_vec(), ..plan.clone() }), Stopped::Weak);
    let twice = [&plan.names[..1], &plan.names[..]].concat();
    assert_eq!(refused(Plan { names: twice, ..plan.clone() }), Stopped::Weak);
}
