//! `NAME@ADDR`: who a peer is, and where.

use crate::failure::{Failure, Outcome};
use qres_core::trust::Name;
use std::{
    fmt,
    net::{SocketAddr, ToSocketAddrs},
};

/// A peer that can be dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) name: Name,
    /// A host and a port, looked up each time it is dialled.
    pub(crate) address: String,
}

impl Ticket {
    /// Parses `NAME@HOST:PORT`.
    pub(crate) fn parse(text: &str) -> Outcome<Self> {
        let wrong = |what: String| {
            Failure::usage(what, "a peer is `did:qres:...@HOST:PORT`, as its node says when it starts")
        };
        let (name, address) =
            text.split_once('@').ok_or_else(|| wrong(format!("`{text}` does not say where the peer is")))?;
        let name = Name::parse(name).ok_or_else(|| wrong(format!("`{name}` is no name of a node")))?;
        let port = address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none_or(|port| port == 0) {
            return Err(wrong(format!("`{address}` has no port")));
        }
        Ok(Self { name, address: address.to_owned() })
    }

    /// Where it is now, as far as can be found out. This may wait for a server of names.
    pub(crate) fn look_up(&self) -> Option<SocketAddr> {
        self.address.to_socket_addrs().ok()?.next()
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_says_who_and_where() {
        let name = Name([0xab; 32]);
        for address in ["127.0.0.1:4600", "[::1]:4600", "station.example:1"] {
            let text = format!("{name}@{address}");
            assert_eq!(Ticket::parse(&text).unwrap().to_string(), text);
        }
        for wrong in [format!("{name}"), format!("{name}@here"), format!("{name}@here:0"), "x@a:1".to_owned()]
        {
            assert!(Ticket::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
