//! From numbers to bits and back.
