"""A script of its own, started by `known.py`: what the credentials of a file on its standard input
are worth, as JSON. It opens no file or socket once it has begun to look at the picture.
"""

import io
import json
import sys
from contextlib import suppress

MEMORY = 2**31  # bytes of address space
COMPUTING = 10  # seconds
# Nothing is fetched: neither credentials that are elsewhere nor lists of withdrawn certificates.
SETTINGS = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def main(kind: str, trusted: str) -> dict[str, str]:
    """`trusted`: certificates, as PEM, of which those may be that signed, or stand above it."""
    import c2pa

    told = SETTINGS | ({"trust": {"user_anchors": trusted}} if trusted else {})
    context = c2pa.Context.from_dict(told)
    content = sys.stdin.buffer.read()
    limit()
    try:
        with c2pa.Reader(kind, io.BytesIO(content), context=context) as reader:
            manifest = reader.get_active_manifest() or {}
            signature = manifest.get("signature_info") or {}
            signer = signature.get("common_name") or signature.get("issuer") or ""
            return {
                "state": str(reader.get_validation_state()),
                "signer": str(signer)[:200],
                "serial": str(signature.get("cert_serial_number", "")),
            }
    except c2pa.C2paError as error:
        is_missing = "ManifestNotFound" in type(error).__name__
        return {"state": "none" if is_missing else "Invalid", "signer": ""}


def limit() -> None:
    import resource

    for name, most in (
        ("RLIMIT_AS", MEMORY),
        ("RLIMIT_CPU", COMPUTING),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 3),
    ):
        # Not every system has each of them.
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])))
