//! Files, pipes and terminals; text cut into segments; work spread over threads in order.

pub(crate) mod append;
pub(crate) mod archive;
pub(crate) mod buffer_pool;
#[cfg(test)]
mod damage;
pub(crate) mod disk;
pub(crate) mod draft;
pub(crate) mod effort;
pub(crate) mod feed;
pub(crate) mod files;
pub(crate) mod genes;
pub(crate) mod growing;
pub(crate) mod input;
pub(crate) mod keys;
pub(crate) mod known_rows;
#[cfg(feature = "privacy")]
pub(crate) mod ledger;
pub(crate) mod link;
pub(crate) mod live;
pub(crate) mod mend;
pub(crate) mod messages;
pub(crate) mod output;
pub(crate) mod pipeline;
pub(crate) mod salvage;
pub(crate) mod sealed;
pub(crate) mod sign;
pub(crate) mod store;
pub(crate) mod texts;
pub(crate) mod threads;
pub(crate) mod trusted;
pub(crate) mod walk;
