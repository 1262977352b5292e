//! The two ends of a QUIC stream as messages.

use super::wire::{MAX, Say};
use quinn::{RecvStream, SendStream};

/// Why a stream is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Over {
    /// It has ended, or its connection has.
    Ended,
    /// What came is no message, or none that may come here.
    Wrong(&'static str),
}

/// Says messages.
#[derive(Debug)]
pub(crate) struct Mouth(pub(crate) SendStream);

impl Mouth {
    /// Says one message; it waits while the other end does not listen.
    pub(crate) async fn say(&mut self, message: &Say) -> Result<u64, Over> {
        let bytes = message.to_bytes();
        self.0.write_all(&bytes).await.map_err(|_| Over::Ended)?;
        Ok(bytes.len() as u64)
    }

    /// Says that nothing more comes.
    pub(crate) fn end(mut self) {
        let _ = self.0.finish();
    }
}

/// Hears messages.
#[derive(Debug)]
pub(crate) struct Ear {
    stream: RecvStream,
    /// What has come and has not been heard.
    bytes: Vec<u8>,
}

impl Ear {
    pub(crate) fn new(stream: RecvStream) -> Self {
        Self { stream, bytes: Vec::new() }
    }

    /// Returns the next message. It may be dropped while it waits, and asked again.
    pub(crate) async fn hear(&mut self) -> Result<Say, Over> {
        loop {
            if let Some(said) = self.take()? {
                return Ok(said);
            }
            match self.stream.read_chunk(MAX, true).await {
                Ok(Some(chunk)) => self.bytes.extend_from_slice(&chunk.bytes),
                Ok(None) | Err(_) => return Err(Over::Ended),
            }
        }
    }

    /// Whether a whole message has come already.
    pub(crate) fn has_more(&self) -> bool {
        matches!(split(&self.bytes), Ok(Some(_)))
    }

    fn take(&mut self) -> Result<Option<Say>, Over> {
        let Some((start, end)) = split(&self.bytes)? else { return Ok(None) };
        let said = Say::read(&self.bytes[start..end]).ok_or(Over::Wrong("a message that makes no sense"))?;
        self.bytes.drain(..end);
        Ok(Some(said))
    }
}

/// Where the body of the first message begins and ends, if all of it has come.
fn split(bytes: &[u8]) -> Result<Option<(usize, usize)>, Over> {
    let mut cursor = qres_core::entropy::Cursor::new(bytes);
    let length = match cursor.varint() {
        Ok(length) => length,
        Err(qres_core::Error::Truncated) => return Ok(None),
        Err(_) => return Err(Over::Wrong("a length that makes no sense")),
    };
    if length > MAX as u64 {
        return Err(Over::Wrong("a message that is too long"));
    }
    let start = bytes.len() - cursor.rest().len();
    let end = start + length as usize;
    Ok((bytes.len() >= end).then_some((start, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_heard_when_all_of_it_has_come() {
        let bytes = Say::Have { next: 300 }.to_bytes();
        for length in 0..bytes.len() {
            assert_eq!(split(&bytes[..length]), Ok(None), "{length}");
        }
        assert_eq!(split(&bytes), Ok(Some((1, bytes.len()))));
        assert!(split(&[0xFF, 0xFF, 0xFF, 0x7F]).is_err(), "too long");
        assert!(split(&[0x80, 0]).is_err(), "not the shortest form");
    }
}
