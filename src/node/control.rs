//! What a running node is asked on its own machine: over a socket in its store, for its owner alone.
//!
//! A question is a line: `status`, or `ban` or `forget` and a name. The answer is a line of JSON: how the node is then.

use super::{Node, status::status};
use crate::{
    failure::{Failure, Outcome},
    text::plain,
};
use qres_core::trust::Name;
use std::{
    fmt, fs,
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

/// Limit: bytes of a question, and how long it may take.
const MAX_QUESTION: u64 = 256;
const PATIENCE: Duration = Duration::from_secs(5);

/// What a node is asked, or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Status,
    Ban(Name),
    Forget(Name),
}

impl Question {
    fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some(("ban", name)) => Name::parse(name).map(Self::Ban),
            Some(("forget", name)) => Name::parse(name).map(Self::Forget),
            None if text == "status" => Some(Self::Status),
            _ => None,
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => f.write_str("status"),
            Self::Ban(name) => write!(f, "ban {name}"),
            Self::Forget(name) => write!(f, "forget {name}"),
        }
    }
}

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
    if let Some(question) = Question::parse(question.trim_end()) {
        let done = match question {
            Question::Status => Ok(()),
            Question::Ban(name) => node.ban(name),
            Question::Forget(name) => node.forget(name),
        };
        let answer = match done {
            Ok(()) => plain::json(&status(node)),
            Err(error) => plain::json(&serde_json::json!({ "error": error.to_string() })),
        };
        writer.write_all((answer + "\n").as_bytes()).await?;
    }
    writer.shutdown().await
}

/// Asks the node whose store this is; returns what it answers.
pub(crate) fn ask(store: &Path, question: Question) -> Outcome<String> {
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
        writeln!(stream, "{question}")?;
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    };
    talk().map_err(Failure::reading(name.clone()))
}
