//! JSON Schema: the validator used as oracle, and the normal form that payloads are generated from.
