//! Bodies that come and go in pieces.

use super::{IDLE, Said};
use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use std::{
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{sync::mpsc, time::timeout};

/// A body whose pieces come out of a channel. An error breaks the connection off, so that no client takes a part for the
/// whole.
#[derive(Debug)]
pub(super) struct Pieces(pub(super) mpsc::Receiver<io::Result<Bytes>>);

impl Pieces {
    pub(super) fn body(self) -> Body {
        Body::new(self)
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// Returns the next piece of a body; nothing at its end.
pub(super) async fn next(body: &mut Body) -> Result<Option<Bytes>, Said> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
        match timeout(IDLE, frame).await.map_err(|_| Said::slow())? {
            None => return Ok(None),
            Some(Err(_)) => return Err(Said::wrong("the body broke off")),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}
