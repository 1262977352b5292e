//! The chips that the firmware runs on.

use espflash::target::Chip as Known;
use std::fmt;

/// A chip that the firmware runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chip {
    Esp32c3,
    Esp32c6,
}

impl Chip {
    const ALL: [Self; 2] = [Self::Esp32c3, Self::Esp32c6];

    /// Reads `esp32c3`; says of others why not.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let name = text.to_ascii_lowercase().replace(['-', '_'], "");
        if let Some(chip) = Self::ALL.into_iter().find(|chip| chip.name() == name) {
            return Ok(chip);
        }
        Err(match name.as_str() {
            "esp32" | "esp32s2" | "esp32s3" => {
                "its core is an Xtensa, for which Rust has no compiler of its own: take a board with an ESP32-C3 or ESP32-C6, \
                 or build your own firmware with the compiler that `espup install` installs and flash it with espflash"
            }
            _ => "chips are esp32c3 and esp32c6",
        }
        .into())
    }

    /// The chip that espflash calls so, if the firmware runs on it.
    pub(crate) fn of(known: Known) -> Option<Self> {
        Self::ALL.into_iter().find(|chip| chip.known() == known)
    }

    /// The chip that images call so.
    pub(crate) fn of_id(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|chip| chip.known().id() == id)
    }

    /// As people type it, and as a feature of the firmware.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Esp32c3 => "esp32c3",
            Self::Esp32c6 => "esp32c6",
        }
    }

    /// What the compiler calls it.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Esp32c3 => "riscv32imc-unknown-none-elf",
            Self::Esp32c6 => "riscv32imac-unknown-none-elf",
        }
    }

    /// What espflash calls it.
    pub(crate) fn known(self) -> Known {
        match self {
            Self::Esp32c3 => Known::Esp32c3,
            Self::Esp32c6 => Known::Esp32c6,
        }
    }
}

impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Esp32c3 => "ESP32-C3",
            Self::Esp32c6 => "ESP32-C6",
        })
    }
}

/// What people call a chip of whatever kind.
pub(crate) fn title(known: Known) -> String {
    Chip::of(known).map_or_else(|| known.to_string().to_uppercase(), |chip| chip.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_are_known_by_any_spelling() {
        for text in ["esp32c3", "ESP32-C3", "esp32_c3"] {
            assert_eq!(Chip::parse(text), Ok(Chip::Esp32c3), "{text}");
        }
        assert!(Chip::parse("esp32s3").unwrap_err().contains("Xtensa"));
        assert!(Chip::parse("esp32").unwrap_err().contains("espup"));
        assert_eq!(Chip::parse("esp32h2"), Err("chips are esp32c3 and esp32c6".into()));
        assert_eq!(Chip::of_id(5), Some(Chip::Esp32c3));
        assert_eq!(Chip::of_id(13), Some(Chip::Esp32c6));
    }
}
