//! What nodes say to each other on QUIC streams.
//!
//! ```text
//! stream  := message*
//! message := length varint, of what follows | kind u8 | body
//! hello   := 1 | session u32 | epoch u32 | heard epoch u32 | heard sequence u32 | port u16
//! follow  := 2 | name [u8; 32] | epoch u32, 0 if none is known | kept varint | next varint
//! start   := 3 | epoch u32 | first varint | next varint
//! know    := 4 | level u8 | from varint | names varint | names | until varint
//! rows    := 5 | exact u8, 0 or 1 | first varint | lines varint | a message of `qres compress --messages`
//! names   := 6 | number varint | line
//! gap     := 7 | first varint | lines varint | why u8
//! have    := 8 | next varint
//! refuse  := 9
//! peers   := 10 | (name [u8; 32] | 4 or 6 | address | port u16) x at most 16
//! ask     := 11
//! ```
//! Epochs and sequences are little-endian. Lines are numbered from 0 in each epoch of a name; names of columns are lines, too.
//! On the first stream of a connection both ends say hello, and which peers they know, if any; a peer is told of those that are
//! as welcome. On each further one its opener says `follow`, and then `have` as often as it has made lines durable or was asked;
//! the other end says `start` or `refuse`, and then lines in the order of their numbers.
//!
//! `know` says that the messages after it go on from lines that both have: those from `from` until `until`, read below these
//! names, and all rows that have been sent since. Without it a message stands alone. Rows that are not exact are within the bound
//! to which their sender had to shorten what it keeps.

use qres_core::{
    entropy::{Cursor, put_varint},
    trust::Name,
};
use std::net::{IpAddr, SocketAddr};

/// Wire: bytes of IPv4 and UDP before a datagram.
pub(crate) const HEADERS: u64 = 28;
/// Limit: peers that are told of at once.
pub(crate) const MAX_TOLD: usize = 16;
/// Limit: bytes of a message.
pub(crate) const MAX: usize = 1 << 18;

/// What is said at the start of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hello {
    /// Another one each time that the node starts.
    pub(crate) session: u32,
    /// The epoch in which it numbers lines and datagrams.
    pub(crate) epoch: u32,
    /// What it has opened last of the other's sealed datagrams: epoch and sequence; zeros if nothing.
    pub(crate) heard: (u32, u32),
    /// Its port for sealed datagrams; 0 if it takes none.
    pub(crate) port: u16,
}

/// A wish to have the lines of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Follow {
    pub(crate) name: Name,
    /// The epoch of which lines are known; 0 if there is none.
    pub(crate) epoch: u32,
    /// The first line that is still at hand.
    pub(crate) kept: u64,
    /// The line that is wanted next.
    pub(crate) next: u64,
}

/// Lines that the messages after it go on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Know {
    pub(crate) level: u8,
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) names: Vec<u8>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Say {
    Hello(Hello),
    Follow(Follow),
    Start {
        epoch: u32,
        first: u64,
        next: u64,
    },
    Know(Know),
    Rows {
        exact: bool,
        first: u64,
        lines: u64,
        message: Vec<u8>,
    },
    Names {
        number: u64,
        line: Vec<u8>,
    },
    Gap {
        first: u64,
        lines: u64,
        why: u8,
    },
    Have {
        next: u64,
    },
    /// Nothing of this name is here.
    Refuse,
    /// A wish for `Have`, which has not come.
    Ask,
    /// Peers that are there.
    Peers(Vec<(Name, SocketAddr)>),
}

impl Say {
    /// Returns the message as it is sent.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        self.write(&mut body);
        let mut bytes = Vec::with_capacity(body.len() + 3);
        put_varint(&mut bytes, body.len() as u64);
        bytes.append(&mut body);
        bytes
    }

    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Hello(hello) => {
                to.push(1);
                let (epoch, sequence) = hello.heard;
                for number in [hello.session, hello.epoch, epoch, sequence] {
                    to.extend(number.to_le_bytes());
                }
                to.extend(hello.port.to_le_bytes());
            }
            Self::Follow(follow) => {
                to.push(2);
                to.extend(follow.name.0);
                to.extend(follow.epoch.to_le_bytes());
                put_varint(to, follow.kept);
                put_varint(to, follow.next);
            }
            Self::Start { epoch, first, next } => {
                to.push(3);
                to.extend(epoch.to_le_bytes());
                put_varint(to, *first);
                put_varint(to, *next);
            }
            Self::Know(know) => {
                to.extend([4, know.level]);
                put_varint(to, know.from);
                put_varint(to, know.names.len() as u64);
                to.extend_from_slice(&know.names);
                put_varint(to, know.until);
            }
            Self::Rows { exact, first, lines, message } => {
                to.extend([5, u8::from(*exact)]);
                put_varint(to, *first);
                put_varint(to, *lines);
                to.extend_from_slice(message);
            }
            Self::Names { number, line } => {
                to.push(6);
                put_varint(to, *number);
                to.extend_from_slice(line);
            }
            Self::Gap { first, lines, why } => {
                to.push(7);
                put_varint(to, *first);
                put_varint(to, *lines);
                to.push(*why);
            }
            Self::Have { next } => {
                to.push(8);
                put_varint(to, *next);
            }
            Self::Refuse => to.push(9),
            Self::Ask => to.push(11),
            Self::Peers(peers) => {
                to.push(10);
                peers.iter().for_each(|(name, address)| write_peer(name, address, to));
            }
        }
    }

    /// Reads the body of a message; `None` if it is not one, to its last byte.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut rest = Rest(Cursor::new(body));
        let said = match rest.byte()? {
            1 => Self::Hello(Hello {
                session: rest.u32()?,
                epoch: rest.u32()?,
                heard: (rest.u32()?, rest.u32()?),
                port: u16::from_le_bytes(rest.array()?),
            }),
            2 => Self::Follow(Follow {
                name: Name(rest.array()?),
                epoch: rest.u32()?,
                kept: rest.varint()?,
                next: rest.varint()?,
            }),
            3 => Self::Start { epoch: rest.u32()?, first: rest.varint()?, next: rest.varint()? },
            4 => {
                let (level, from, length) = (rest.byte()?, rest.varint()?, rest.varint()?);
                let names = rest.bytes(usize::try_from(length).ok()?)?.to_vec();
                Self::Know(Know { level, from, names, until: rest.varint()? })
            }
            5 => {
                let exact = rest.byte().filter(|byte| *byte < 2)? == 1;
                Self::Rows { exact, first: rest.varint()?, lines: rest.varint()?, message: rest.all() }
            }
            6 => Self::Names { number: rest.varint()?, line: rest.all() },
            7 => Self::Gap { first: rest.varint()?, lines: rest.varint()?, why: rest.byte()? },
            8 => Self::Have { next: rest.varint()? },
            9 => Self::Refuse,
            10 => Self::Peers(rest.peers()?),
            11 => Self::Ask,
            _ => return None,
        };
        rest.0.rest().is_empty().then_some(said)
    }
}

