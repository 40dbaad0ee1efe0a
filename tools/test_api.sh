#!/usr/bin/env bash
# Exercises the REST API of a running site: health, models, generate, status, image, uploads,
# image to image, queue.
#
#   PIXAZO_KEY=$(.venv/bin/python manage.py create_api_key you@example.com --create | tail -n 1)
#   PIXAZO_KEY=$PIXAZO_KEY tools/test_api.sh [http://localhost:8000]
#
# Takes the units of two pictures from the key's owner (of one where the model can't work from
# pictures). Ends with 0 if every promise held, with 1 at the first that
# did not. PIXAZO_MODEL names another model than the first; PIXAZO_WAIT is how many seconds a
# picture may take (600). Needs curl and python3.
set -euo pipefail

site=${1:-${PIXAZO_URL:-http://localhost:8000}}
site=${site%/}
key=${PIXAZO_KEY:?"Set PIXAZO_KEY to an API key (account page, or manage.py create_api_key)."}
model=${PIXAZO_MODEL:-}
longest=${PIXAZO_WAIT:-600}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
answer=$folder/answer

# call STATUS METHOD PATH [curl's arguments]: the body goes to $answer; another status is a failure.
call() {
  local wanted=$1 method=$2 path=$3 code
  shift 3
  code=$(curl --silent --show-error --max-time 30 --output "$answer" --write-out '%{http_code}' \
    --request "$method" "$@" "$site$path") || fail "$method $path: the site does not answer."
  [ "$code" = "$wanted" ] || fail "$method $path answered $code and not $wanted: $(head -c 300 "$answer")"
}

# with_key STATUS METHOD PATH ...: the same, as the key's owner.
with_key() { call "$@" --header "Authorization: Bearer $key"; }

# draw JOB: wait until the job is COMPLETED; its last status is in $answer.
draw() {
  local begun=$SECONDS status
  while :; do
    with_key 200 GET "/api/status/$1"
    status=$(read_answer "a['status']")
    case $status in
      COMPLETED) return ;;
      FAILED) fail "status: $(read_answer "a['error']['message']")" ;;
      PENDING | PROCESSING) ;;
      *) fail "status: $status is not a word of this API" ;;
    esac
    [ $((SECONDS - begun)) -lt "$longest" ] || fail "status: still $status after $longest s"
    sleep 1
  done
}

# order STATUS JSON: POST /api/generate.
order() { with_key "$1" POST /api/generate --header "Content-Type: application/json" --data "$2"; }

# read_answer EXPRESSION: a Python expression about `a`, the answer that was read as JSON.
read_answer() { python3 -c "import json, sys; a = json.load(open(sys.argv[1])); print($1)" "$answer"; }

# hold EXPRESSION: the expression must be true.
hold() { [ "$(read_answer "bool($1)")" = True ] || fail "This does not hold: $1"; }

fail() { echo "FAILED  $*" >&2; exit 1; }
ok() { echo "ok      $*"; }

call 200 GET /api/
hold "a['version'] and a['links']['generate']"
ok "info: version $(read_answer "a['version']")"

call 200 GET /api/health
hold "a['status'] in ('ok', 'degraded') and a['database']['ok'] and a['broker']['ok'] and a['storage']['ok']"
ok "health: $(read_answer "a['status']"), $(read_answer "a['workers']['alive']") worker(s)"

for path in /api/models /api/queue; do call 401 GET "$path"; done
call 401 POST /api/generate --header "Content-Type: application/json" --data '{"prompt": "a fox"}'
call 401 GET "/api/models?api_key=$key"
hold "a['error']['code'] == 'unauthenticated'"
ok "without a key: 401"

with_key 200 GET /api/models
hold "len(a['models']) > 0 and all(m['step_config'] for m in a['models'])"
model=${model:-$(read_answer "a['models'][0]['id']")}
ok "models: $(read_answer "', '.join(m['id'] for m in a['models'])")"

order 400 "{\"model\": \"$model\", \"prompt\": \"\"}"
hold "a['error']['fields']['prompt']"
order 400 '{"model": "no-such-model", "prompt": "a fox"}'
hold "a['error']['fields']['model']"
order 400 '{"prompt": '
with_key 404 GET /api/status/00000000-0000-7000-8000-000000000000
with_key 404 GET /api/image/nonsense
ok "bad requests: refused in words"

