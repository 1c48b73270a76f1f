#!/bin/sh
# Shows that the whole chain works: makes a daily task at the address $1, completes it, waits until its next occurrence is there,
# and deletes what it made. It needs curl, and openssl where it signs a token of its own.
#   TOKEN        a bearer token of the user
#   JWT_SECRET   or the secret to sign one with; with neither, no token is sent
#   SMOKE_USER   the user, by default smoke-test
#   CURL         how to call curl, for example "kubectl exec -i client -- curl"
set -eu
base=${1:?"usage: $0 URL"}/api
user=${SMOKE_USER:-smoke-test}
url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
if [ -z "${TOKEN:-}" ] && [ -n "${JWT_SECRET:-}" ]; then
    head=$(printf '{"alg":"HS256","typ":"JWT"}' | url)
    body=$(printf '{"sub":"%s","exp":%s}' "$user" $(($(date +%s) + 300)) | url)
    TOKEN=$head.$body.$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -hmac "$JWT_SECRET" -binary | url)
fi
call() { # METHOD PATH [BODY]: the answer, or the end of this script
    method=$1 path=$2
    shift 2
    ${CURL:-curl} -sS --fail-with-body --max-time 10 -X "$method" "$base/$user/$path" -H "authorization: Bearer ${TOKEN:-}" \
        -H 'content-type: application/json' ${1:+--data "$1"}
}
field() { sed -nE "s/.*\"$1\": ?\"([^\"]*)\".*/\1/p" | head -n 1; }

made=$(call POST tasks '{"title":"Smoke test","due_date":"2031-01-31T09:00:00Z","is_recurring":true,"recurring_interval":"daily"}')
id=$(printf '%s' "$made" | tr ',' '\n' | field id)
series=$(printf '%s' "$made" | tr ',' '\n' | field series_id)
echo "made $id"
call POST "tasks/$id/complete" >/dev/null
tries=60
while :; do
    next=$(call GET "tasks?status=pending&series_id=$series" | tr ',' '\n' | sed 's/.*\[//' | field id)
    [ -z "$next" ] || break
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "no next occurrence after a minute" >&2; exit 1; }
    sleep 1
done
echo "its next occurrence is $next"
call DELETE "tasks/$next" >/dev/null
call DELETE "tasks/$id" >/dev/null
echo "it works"
