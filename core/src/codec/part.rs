//! What the encoder can do without, so that one can see what it gains.

/// A part of the codec; whatever is left out, the archive is one that every reader reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Looking for distinct cells, binary floats and significant digits.
    Care,
    /// Samples behind standardised rows.
    Samples,
    /// Columns grouped by the kinds of their rows.
    Groups,
    /// Places among the distinct values.
    Lists,
    /// Multiples and remainders.
    Divisors,
    /// Bent number lines.
    Bends,
    /// Other columns.
    Parents,
    /// Columns from the last to the first, where that is better.
    Order,
    /// Models that adapt.
    Models,
    /// Columns without a model, and short texts without columns, where that is smaller.
    Plain,
    /// Least squares.
    Squares,
    /// Seasons.
    Season,
    /// Echoes of errors.
    Echo,
}

impl Part {
    /// All there are.
    pub const ALL: [Self; 13] = [
        Self::Care,
        Self::Samples,
        Self::Groups,
        Self::Lists,
        Self::Divisors,
        Self::Bends,
        Self::Parents,
        Self::Order,
        Self::Models,
        Self::Plain,
        Self::Squares,
        Self::Season,
        Self::Echo,
    ];

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Samples => "samples",
            Self::Groups => "groups",
            Self::Lists => "lists",
            Self::Divisors => "divisors",
            Self::Bends => "bends",
            Self::Parents => "parents",
            Self::Order => "order",
            Self::Models => "models",
            Self::Plain => "plain",
            Self::Squares => "squares",
            Self::Season => "season",
            Self::Echo => "echo",
        }
    }

    /// Its bit among those left out.
    pub(super) fn bit(self) -> u16 {
        1 << self as u16
    }
}
