//! What bad nodes do, by name.

/// What bad nodes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Attack {
    /// The mean of the honest, turned round
    SignFlip,
    /// The mean, off by one and a half standard deviations
    Alie,
    /// The mean turned round, at half its length
    InnerProduct,
    /// What the first honest node tells
    Mimic,
    /// The same weight everywhere
    Constant,
    /// Further from the mean with each round, within the noise
    SlowDrift,
    /// Weights as large as packets carry
    Huge,
    /// One thing to one half, the contrary to the other
    Dissensus,
    /// Honest for four turns, then as bad as may be for two
    OnOff,
    /// Two genes under one number
    Equivocation,
    /// A new name each time
    Whitewash,
    /// A new name for each of ten packets a round
    Sybil,
    /// Are all that some honest nodes know
    Eclipse,
    /// Old packets of honest nodes again
    Replay,
    /// Hear and never tell
    Withhold,
    /// All tell the same, and vote that there is a storm
    Cartel,
    /// The best that the victim's own window allows, and then as far off as the window does not show
    Tailored,
    /// The same, off where the victim's next samples hurt most
    Oracle,
    /// Honest nodes whose world changes: who bans them is wrong
    RegimeChange,
}

impl Attack {
    /// Whether who does this tells the truth.
    pub(crate) const fn is_honest(self) -> bool {
        matches!(self, Self::RegimeChange)
    }

    /// Packets that one sends in a round.
    pub(super) const fn packets(self) -> u64 {
        match self {
            Self::Sybil => 10,
            Self::Withhold | Self::RegimeChange => 0,
            _ => 2,
        }
    }

    /// Whether each gene is told under a name of its own.
    pub(super) const fn is_fresh(self) -> bool {
        matches!(self, Self::Whitewash | Self::Sybil)
    }

    /// Whether what is told depends on who hears it.
    pub(super) const fn is_aimed(self) -> bool {
        matches!(self, Self::Tailored | Self::Oracle | Self::Dissensus)
    }

    /// What it is called where it is typed.
    pub(crate) fn name(self) -> String {
        use clap::ValueEnum;
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
