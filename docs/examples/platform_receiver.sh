#!/usr/bin/env bash
# The platform receives events of cases with openssl, as a CGI program behind a web server: verified, each kept once.
#
#   PLATFORM_SECRET   whsec_…
#   EVENTS            a folder of its own; each event becomes a file named after its id
#
# While openssl runs, the key stands in the list of processes: run it where nobody else is signed in.
set -euo pipefail

answer() { printf 'Status: %s\r\n\r\n' "$1"; exit; }

id=${HTTP_WEBHOOK_ID:-} time=${HTTP_WEBHOOK_TIMESTAMP:-} signatures=${HTTP_WEBHOOK_SIGNATURE:-}
[[ $id =~ ^[A-Za-z0-9_-]{1,64}$ && $time =~ ^[1-9][0-9]{0,11}$ ]] || answer '401 Unauthorized'
age=$(($(date +%s) - time))
((-300 <= age && age <= 300)) || answer '401 Unauthorized'

body=$(mktemp "$EVENTS/.coming.XXXXXX")
trap 'rm -f "$body"' EXIT
cat >"$body"

# Signed is: the id, a dot, the Unix time, a dot, and the body as it came.
key=$(printf '%s' "${PLATFORM_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$id" "$time"; cat "$body"; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

# While the secret changes there are two signatures, and one of them is by ours. Digests are compared, so that the time
# that it takes tells nothing of how much of a signature was right.
digest() { printf '%s' "$1" | openssl dgst -sha256; }
read -ra shown <<<"$signatures"
right=
for one in "${shown[@]:0:5}"; do
  if [ "$(digest "$one")" = "$(digest "v1,$expected")" ]; then right=yes; fi
done
[ -n "$right" ] || answer '401 Unauthorized'

# The link is made whole or not at all; an event that is there already came before, and counts as taken.
ln "$body" "$EVENTS/$id.json" 2>/dev/null || [ -e "$EVENTS/$id.json" ]
answer '204 No Content'
