//! Writes the JavaScript and the types that go with a module of wasm: `bindgen MODULE FOLDER`.

use std::env;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(module), Some(folder)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: bindgen MODULE FOLDER");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("qres").web(true)?.typescript(true);
    bindgen.remove_name_section(true).remove_producers_section(true).generate(folder)
}
