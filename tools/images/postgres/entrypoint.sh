#!/bin/bash
# Sets up a database on first start, as Docker Hub's image does, and becomes the server.
set -euo pipefail
# While this is still root, which may read a secret's file whoever owns it.
if [[ -n ${POSTGRES_PASSWORD_FILE:-} ]]; then
  POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
  export POSTGRES_PASSWORD
  unset POSTGRES_PASSWORD_FILE
fi
if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown postgres: "$PGDATA" /var/run/postgresql
  chmod 0700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  user=${POSTGRES_USER:-postgres}
  initdb --username "$user" --auth-host scram-sha-256 --auth-local trust --encoding UTF8 \
    --pwfile <(printf '%s\n' "${POSTGRES_PASSWORD:?must be set}") >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl start --wait --silent --options "-c listen_addresses=''"
  if [[ ${POSTGRES_DB:-$user} != postgres ]]; then createdb --username "$user" "${POSTGRES_DB:-$user}"; fi
  pg_ctl stop --wait --silent --mode fast
fi
exec "$@" -c listen_addresses='*'
