//! What `qres bench` does: qres beside other codecs, on the same texts, taking turns in one run.
//!
//! [`corpus`] gives the texts, [`forms`] writes them in other ways, [`peers`] are the codecs, [`measure`] lets them take
//! turns and compares what they give back, [`report`] is what came of it ([`compare`]: against sizes measured
//! [`published`]): [`table`] shows it on a terminal and [`page`] in a browser. Other views: [`bounded`], sizes within an
//! error bound, and [`messages`], short texts that go on from genes. What only helps to make qres is measured in `tests/lab`.

pub(crate) mod bounded;
pub(crate) mod compare;
pub(crate) mod corpus;
mod figures;
pub(crate) mod forms;
pub(crate) mod machine;
pub(crate) mod measure;
pub(crate) mod memory;
pub(crate) mod messages;
pub(crate) mod page;
pub(crate) mod peers;
pub(crate) mod published;
pub(crate) mod report;
pub(crate) mod table;
