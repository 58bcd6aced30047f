#!/usr/bin/env bash
# Submits jobs through gristctl and checks their results; GRISTMILL_URL is the server's address.
set -euo pipefail

# Submits a job, waits for its end, and holds state and result against what is expected.
check() {
  local kind=$1 payload=$2 state=$3 result=$4 job
  # A job that fails makes gristctl fail as well, and what it prints decides.
  job=$(gristctl submit --wait --attempts 1 "$kind" "$payload") || true
  if [[ $job != *"\"state\": \"$state\""* || $job != *"$result"* ]]; then
    echo "✖ $kind $payload: expected $state with $result, and got $job" >&2
    return 1
  fi
  echo "✔ $kind $payload: $state"
}

gristctl health | grep -q '"storage": "postgres"'
check sum '{"numbers":[1,2.5,4]}' succeeded '"sum": 7.5'
check grind '{"text":"rye and oats and rye"}' succeeded '"words": 5'
check fail '{"message":"no wind"}' failed 'no wind'

# Two sleeps of a second take one where two workers share them.
SECONDS=0
check sleep '{"ms":1000}' succeeded '"slept_ms": 1000' &
first=$!
check sleep '{"ms":1000}' succeeded '"slept_ms": 1000' &
wait $first && wait $!
echo "all jobs ended as expected; two sleeps of a second side by side took $SECONDS s"