fn write_peer(name: &Name, address: &SocketAddr, to: &mut Vec<u8>) {
    to.extend(name.0);
    match address.ip() {
        IpAddr::V4(ip) => {
            to.push(4);
            to.extend(ip.octets());
        }
        IpAddr::V6(ip) => {
            to.push(6);
            to.extend(ip.octets());
        }
    }
    to.extend(address.port().to_le_bytes());
}

/// What is left of a message.
struct Rest<'a>(Cursor<'a>);

impl<'a> Rest<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        self.0.bytes(count).ok()
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn varint(&mut self) -> Option<u64> {
        self.0.varint().ok()
    }

    fn peers(&mut self) -> Option<Vec<(Name, SocketAddr)>> {
        let mut peers = Vec::new();
        while !self.0.rest().is_empty() && peers.len() < MAX_TOLD {
            let name = Name(self.array()?);
            let ip: IpAddr = match self.byte()? {
                4 => self.array::<4>()?.into(),
                6 => self.array::<16>()?.into(),
                _ => return None,
            };
            peers.push((name, SocketAddr::new(ip, u16::from_le_bytes(self.array()?))));
        }
        Some(peers)
    }

    fn all(&mut self) -> Vec<u8> {
        let rest = self.0.rest().len();
        self.bytes(rest).unwrap_or_default().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all() -> Vec<Say> {
        let hello = Hello { session: 1, epoch: 2, heard: (3, 4), port: 5 };
        let name = Name([7; 32]);
        vec![
            Say::Hello(hello),
            Say::Follow(Follow { name, epoch: 1, kept: 300, next: 70_000 }),
            Say::Start { epoch: 1, first: 0, next: u64::MAX },
            Say::Know(Know { level: 6, from: 1, until: 2000, names: b"time,temp\n".to_vec() }),
            Say::Rows { exact: true, first: 12, lines: 3, message: b"message".to_vec() },
            Say::Names { number: 0, line: b"a,b\n".to_vec() },
            Say::Gap { first: 5, lines: 6, why: 1 },
            Say::Have { next: 9 },
            Say::Refuse,
            Say::Ask,
            Say::Peers(vec![
                (name, "1.2.3.4:5".parse().unwrap()),
                (Name([8; 32]), "[::1]:9".parse().unwrap()),
            ]),
        ]
    }

    fn body(bytes: &[u8]) -> &[u8] {
        let mut cursor = Cursor::new(bytes);
        let length = cursor.varint().unwrap();
        assert_eq!(length, cursor.rest().len() as u64);
        cursor.rest()
    }

    #[test]
    fn what_was_said_is_heard() {
        for said in all() {
            assert_eq!(Say::read(body(&said.to_bytes())), Some(said));
        }
        assert_eq!(Say::Have { next: 9 }.to_bytes(), [2, 8, 9]);
        let peer = (Name([7; 32]), SocketAddr::from(([1, 2, 3, 4], 5)));
        assert_eq!(Say::read(body(&Say::Peers(vec![peer; MAX_TOLD + 1]).to_bytes())), None);
    }

    #[test]
    fn what_was_once_said_is_heard_for_ever() {
        let bytes: Vec<_> = all().iter().map(Say::to_bytes).collect();
        assert_eq!(crate::node::golden::golden("said.txt", &bytes), bytes);
    }

    #[test]
    fn what_is_cut_or_has_more_behind_it_is_refused() {
        for said in all() {
            let (bytes, has_tail) =
                (said.to_bytes(), matches!(said, Say::Rows { .. } | Say::Names { .. } | Say::Peers(_)));
            let body = body(&bytes);
            let heard = |length: usize| Say::read(&body[..length]);
            assert!((0..body.len()).all(|length| has_tail || heard(length).is_none()), "{said:?}");
            assert!(has_tail || Say::read(&[body, &[0]].concat()).is_none(), "{said:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_heard_is_written_in_one_way(bytes in prop::collection::vec(any::<u8>(), 0..60), kind in 0..12_u8) {
            let bytes = [&[kind], &bytes[..]].concat();
            if let Some(said) = Say::read(&bytes) {
                let written = said.to_bytes();
                prop_assert_eq!(body(&written), &bytes[..]);
            }
        }
    }
}
