# Each of the three nodes answers /health through HAProxy, which names the node in a header.
source ./lib.sh
declare -A nodes
for ((attempt = 0; attempt < 60 && ${#nodes[@]} < 3; attempt++)); do
  answer=$(get "$FLEXCORE" /health)
  [[ $answer == HTTP/1.?' 200'* ]] || fail "/health of $FLEXCORE: ${answer%%$'\n'*}"
  node=$(sed -n '/^$/q;s/^x-served-by: //Ip' <<<"$answer")
  if [[ -z ${nodes[$node]:-} ]]; then nodes[$node]=1; else sleep 0.5; fi
done
((${#nodes[@]} == 3)) || fail "of three nodes only these answer: ${!nodes[*]}"
echo "✔ /health: three nodes answer (${!nodes[*]})"
