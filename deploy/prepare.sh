#!/bin/sh
# sh deploy/prepare.sh DOMAIN E-MAIL [cpu|gpu]: writes .env for compose.yaml, with secrets that it makes up. Run once;
# what is there already is never changed.
set -eu
cd "$(dirname "$0")/.."

usage="How: sh deploy/prepare.sh pixazo.example you@pixazo.example [cpu|gpu]"
[ -n "${1-}" ] && [ -n "${2-}" ] || { echo "$usage" >&2; exit 1; }
domain=$1
email=$2
draws=${3:-cpu}
case $domain in
    *[A-Z]*) echo "Write the name of the host in small letters: $(printf %s "$domain" | tr 'A-Z' 'a-z')" >&2; exit 1 ;;
    *[!a-z0-9.-]* | -* | .*) echo "Not the name of a host: $domain" >&2; exit 1 ;;
esac
case $email in
    *[!A-Za-z0-9.@_+-]* | @* | *@) echo "Not an e-mail address: $email" >&2; exit 1 ;;
    *@*) ;;
    *) echo "Not an e-mail address: $email" >&2; exit 1 ;;
esac
case $draws in
    cpu | gpu) ;;
    *) echo "$usage" >&2; exit 1 ;;
esac
if [ -e .env ]; then
    echo ".env is there already; it stays as it is. To begin anew, move it away." >&2
    exit 1
fi

secret() {
    head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'
}

umask 077
cat > .env.part <<END
# Written by deploy/prepare.sh. All settings are in .env.example; this file is the only place with secrets:
# keep a copy of it where the backups are not.
PIXAZO_DOMAIN=$domain
COMPOSE_PROFILES=$draws

PIXAZO_SECRET_KEY=$(secret 40)
POSTGRES_PASSWORD=$(secret 24)
REDIS_PASSWORD=$(secret 24)
PIXAZO_THUMBNAIL_SECRET=$(secret 24)

# Who runs the site: shown on its legal pages.
PIXAZO_OPERATOR=
PIXAZO_OPERATOR_ADDRESS=
PIXAZO_OPERATOR_EMAIL=$email

# Letters: without a mail server nobody can confirm an address.
EMAIL_HOST=
EMAIL_PORT=587
EMAIL_HOST_USER=
EMAIL_HOST_PASSWORD=
PIXAZO_FROM_EMAIL="Pixazo <no-reply@$domain>"
END
mv .env.part .env
echo "Wrote .env. Now: docker compose up --detach --build --wait"
