#!/usr/bin/env bash
# Runs each test in this folder and in those of a stand-in, one after the other. The exit code is 0 where all pass, else
# the first failure's; without any test it is 1.
#
# A test is a file *.sh here, run by bash; it finds WINDMILL, FLEXCORE and REDIS as <host>:<port>, and is passed over where
# its name is run.sh or lib.sh.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
if [[ -n ${STAND_IN:-} ]]; then echo "STAND-IN: $STAND_IN; this run says nothing of the real programs"; fi
code=0
ran=0
for test in ./*.sh /tests-of-stand-in/*.sh; do
  case $test in ./run.sh | ./lib.sh | *'*'*) continue ;; esac
  echo "== ${test##*/}"
  ran=$((ran + 1))
  bash "$test"
  ended=$?
  if ((ended != 0)); then
    echo "✖ ${test##*/} failed with exit code $ended" >&2
    if ((code == 0)); then code=$ended; fi
  fi
done
if ((ran == 0)); then
  echo '✖ there is no test' >&2
  exit 1
fi
exit "$code"
