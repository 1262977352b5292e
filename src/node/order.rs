//! What the owner of a running node tells it about peers: nothing more of this one, or as if it had never come.

use super::{Node, state::HAS, store::BookError};
use qres_core::trust::Name;
use quinn::VarInt;

/// What the book calls a peer that may not come.
pub(super) const BANNED: &str = "banned";
/// Why a connection is closed.
const CLOSED: u32 = 4;

impl Node {
    /// Whether a peer may not come, whoever else says so.
    pub(super) fn is_banned(&self, name: Name) -> bool {
        matches!(self.book.cursor(name, BANNED), Ok(Some(true)))
    }

    /// Lets nothing more of a peer in, after a restart neither, until it is forgotten.
    pub(super) fn ban(&self, name: Name) -> Result<(), BookError> {
        self.book.set_cursor(name, BANNED, true)?;
        self.leave(name)
    }

    /// Forgets what is known of a peer: where it was, which lines it has, and that it is banned. Lines of its stay.
    pub(super) fn forget(&self, name: Name) -> Result<(), BookError> {
        self.leave(name)?;
        self.book.forget(name, &[BANNED, HAS])
    }

    /// Ends what there is with a peer.
    fn leave(&self, name: Name) -> Result<(), BookError> {
        for connection in &*self.connections.borrow() {
            if super::quic::name_of(connection) == Some(name) {
                connection.close(VarInt::from_u32(CLOSED), b"told to");
            }
        }
        if let Some(peer) = self.peers.borrow_mut().get_mut(&name) {
            peer.has = None;
        }
        match self.live.borrow_mut().leave(name) {
            Some(heard) => self.book.set_cursor(name, super::live::HEARD, heard),
            None => Ok(()),
        }
    }
}
