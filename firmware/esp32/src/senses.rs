//! What the program asks of a source of samples beside the samples.

use qres_board::Source;

/// Where samples come from, and what has to be done for it between them.
pub(crate) trait Senses: Source {
    /// Takes what its port has heard.
    fn attend(&mut self);
}
