//! A run as a page that plays: the swarm as dots, what they send, who is stirred, who is banned.

use crate::web::page;

const SCRIPT: &str = include_str!("replay.js");
/// Limit: nodes that are shown, and packets a round.
pub(crate) const MAX_NODES: u32 = 5000;
const MAX_SENDS: usize = 300;

/// What is shown of a run.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Replay {
    /// A digit for each node: honest, newcomer, bad.
    roles: String,
    /// For each round a letter for each node: `(`, and on from there by its regime, thrice its experts, and 27 if it is off.
    states: Vec<String>,
    /// From, to, from, to, and so on.
    sends: Vec<Vec<u32>>,
    bans: Vec<Vec<u32>>,
    rounds: Vec<Told>,
}

/// What is told of a round: packets, genes taken, nodes stirred, bits a sample alone and with the swarm.
pub(super) type Told = (u64, u32, i32, f64, f64);

/// What a node shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) is_off: bool,
    pub(super) regime: u8,
    pub(super) experts: u8,
}

impl Replay {
    pub(super) fn new(roles: impl Iterator<Item = char>) -> Self {
        Self { roles: roles.collect(), ..Self::default() }
    }

    /// Takes a round that is over.
    pub(super) fn push(
        &mut self,
        shown: impl Iterator<Item = Shown>,
        mut sends: Vec<u32>,
        bans: Vec<u32>,
        round: Told,
    ) {
        let letter =
            |node: Shown| char::from(40 + node.regime + 3 * node.experts.min(8) + 27 * u8::from(node.is_off));
        self.states.push(shown.map(letter).collect());
        sends.truncate(2 * MAX_SENDS);
        self.sends.push(sends);
        self.bans.push(bans);
        self.rounds.push(round);
    }

    /// Nodes that were stirred in the last round.
    pub(super) fn stirred(&self) -> i32 {
        self.rounds.last().map_or(0, |last| last.2)
    }

    /// The page: `text` is the report.
    pub(crate) fn page(&self, title: &str, text: &str) -> String {
        let body = format!(
            "<h1>{}</h1>\n<p><button id=\"play\" type=\"button\">play</button> \
             <input id=\"round\" type=\"range\" min=\"0\" value=\"0\" aria-label=\"round\" style=\"width:min(40rem,70%)\"></p>\n\
             <p id=\"told\" aria-live=\"off\">&nbsp;</p>\n<canvas id=\"swarm\" style=\"width:100%\"></canvas>\n\
             <p id=\"about\">&nbsp;</p>\n\
             <p>Round dots are honest nodes, larger the more experts they hear: green in calm, yellow before a storm, orange in \
             one. Squares lie; grey ones are banned by somebody. Lines are packets, red those of bad nodes. Space plays, arrows \
             step.</p>\n<pre>{}</pre>\n<script>\n{SCRIPT}</script>\n",
            page::Escaped(title),
            text.lines().map(|line| format!("{}\n", page::Escaped(line))).collect::<String>()
        );
        page::page(title, &body, &serde_json::to_string(self).unwrap_or_default())
    }
}
