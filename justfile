# The few commands that we use.

# All tests.
test:
    cargo test

# What CI runs.
ci:
    .ci/run

# Judge the embedded wallet.
run *ARGS:
    cargo run --release -- run {{ARGS}}

# Judge the harness: every fault noticed, every correct variant left alone.
selftest:
    cargo run --release -- selftest

# Payloads a second.
bench:
    cargo bench --bench generate
