//! The `.qres` container.
