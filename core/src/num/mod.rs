//! Numbers without floats: knows nobody, is known by all.
