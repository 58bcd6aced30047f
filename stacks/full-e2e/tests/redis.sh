# Redis answers with the password, and not without it.
source ./lib.sh
[[ $(redis PING) == *NOAUTH* ]] || fail 'Redis answers without a password'
answer=$(redis "AUTH $(cat /run/secrets/redis_password)" PING)
[[ $answer == *PONG* ]] || fail "Redis answers PING with $answer"
echo '✔ Redis answers with its password alone'
