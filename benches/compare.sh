#!/usr/bin/env bash
# Holds the speed of proofmark against its targets, each beside the tool that the target names: wrk, openssl,
# Schemathesis. A tool that is missing is said, and what it would show is left out. Prints a table of targets.
#
#   cargo build --release && benches/compare.sh
#
# Environment: PROOFMARK (the binary), SECONDS_EACH (a measurement, 5), ROUNDS (in alternation, 3), CONCURRENCY (16),
# SCHEMATHESIS (the command), FAULTS (a list of faults to hold against Schemathesis, or none), GROWTH (sample counts).
set -u
cd "$(dirname "$0")/.." || exit 2
PROOFMARK=$(realpath "${PROOFMARK:-target/release/proofmark}")
EACH=${SECONDS_EACH:-5} ROUNDS=${ROUNDS:-3} CONCURRENCY=${CONCURRENCY:-16}
SCHEMATHESIS=${SCHEMATHESIS:-$(command -v schemathesis || command -v st || true)}
# What a baseline of the correct wallet lets it find with the bare document.
FAULTS=${FAULTS-crash-on-malformed-json crash-on-nul crash-on-deep-nesting crash-on-empty-templates answers-text-html \
  result-message-missing message-id-259 message-id-too-long-for-long-key extend-info-is-object extend-info-4097}
GROWTH=${GROWTH:-40 400}
[ -x "$PROOFMARK" ] || { echo "no binary at $PROOFMARK (cargo build --release, or set PROOFMARK)" >&2; exit 2; }
WORK=$(mktemp -d)
SERVE=
end() { [ -n "$SERVE" ] && kill "$SERVE" 2>/dev/null && wait "$SERVE" 2>/dev/null; SERVE=; }
trap 'end; rm -rf "$WORK"' EXIT
TABLE="$WORK/table"; : >"$TABLE"

calc() { awk "BEGIN { printf \"%.4g\", $1 }"; }
holds() { awk "BEGIN { exit !($1) }"; }
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }
# target, what was wanted, what was reached, whether that is enough
row() { printf '%-52s %-26s %-26s %s\n' "$1" "$2" "$3" "$(holds "$4" && echo pass || echo MISS)" | tee -a "$TABLE"; }
# The same where so many percent of something are wanted: share NAME PERCENT OURS OF
share() { row "$1" ">= $2 % of $4/s" "$3/s, $(calc "100 * $3 / $4") %" "$3 >= $2 / 100 * $4"; }
left() { printf '%-52s %-26s %-26s %s\n' "$1" "$2" "-" "not measured: $3" | tee -a "$TABLE"; }
has() { command -v "$1" >/dev/null 2>&1; }
# The top-level number of a JSON report; the first, since those of cases come later.
number() { grep -o "\"$2\": *[0-9]*" "$1" | head -1 | grep -o '[0-9]*$'; }

# A wallet on a free port; its URL in $URL, the configuration of its clients in $WORK/conf.
serve() {
  end; rm -rf "$WORK/conf"; : >"$WORK/serve.out"
  "$PROOFMARK" serve --port 0 --write-config "$WORK/conf" "$@" >"$WORK/serve.out" 2>&1 & SERVE=$!
  for _ in $(seq 100); do URL=$(sed -n 's/^listening on //p' "$WORK/serve.out"); [ -n "$URL" ] && return 0; sleep 0.05; done
  echo "the wallet does not start: $(cat "$WORK/serve.out")" >&2; exit 2
}
setting() { sed -n "s/^$1 = \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$WORK/conf/proofmark.toml" | head -1; }
# The configuration without keys, so that requests go unsigned.
unsigned() {
  awk '/^\[clients\./ { skip = 1 } /^$/ { skip = 0 } !skip && !/private_key|public_key/' "$WORK/conf/proofmark.toml" >"$WORK/conf/unsigned.toml"
}
# The configuration without the wallet's key, so that answers are not verified.
unverified() { grep -v server_public_key "$WORK/conf/proofmark.toml" >"$WORK/conf/unverified.toml"; }

# Exchanges a second of a run with so many samples: rate CONFIG SAMPLES CONCURRENCY
rate() {
  "$PROOFMARK" run --config "$WORK/conf/$1" --target "$URL" --only 'sendInbox/request/*' --samples "$2" \
    --concurrency "$3" --quiet --report "json=$WORK/rate.json" >"$WORK/rate.out" 2>&1 || { cat "$WORK/rate.out" >&2; echo 0; return; }
  calc "$(number "$WORK/rate.json" exchanges) * 1000 / $(number "$WORK/rate.json" elapsed_ms)"; echo
}
# How many samples take about as long as a measurement: samples CONFIG CONCURRENCY
samples() {
  local reached
  reached=$(rate "$1" 10 "$2")
  awk "BEGIN { n = int(10 * $reached * $EACH / ($(number "$WORK/rate.json" exchanges) + 1)); print n < 10 ? 10 : n }"
}
requests() {
  CLIENT=$(setting id) TOKEN=$(setting valid) TEMPLATE=$(setting code) \
    PARAMETERS=$(sed -n 's/^parameters = //p' "$WORK/conf/proofmark.toml" | sed 's/\([{,] *\)\([A-Za-z]*\) = /\1"\2":/g; s/ //') \
    wrk -t2 -c"$1" -d"${EACH}s" -s benches/requests.lua "$URL/v1/messages/sendInbox" >"$WORK/wrk.out" 2>&1
  if grep -q 'Non-2xx' "$WORK/wrk.out"; then cat "$WORK/wrk.out" >&2; fi
  awk '/^Requests\/sec/ { print $2 }' "$WORK/wrk.out"
}

