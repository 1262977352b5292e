use super::{
    attack::Attack,
    compare::compare,
    run,
    scenario::{Attackers, Scenario},
};
use clap::ValueEnum;

#[test]
fn experts_stand_where_rules_that_merge_fall() {
    let attack = vec![Attackers { kind: Attack::Constant, share: 0.0 }];
    let scenario = Scenario { attack, ..Scenario::default() };
    let compared = serde_json::to_value(compare(&scenario, 3, |_| {}).unwrap()).unwrap();
    let excess = |rule: &str, share: usize| {
        let lines = compared["lines"].as_array().unwrap();
        let line = lines.iter().find(|line| line["rule"] == rule).unwrap();
        line["worst"][share][0].as_f64().unwrap()
    };
    for share in 0..5 {
        assert!(excess("experts", share) < 0.03, "{share}: {}", excess("experts", share));
    }
    assert!(excess("mean", 1) > 0.1 && excess("trimmed mean", 3) > 0.1 && excess("NNA", 4) > 0.1);
}

#[test]
fn a_replay_is_a_page_of_its_own() {
    let report = run(&small(Attack::Equivocation), true, |_| {}).unwrap();
    let page = report.replay.as_ref().unwrap().page("swarm", &report.text());
    assert!(page.contains("<canvas") && page.matches("</script>").count() == 3 && !page.contains("http"));
}

fn digest(scenario: &Scenario, threads: usize) -> serde_json::Value {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let report = pool.install(|| run(scenario, true, |_| {})).unwrap();
    serde_json::to_value(&report).unwrap()
}

fn small(kind: Attack) -> Scenario {
    let attack = vec![Attackers { kind, share: 0.3 }];
    Scenario { nodes: 40, rounds: 80, attack, loss: 0.1, doubled: 0.05, churn: 0.1, ..Scenario::default() }
}

#[test]
fn a_run_is_the_same_for_any_number_of_threads_and_another_for_another_seed() {
    let scenario = small(Attack::Tailored);
    let one = digest(&scenario, 1);
    assert_eq!(one, digest(&scenario, 3));
    assert_ne!(one["digest"], digest(&Scenario { seed: 2, ..scenario }, 1)["digest"]);
}

#[test]
fn no_attack_costs_anybody_more_than_a_bit_and_a_little() {
    for attack in Attack::value_variants() {
        let report = digest(&small(*attack), 2);
        for group in ["old", "newcomers"] {
            let worst = report[group]["worst_bits"].as_f64().unwrap();
            assert!(worst <= 1.0 + 80.0 * 0.0004, "{attack:?} {group}: {worst}");
        }
        assert_eq!(report["banned_honest"], 0, "{attack:?}");
    }
}

#[test]
fn who_tells_two_things_is_banned() {
    assert!(digest(&small(Attack::Equivocation), 2)["banned_bad"].as_u64().unwrap() > 3);
}
