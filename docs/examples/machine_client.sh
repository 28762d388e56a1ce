#!/usr/bin/env bash
# An institution's own system signs in with openssl and curl, and lists its tasks.
#
#   openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private-key.pem
#   ./machine_client.sh key                    prints the public key to register
#   ./machine_client.sh ADDRESS CLIENT_ID      signs in, and prints the tasks that wait
set -euo pipefail

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

if [ "$1" = key ]; then
  modulus=$(openssl rsa -in private-key.pem -noout -modulus | cut -d= -f2)
  printf '{"kty":"RSA","e":"AQAB","n":"%s"}\n' "$(printf '%s' "$modulus" | xxd -r -p | base64url)"
  exit
fi

address=$1 client_id=$2
header=$(printf '{"alg":"RS256"}' | base64url)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s/v1/token","exp":%d,"jti":"%s"}' \
  "$client_id" "$client_id" "$address" "$(($(date +%s) + 240))" "$(openssl rand -hex 16)" | base64url)
signature=$(printf '%s.%s' "$header" "$claims" | openssl dgst -sha256 -sign private-key.pem -binary | base64url)

token=$(curl --silent --show-error --fail-with-body "$address/v1/token" \
  --data grant_type=client_credentials \
  --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
  --data "client_assertion=$header.$claims.$signature" | sed 's/.*"access_token": *"\([^"]*\)".*/\1/')

curl --silent --show-error --fail-with-body "$address/v1/tasks" --header "Authorization: Bearer $token"
