//! The commands that write files.

use crate::room::{Listing, Room};
use std::{fs, os::unix::fs::PermissionsExt};

/// A command that writes a file.
pub(crate) struct Writer {
    pub(crate) arguments: &'static [&'static str],
    /// What it reads from stdin, if it does.
    pub(crate) stdin: Option<&'static str>,
    pub(crate) output: &'static str,
    /// Whether it would write over what is there.
    pub(crate) replaces: bool,
}

pub(crate) const WRITERS: &[Writer] = &[
    Writer {
        arguments: &["compress", "-f", "--segment", "16K", "in.csv"],
        stdin: None,
        output: "in.csv.qres",
        replaces: true,
    },
    Writer {
        arguments: &["compress", "-f", "--segment", "16K", "-o", "out"],
        stdin: Some("in.csv"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["compress", "-f", "--messages", "50", "-o", "out"],
        stdin: Some("in.csv"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["compress", "--segment", "16K", "--append", "out"],
        stdin: Some("in.csv"),
        output: "out",
        replaces: false,
    },
    Writer {
        arguments: &["decompress", "-f", "in.qres", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["decompress", "-f", "-o", "out"],
        stdin: Some("in.qres"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["decompress", "--salvage", "-f", "-o", "out"],
        stdin: Some("in.qres"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["concat", "-f", "in.qres", "in.qres", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    #[cfg(feature = "bench")]
    Writer {
        arguments: &[
            "bench",
            "-f",
            "--fake-time",
            "--levels",
            "1",
            "--peers",
            "none",
            "--html",
            "out",
            "in.csv",
        ],
        stdin: None,
        output: "out",
        replaces: true,
    },
    #[cfg(feature = "flash")]
    Writer {
        arguments: &["flash", "-f", "--chip", "esp32c3", "--elf", "in.elf", "--save-image", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "train", "-f", "in.csv", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "merge", "-f", "a.gene", "b.gene", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "export", "-f", "a.gene", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "install", "a.gene", "--name", "it"],
        stdin: None,
        output: "store",
        replaces: false,
    },
];

impl Writer {
    /// Rooms without an output, and with an old one.
    pub(crate) fn rooms(&self) -> Vec<Room> {
        let (new, old) = (Room::new(), Room::new());
        if self.output == "store" {
            assert!(old.run(&["gene", "install", "b.gene", "--name", "other"], b"").status.success());
        } else {
            let bytes = if self.replaces { b"old".to_vec() } else { fs::read(old.path("in.qres")).unwrap() };
            old.put(self.output, &bytes);
            fs::set_permissions(old.path(self.output), PermissionsExt::from_mode(0o604)).unwrap();
        }
        vec![new, old]
    }

    pub(crate) fn input(&self, room: &Room) -> Vec<u8> {
        self.stdin.map_or(Vec::new(), |name| fs::read(room.path(name)).unwrap())
    }

    /// The command does what it is for after all, and leaves nothing else.
    pub(crate) fn works(&self, room: &Room) {
        let before = room.listing();
        let output = room.run(self.arguments, &self.input(room));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{:?}: {said}", self.arguments);
        let others = |listing: Listing| {
            listing.into_iter().filter(|(name, ..)| !name.starts_with(self.output)).collect::<Vec<_>>()
        };
        assert!(others(before) == others(room.listing()), "{:?} leaves nothing else", self.arguments);
    }
}
