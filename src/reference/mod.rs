//! The embedded reference wallet and its faults.
