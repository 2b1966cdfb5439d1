//! From a JSON Schema to payloads: valid ones, and ones that violate one chosen keyword.