once="test-api-$$-$(date +%s)"
body="{\"model\": \"$model\", \"prompt\": \"a red house under a full moon, night, watercolour\", \"seed\": 7}"
with_key 202 POST /api/generate --header "Content-Type: application/json" \
  --header "Idempotency-Key: $once" --data "$body"
job=$(read_answer "a['job_id']")
with_key 202 POST /api/generate --header "Content-Type: application/json" \
  --header "Idempotency-Key: $once" --data "$body"
hold "a['job_id'] == '$job'"
ok "generate: job $job, and the same job for the same request"

begun=$SECONDS
draw "$job"
hold "a['progress']['percent'] == 100 and a['image_id'] and a['settings']['seed'] == 7"
image=$(read_answer "a['image_id']")
ok "status: COMPLETED after $((SECONDS - begun)) s"

with_key 200 GET "/api/image/$image"
python3 -c 'import sys; sys.exit(open(sys.argv[1], "rb").read(8) != b"\x89PNG\r\n\x1a\n")' "$answer" ||
  fail "image: that is no PNG"
ok "image: $(wc -c <"$answer") bytes of PNG"
cp "$answer" "$folder/picture.png"
with_key 200 GET "/api/image/$image?format=base64"
python3 -c 'import base64, json, sys
picture = base64.b64decode(json.load(open(sys.argv[1]))["base64"])
sys.exit(picture != open(sys.argv[2], "rb").read())' "$answer" "$folder/picture.png" ||
  fail "image: base64 is another picture"
with_key 200 GET "/api/image/$image?size=small"
call 401 GET "/api/image/$image"
ok "image: as base64, small, and not without the key"

with_key 200 POST /api/read --form "file=@$folder/picture.png"
hold "a['source'] == 'pixazo' and a['settings']['seed'] == 7"
call 401 POST "/api/image/$image/verify"
ok "read: the file says how it was made"

order 200 "{\"model\": \"$model\", \"prompt\": \"a fox\", \"count\": 4, \"dry_run\": true}"
hold "a['dry_run'] and a['units'] == sum(a['prices']) and len(a['prices']) == 4"
ok "dry run: four pictures cost $(read_answer "a['units']") units, and none was ordered"

with_key 201 POST /api/uploads --form "file=@$folder/picture.png"
hold "a['name'] == 'upload:' + a['id'] and a['width'] > 0"
upload=$(read_answer "a['name']")
with_key 200 GET "/api/uploads/${upload#upload:}?size=small"
echo '<svg xmlns="http://www.w3.org/2000/svg"/>' >"$folder/drawing.png"
with_key 415 POST /api/uploads --form "file=@$folder/drawing.png"
with_key 400 POST /api/uploads --header "Content-Type: application/json" \
  --data '{"url": "http://127.0.0.1/x.png"}'
call 401 GET "/api/uploads/${upload#upload:}"
ok "uploads: a picture is taken, what only looks like one is not, nor is an address inside"

order 404 "{\"model\": \"$model\", \"prompt\": \"a fox\", \"image\": \"upload:00000000-0000-7000-8000-000000000000\"}"
with_key 200 GET /api/models
if [ "$(read_answer "[m for m in a['models'] if m['id'] == '$model'][0]['modes'].count('image')")" = 1 ]; then
  order 202 "{\"model\": \"$model\", \"prompt\": \"a blue house under a full moon, night, watercolour\", \"image\": \"$upload\"}"
  hold "a['mode'] == 'image'"
  begun=$SECONDS
  draw "$(read_answer "a['job_id']")"
  hold "a['settings']['strength'] > 0 and a['image_id'] != '$image'"
  ok "image to image: COMPLETED after $((SECONDS - begun)) s"
else
  ok "image to image: $model can't"
fi

with_key 200 GET /api/queue
hold "a['waiting'] >= 0 and all(j['job_id'] != '$job' for j in a['jobs'])"
with_key 200 POST "/api/jobs/$job/cancel"
hold "a['status'] == 'COMPLETED'"
ok "queue: the job has left it, and cancelling what is done changes nothing"

echo "All promises of the API hold at $site."
