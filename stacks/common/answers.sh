#!/usr/bin/env bash
# Health check: does http://127.0.0.1:<port><path> answer with 200? debian:bookworm-slim has no curl, but bash opens
# connections by itself.
#
#   answers.sh <port> <path>
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
read -r -u 3 line || line='no answer'
[[ $line == HTTP/1.?' 200'* ]] || { echo "$2 at port $1: $line"; exit 1; }
