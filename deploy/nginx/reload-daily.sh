#!/bin/sh
# A certificate that was renewed is read by nginx within twelve hours; it counts for weeks by then.
set -eu

(
    while sleep 43200; do
        "$(dirname "$0")/30-choose-certificate.sh" && nginx -s reload
    done
) &
