//! The command line of qres: parse, run, turn the error into an exit code.

fn main() {}
