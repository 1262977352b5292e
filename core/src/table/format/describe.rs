//! Formats as they are called in reports.

use super::{Format, Style};
use crate::table::float::Line;
use core::fmt;

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal { places: 0, .. } => f.write_str("integer"),
            Self::Decimal { places, style: Style::Fixed } => write!(f, "decimal, {}", Places(*places)),
            Self::Decimal { places, style: Style::Trimmed } => {
                write!(f, "decimal, up to {}", Places(*places))
            }
            Self::Decimal { places: 1, style: Style::Pointed } => f.write_str("decimal, 1 place"),
            Self::Decimal { places, style: Style::Pointed } => write!(f, "decimal, 1 to {}", Places(*places)),
            Self::Time(_) => f.write_str("time"),
            Self::Hex(_) => f.write_str("hexadecimal"),
            Self::Significant(line, _) => write!(f, "decimal, {} digits", line.digits()),
            Self::Float(float) => match float.line {
                Line::Decimal32(places) => write!(f, "float32 of {places} decimals"),
                Line::Decimal64(places) => write!(f, "float64 of {places} decimals"),
                Line::Ratio(denominator) | Line::RoundedRatio(denominator) => {
                    write!(f, "float64 of n/{denominator}")
                }
                Line::Step(_) => f.write_str("float64 of steps"),
                Line::Bits32 => f.write_str("float32"),
                Line::Bits64 => f.write_str("float64"),
            },
        }
    }
}

/// A count of decimals.
struct Places(u8);

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} place{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}
