#!/usr/bin/env bash
# The platform delivers applications, signed with openssl and sent with curl.
#
#   PLATFORM_SECRET=whsec_… ./platform_delivery.sh ADDRESS APPLICATIONS.json
#
# Prints the answer: what became of each application. While openssl runs, the key stands in the list of processes:
# try it where nobody else is signed in, and let a program do it for good.
set -euo pipefail

address=$1 applications=$2
key=$(printf '%s' "${PLATFORM_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')

body=$(mktemp)
trap 'rm -f "$body"' EXIT
printf '{"type":"applications.submitted","timestamp":"%s","applications":%s}' \
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(cat "$applications")" >"$body"

# Signed is: the id, a dot, the Unix time, a dot, and the body as it is sent.
id=msg_$(openssl rand -hex 16) time=$(date +%s)
signature=$({ printf '%s.%s.' "$id" "$time"; cat "$body"; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

curl --silent --show-error --fail-with-body "$address/v1/platform/deliveries" \
  --header 'content-type: application/json' \
  --header "webhook-id: $id" --header "webhook-timestamp: $time" --header "webhook-signature: v1,$signature" \
  --data-binary "@$body"
