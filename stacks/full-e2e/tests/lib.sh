# What the tests share: HTTP and a little Redis with bash alone, since debian:bookworm-slim has no curl.

# get <host>:<port> <path>: status line, headers and body, without carriage returns.
get() {
  exec 3<>"/dev/tcp/${1%:*}/${1#*:}" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
  tr -d '\r' <&3
  exec 3<&-
}

# body: of an answer on standard input.
body() { sed '1,/^$/d'; }

# redis <command>...: sends them in order over one connection, and prints the answers.
redis() {
  exec 3<>"/dev/tcp/${REDIS%:*}/${REDIS#*:}" || return 1
  printf '%s\r\n' "$@" QUIT >&3
  tr -d '\r' <&3
  exec 3<&-
}

fail() {
  echo "✖ $*" >&2
  exit 1
}
