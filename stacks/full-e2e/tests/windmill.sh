# Windmill answers through HAProxy and says its version.
source ./lib.sh
answer=$(get "$WINDMILL" /api/version)
[[ $answer == HTTP/1.?' 200'* ]] || fail "/api/version of $WINDMILL: ${answer%%$'\n'*}"
version=$(body <<<"$answer")
[[ -n $version ]] || fail "/api/version of $WINDMILL says nothing"
echo "✔ /api/version: $version"