echo "machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(uname -sr); load $(cut -d' ' -f1-3 /proc/loadavg)"
echo "binary:  $("$PROOFMARK" --version), $(stat -c %s "$PROOFMARK") bytes; $EACH s each, median of $ROUNDS rounds in alternation"
echo
row_throughput() { # name, arguments of serve…
  local name=$1 few; shift
  serve --unsigned "$@"; unsigned
  few=$(samples unsigned.toml "$CONCURRENCY")
  : >"$WORK/ours"; : >"$WORK/theirs"
  for _ in $(seq "$ROUNDS"); do
    serve --unsigned "$@"; unsigned; requests "$CONCURRENCY" >>"$WORK/theirs"
    serve --unsigned "$@"; unsigned; rate unsigned.toml "$few" "$CONCURRENCY" >>"$WORK/ours"
  done
  local ours theirs; ours=$(median <"$WORK/ours"); theirs=$(median <"$WORK/theirs")
  OURS=$ours
  share "$name" 60 "$ours" "$theirs"
}
if has wrk; then
  row_throughput "unsigned, beside wrk, $CONCURRENCY at once"
  FIRST=$OURS
  row_throughput "the same, wallet that signs no answers" --variant unsigned-answers
  PLAIN=$OURS
else
  left "unsigned, beside wrk" ">= 60 %" "wrk is not installed"
  serve --unsigned; unsigned; FIRST=$(rate unsigned.toml "$(samples unsigned.toml "$CONCURRENCY")" "$CONCURRENCY")
fi

if has openssl; then
  : >"$WORK/sign"; : >"$WORK/verify"; : >"$WORK/ours"; : >"$WORK/both"
  serve --variant unsigned-answers; few=$(samples proofmark.toml "$CONCURRENCY")
  for _ in $(seq "$ROUNDS"); do
    openssl speed -seconds "$EACH" -multi "$(nproc)" rsa2048 2>/dev/null | awk '/^rsa 2048/ { print $(NF-1), $NF }' >"$WORK/openssl"
    cut -d' ' -f1 "$WORK/openssl" >>"$WORK/sign"; cut -d' ' -f2 "$WORK/openssl" >>"$WORK/verify"
    serve --variant unsigned-answers; rate proofmark.toml "$few" "$CONCURRENCY" >>"$WORK/ours"
    serve; rate proofmark.toml "$((few / 2 + 1))" "$CONCURRENCY" >>"$WORK/both"
  done
  sign=$(median <"$WORK/sign"); verify=$(median <"$WORK/verify"); ours=$(median <"$WORK/ours"); both=$(median <"$WORK/both")
  # Each exchange costs one signature and the wallet's verification of it.
  once="1 / $sign + 1 / $verify" twice="2 / $sign + 2 / $verify"
  share "signed, beside openssl speed rsa2048 ($sign/s)" 80 "$ours" "$(calc "1 / ($once)")"
  share "the same, answers signed and verified too" 80 "$both" "$(calc "1 / ($twice)")"
  # The same processors send, serve and judge too, which takes what an exchange without signatures does.
  if [ -n "${PLAIN:-}" ]; then
    share "signed, beside openssl and the exchanges" 80 "$ours" "$(calc "1 / (1 / $PLAIN + $once)")"
    share "the same, answers signed and verified too" 80 "$both" "$(calc "1 / (1 / $PLAIN + $twice)")"
  else
    left "signed, beside openssl and the exchanges" ">= 80 %" "wrk is not installed"
  fi
else
  left "signed, beside openssl" ">= 80 %" "openssl is not installed"
fi
end

: >"$WORK/first"; : >"$WORK/whole"; : >"$WORK/peak"
for _ in $(seq $((ROUNDS + 2))); do
  begun=$(date +%s%N)
  "$PROOFMARK" run --quiet --report ndjson=/dev/stdout 2>/dev/null | {
    grep -m1 -q '"event":"judged"'; calc "($(date +%s%N) - $begun) / 1000000"; echo; cat >/dev/null
  } >>"$WORK/first"
  if [ -x /usr/bin/time ]; then
    /usr/bin/time -f '%e %M' -o "$WORK/time" "$PROOFMARK" run --quiet >/dev/null 2>&1
    awk '{ print $1 }' "$WORK/time" >>"$WORK/whole"; awk '{ print $2 / 1024 }' "$WORK/time" >>"$WORK/peak"
  fi
