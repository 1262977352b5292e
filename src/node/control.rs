//! What a running node is asked on its own machine: over a socket in its store, for its owner alone.
//!
//! A question is a word on a line, and its answer is a line of JSON.

use super::{Node, status::status};
use crate::{
    failure::{Failure, Outcome},
    text::plain,
};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, net},
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    task::spawn_local,
    time::timeout,
};

/// The question that there is.
const STATUS: &str = "status";
/// Limit: bytes of a question, and how long it may take.
const MAX_QUESTION: u64 = 256;
const PATIENCE: Duration = Duration::from_secs(5);

fn socket(store: &Path) -> PathBuf {
    store.join("socket")
}

/// Listens in the store, which this process has for itself.
pub(super) fn listen(store: &Path) -> Outcome<UnixListener> {
    let path = socket(store);
    let name = path.display().to_string();
    // What is left of a node that was killed.
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).map_err(Failure::writing(&name))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(Failure::writing(&name))?;
    Ok(listener)
}

/// Answers until the node ends.
pub(super) async fn answer(node: Rc<Node>, listener: UnixListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let node = Rc::clone(&node);
        spawn_local(async move {
            let _ = timeout(PATIENCE, reply(&node, stream)).await;
        });
    }
}

async fn reply(node: &Node, mut stream: UnixStream) -> std::io::Result<()> {
    let mut question = String::new();
    let (reader, mut writer) = stream.split();
    tokio::io::BufReader::new(reader.take(MAX_QUESTION)).read_line(&mut question).await?;
    if question.trim_end() == STATUS {
        let answer = plain::json(&status(node)) + "\n";
        writer.write_all(answer.as_bytes()).await?;
    }
    writer.shutdown().await
}

/// Asks the node whose store this is how it is.
pub(crate) fn ask(store: &Path) -> Outcome<String> {
    let name = store.display().to_string();
    let gone = |_| {
        Failure::unreachable(
            format!("no node runs with {name}"),
            "start it with `qres node --store`, or name its store",
        )
    };
    let mut stream = net::UnixStream::connect(socket(store)).map_err(gone)?;
    let mut talk = || -> std::io::Result<String> {
        stream.set_read_timeout(Some(PATIENCE))?;
        writeln!(stream, "{STATUS}")?;
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    };
    talk().map_err(Failure::reading(name.clone()))
}
