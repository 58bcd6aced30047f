#!/bin/sh
# Makes the secrets of the stacks: random passwords, and the database's address with its password in it.
#
#   sh stacks/make-secrets.sh [folder]     stacks/secrets where left out
#
# Secrets that are there already stay. Nobody else gets into the folder; the files in it can be read by whoever a
# service runs as, since Compose mounts them with the mode that they have.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 0700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

make() {
  if [ -e "$folder/$1" ]; then echo "$folder/$1 is there already"; return; fi
  printf '%s\n' "$2" >"$folder/$1"
  chmod 0444 "$folder/$1"
  echo "$folder/$1 made"
}

make database_password "$(random)"
make database_url "postgres://windmill:$(cat "$folder/database_password")@postgres:5432/windmill"
make redis_password "$(random)"
make cache_database_password "$(random)"
make cache_database_url "postgres://millwright:$(cat "$folder/cache_database_password")@postgres:5432/millwright"
make cache_s3_secret "$(random)"
make cache_s3_credentials "[default]
aws_access_key_id = cache
aws_secret_access_key = $(cat "$folder/cache_s3_secret")"
