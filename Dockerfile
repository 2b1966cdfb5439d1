# One static binary, in an image with nothing else, that is not root.
#
#   docker build --tag proofmark .
#   docker run --rm proofmark                          # judges the embedded wallet
#   docker run --rm --volume "$PWD:/data" proofmark run --config /data/proofmark.toml
#
# `--target shell` makes an image with a shell, for runners that need one.

FROM rust:1.95-bookworm AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends musl-tools \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN target="$(uname -m)-unknown-linux-musl" \
    && rustup target add "$target" \
    && cargo build --locked --release --target "$target" \
    && cp "target/$target/release/proofmark" /proofmark

FROM alpine:3.22 AS shell
COPY --from=build /proofmark /usr/local/bin/proofmark
USER 65532:65532
WORKDIR /data
CMD ["proofmark", "run"]

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /proofmark /usr/local/bin/proofmark
# nonroot, by number, so that Kubernetes can tell that it is not root.
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/proofmark"]
CMD ["run"]
