//! The digest of a text, worked out in two halves at once where that is sooner.

use crate::parallel::Parallel;
use blake3::{
    Hash, Hasher,
    hazmat::{ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_root},
};

/// Returns the BLAKE3 digest of `text`.
pub(super) fn of(parallel: &impl Parallel, text: &[u8]) -> Hash {
    if parallel.parts(text.len()) < 2 {
        return blake3::hash(text);
    }
    let left_bytes = left_subtree_len(text.len() as u64);
    let (left, right) = text.split_at(left_bytes as usize);
    let (left, right) = parallel.both(|| half(left, 0), || half(right, left_bytes));
    merge_subtrees_root(&left, &right, Mode::Hash)
}

fn half(text: &[u8], offset: u64) -> ChainingValue {
    Hasher::new().set_input_offset(offset).update(text).finalize_non_root()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel::Cut;

    #[test]
    fn halves_make_the_digest_of_the_whole() {
        for bytes in [1025, 2048, 3000, 70_000, 1 << 17] {
            let text = alloc::vec![b'7'; bytes];
            assert_eq!(of(&Cut(2), &text), blake3::hash(&text));
        }
    }
}
