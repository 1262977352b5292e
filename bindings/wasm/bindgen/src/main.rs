//! Writes the JavaScript and the types that go with a module of wasm: `bindgen MODULE FOLDER`.
//!
//! `qres.js` is an ES module, `qres.classic.js` a classic script, as workers of a page in a file have to be.

use anyhow::{Context, Result};
use std::{env, fs, path::Path};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let usage = || "usage: bindgen MODULE FOLDER";
    let mut arguments = env::args_os().skip(1);
    let module = arguments.next().with_context(usage)?;
    let folder = arguments.next().with_context(usage)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&module).out_name("qres").remove_name_section(true).remove_producers_section(true);
    bindgen.typescript(true).web(true)?.generate(&folder)?;
    let mut classic = Bindgen::new();
    classic.input_path(&module).out_name("qres").no_modules(true)?.no_modules_global("qres")?;
    fs::write(Path::new(&folder).join("qres.classic.js"), classic.generate_output()?.js())?;
    Ok(())
}
