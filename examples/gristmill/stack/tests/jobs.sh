#!/usr/bin/env bash
# Submits jobs and checks their results: bash jobs.sh <host> <port>. The image has no HTTP client, so bash is one.
set -euo pipefail
host=$1
port=$2

# Prints the body of the answer to a request; fails where its status is no success.
request() {
  local method=$1 path=$2 body=${3-} answer
  exec 3<>"/dev/tcp/$host/$port"
  printf '%s %s HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
    "$method" "$path" "$host" "${#body}" "$body" >&3
  answer=$(cat <&3)
  exec 3>&-
  if [[ ! $answer =~ ^HTTP/1\.[01]\ 2 ]]; then
    echo "$method $path: ${answer%%$'\r'*}" >&2
    return 1
  fi
  printf '%s' "${answer#*$'\r\n\r\n'}"
}

field() { grep -o "\"$1\":\"[^\"]*\"" <<<"$2" | head -n 1 | cut -d '"' -f 4; }

# Submits a job, waits for its end, and holds state and result against what is expected.
check() {
  local submission=$1 state=$2 result=$3 job id
  id=$(field id "$(request POST /api/jobs "$submission")")
  for _ in {1..150}; do
    job=$(request GET "/api/jobs/$id")
    case $(field state "$job") in succeeded | failed | cancelled) break ;; esac
    sleep 0.1
  done
  if [[ $(field state "$job") != "$state" || $job != *"$result"* ]]; then
    echo "✖ $submission: expected $state with $result, and got $job" >&2
    return 1
  fi
  echo "✔ $submission: $state"
}

request GET /health | grep -q '"storage":"postgres"'
check '{"kind":"sum","payload":{"numbers":[1,2.5,4]}}' succeeded '"sum":7.5'
check '{"kind":"grind","payload":{"text":"rye and oats and rye"}}' succeeded '"words":5'
check '{"kind":"fail","payload":{"message":"no wind"},"max_attempts":1}' failed 'no wind'

# Two sleeps of a second take one where two workers share them.
SECONDS=0
check '{"kind":"sleep","payload":{"ms":1000}}' succeeded '"slept_ms":1000' &
first=$!
check '{"kind":"sleep","payload":{"ms":1000}}' succeeded '"slept_ms":1000' &
wait $first && wait $!
echo "all jobs ended as expected; two sleeps of a second side by side took $SECONDS s"
