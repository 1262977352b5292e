//! The programs of boards that this program was released with, if it was.

use super::{chip::Chip, image::Image};
use crate::failure::{Failure, Outcome};

/// Merged images, made by `tests/run release`.
#[cfg(feature = "firmware")]
const IMAGES: &[(Chip, &[u8])] = &[
    (Chip::Esp32c3, include_bytes!(concat!(env!("QRES_FIRMWARE"), "/esp32c3.bin"))),
    (Chip::Esp32c6, include_bytes!(concat!(env!("QRES_FIRMWARE"), "/esp32c6.bin"))),
];
#[cfg(not(feature = "firmware"))]
const IMAGES: &[(Chip, &[u8])] = &[];

/// The program for a chip.
pub(crate) fn image(chip: Chip) -> Outcome<Image> {
    match IMAGES.iter().find(|(made_for, _)| *made_for == chip) {
        Some((_, bytes)) => Image::from_merged("the built-in program", bytes, Some(chip)),
        None => Err(Failure::refused(
            "this qres was made without programs for boards",
            "build the program from its source with `--build`, or name one with `--elf` or `--image`",
        )),
    }
}
