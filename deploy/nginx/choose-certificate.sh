#!/bin/sh
# Puts in place the certificate that nginx reads: Let's Encrypt's where there is one, else one that we signed
# ourselves, with which nginx can start and answer Let's Encrypt's question.
# Called as a program of the image's start, and again before each reload.
set -eu

issued=/etc/letsencrypt/live/${PIXAZO_DOMAIN}
chosen=${PIXAZO_CERTIFICATE}
mkdir -p "$chosen"
if [ -s "$issued/fullchain.pem" ] && [ -s "$issued/privkey.pem" ]; then
    cp -L "$issued/fullchain.pem" "$issued/privkey.pem" "$chosen/"
elif [ ! -s "$chosen/fullchain.pem" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 \
        -subj "/CN=${PIXAZO_DOMAIN}" -addext "subjectAltName=DNS:${PIXAZO_DOMAIN}" \
        -keyout "$chosen/privkey.pem" -out "$chosen/fullchain.pem" 2>/dev/null
fi
chmod 600 "$chosen/privkey.pem"
