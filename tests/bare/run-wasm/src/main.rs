//! `run-wasm MODULE`: calls the module's `run` and prints the lines it gives.

use std::{env, error::Error, fs};
use wasmi::{Caller, Engine, Linker, Module, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: run-wasm MODULE")?;
    let engine = Engine::default();
    let module = Module::new(&engine, fs::read(path)?)?;
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "line", print)?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    instance.get_typed_func::<(), ()>(&store, "run")?.call(&mut store, ())?;
    Ok(())
}

fn print(caller: Caller<'_, ()>, text: u32, bytes: u32) -> Result<(), wasmi::Error> {
    let memory = caller.get_export("memory").and_then(wasmi::Extern::into_memory);
    let memory = memory.ok_or_else(|| wasmi::Error::new("the module exports no memory"))?;
    let end = text as usize + bytes as usize;
    let line = memory.data(&caller).get(text as usize..end);
    let line = line.ok_or_else(|| wasmi::Error::new("a line outside of the memory"))?;
    println!("{}", String::from_utf8_lossy(line));
    Ok(())
}
