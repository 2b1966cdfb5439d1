#!/bin/sh
# Instructions a value, counted by callgrind: wall times drift with the machine's load, these do not.
# The difference of two runs, so that reading the schema and building the generator cancel out.
#
# usage: [FEW=200] [MANY=1200] benches/instructions.sh [PROOFMARK] [SCHEMA...]
#   PROOFMARK  the release binary [default: target/release/proofmark]
#   SCHEMA     a schema file, or an operation of the built-in suite [default: sendInbox]
#   FEW, MANY  how many values the two runs make; a schema with more goals than FEW has strategies built
#              in between, which then count for its violating values
set -eu
binary=target/release/proofmark
if [ $# -gt 0 ] && [ -x "$1" ] && [ ! -d "$1" ]; then
    binary=$1
    shift
fi
[ $# -gt 0 ] || set -- sendInbox

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" generate "$1" "$2" "$3" 2>&1 >/dev/null |
        sed -n 's/.*Collected : *//p'
}

few=${FEW:-200}
many=${MANY:-1200}
for schema in "$@"; do
    for kind in --valid --violating; do
        start=$(count "$schema" "$kind" "$few")
        end=$(count "$schema" "$kind" "$many")
        bytes=$("$binary" generate "$schema" "$kind" "$many" | wc -c)
        echo "$schema $kind: $(((end - start) / (many - few))) instructions and $((bytes / many)) bytes a value"
    done
done