done
first=$(grep . "$WORK/first" | median)
row "first verdict" "< 50 ms" "$first ms" "$first < 50"
if [ -s "$WORK/whole" ]; then
  row "whole default run" "< 1 s" "$(median <"$WORK/whole") s" "$(median <"$WORK/whole") < 1"
  row "its peak in memory" "< 40 MiB" "$(median <"$WORK/peak") MiB" "$(median <"$WORK/peak") < 40"
else
  left "whole default run" "< 1 s, < 40 MiB" "/usr/bin/time is not installed"
fi

if [ -n "$SCHEMATHESIS" ] && [ -x /usr/bin/time ]; then
  serve --unsigned
  contract=${CONTRACT:-schemas/sendInbox.v1.yaml}
  (cd "$WORK" && /usr/bin/time -f '%e %M' -o "$WORK/time" "$SCHEMATHESIS" run "$OLDPWD/$contract" --url "$URL" --seed 1 --continue-on-failure >"$WORK/st.out" 2>&1)
  cases=$(grep -oE '[0-9,]+ (generated|test cases|passed|total)' "$WORK/st.out" | tr -d , | sort -rn | head -1 | cut -d' ' -f1)
  seconds=$(awk '{ print $1 }' <(tail -1 "$WORK/time")); memory=$(awk '{ print $2 / 1024 }' <(tail -1 "$WORK/time"))
  if [ -n "$cases" ]; then
    theirs=$(calc "$cases / $seconds")
    row "cases a second, beside Schemathesis" ">= 40 x $theirs/s" "$FIRST/s, $(calc "$FIRST / $theirs") x" "$FIRST >= 40 * $theirs"
  else
    left "cases a second, beside Schemathesis" ">= 40 x" "its summary cannot be read; see $WORK/st.out"; cat "$WORK/st.out" | tail -20
  fi
  row "first verdict, of its 1.6 s" "< 53 ms" "$first ms" "$first < 1600 / 30"
  row "memory, beside its $(calc "$memory") MiB" "< 40 MB" "$(calc "$(median <"$WORK/peak") * 1.048576") MB" "$(median <"$WORK/peak") * 1.048576 < 40"
  # What the correct wallet is blamed for is no fault that it finds.
  blamed() { grep -oE '^ *- [A-Z][A-Za-z -]+$|^- .*' "$1" | sort -u; }
  blamed "$WORK/st.out" >"$WORK/correct"
  found=0; missed=
  for fault in $FAULTS; do
    serve --unsigned --fault "$fault" 2>/dev/null
    (cd "$WORK" && "$SCHEMATHESIS" run "$OLDPWD/$contract" --url "$URL" --seed 1 --continue-on-failure >"$WORK/fault.out" 2>&1)
    if [ -n "$(blamed "$WORK/fault.out" | comm -23 - "$WORK/correct")" ]; then
      found=$((found + 1))
      unsigned
      "$PROOFMARK" run --config "$WORK/conf/unsigned.toml" --target "$URL" --quiet --report "json=$WORK/fault.json" >/dev/null 2>&1
      grep -qE '"verdict": *"(fail|warn)"' "$WORK/fault.json" || missed="$missed $fault"
    fi
  done
  [ -z "$FAULTS" ] || row "faults that it finds ($found of $(echo "$FAULTS" | wc -w))" "all found" "missed:${missed:- none}" "\"$missed\" == \"\""
else
  left "beside Schemathesis" ">= 40 x, < 1/30, < 40 MB" "schemathesis (set SCHEMATHESIS) or /usr/bin/time is not installed"
fi

if [ -x /usr/bin/time ]; then
  previous=; least=
  for count in $GROWTH; do
    serve --unsigned; unsigned
    /usr/bin/time -f '%e %M' -o "$WORK/time" "$PROOFMARK" run --config "$WORK/conf/unsigned.toml" --target "$URL" \
      --only 'sendInbox/request/*' --samples "$count" --quiet --report "json=$WORK/rate.json" >/dev/null 2>&1
    exchanges=$(number "$WORK/rate.json" exchanges); each=$(calc "$(number "$WORK/rate.json" elapsed_ms) * 1000 / $exchanges")
    peak=$(awk '{ print $2 / 1024 }' <(tail -1 "$WORK/time"))
    echo "growth: $exchanges exchanges, $each us each, peak $peak MiB"
    if [ -n "$previous" ]; then
      row "memory from $many to $exchanges exchanges" "+ < 4 MiB" "+ $(calc "$peak - $previous") MiB" "$peak - $previous < 4"
      row "time an exchange, likewise" "< 1.5 x" "$(calc "$each / $least") x" "$each < 1.5 * $least"
    else
      previous=$peak least=$each many=$exchanges
    fi
  done
fi
echo
if grep -q ' MISS$' "$TABLE"; then echo "missed:"; grep ' MISS$' "$TABLE"; exit 1; fi
echo "all that was measured passes"
