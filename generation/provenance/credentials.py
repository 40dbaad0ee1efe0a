"""C2PA: a picture's file signed with the certificate of whoever runs the site (decision 0010).

What is signed says that a model made the picture, or a part of it, with Pixazo: no words, no
person. The library is an extra (requirements/provenance.txt), imported where it is needed.

https://spec.c2pa.org/specifications/specifications/2.2/specs/C2PA_Specification.html
"""

import io
import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from generation.provenance.mark import TYPES
from pixazo import __version__

log = logging.getLogger(__name__)

TYPES_OF_FILES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


def is_on() -> bool:
    return bool(settings.C2PA_CERT and settings.C2PA_KEY)


def is_installed() -> bool:
    return find_spec("c2pa") is not None


def carries(content: bytes) -> bool:
    """Whether a file may hold credentials; whether they are any good only the library says."""
    return b"jumb" in content and b"c2pa" in content


def type_of(content: bytes) -> str:
    return next((name for head, name in TYPES_OF_FILES.items() if content.startswith(head)), "")


def serial() -> str:
    """The number of the site's certificate, which its authority gave to no other."""
    from cryptography.x509 import load_pem_x509_certificates

    return str(load_pem_x509_certificates(Path(settings.C2PA_CERT).read_bytes())[0].serial_number)


def signed(png: bytes, source_type: str, received: bytes = b"") -> bytes:
    """The PNG with credentials; as it is where no certificate is set, or signing fails: no picture
    is lost over it.

    `received`: the file that a service delivered, whose credentials ours then name as their origin.
    """
    if not is_on():
        return png
    try:
        return _signed(png, source_type, received if carries(received) else b"")
    except Exception:  # the library has errors of its own, one for each trouble
        log.exception("A picture could not be signed (PIXAZO_C2PA_CERT).")
    return png


def _signed(png: bytes, source_type: str, received: bytes) -> bytes:
    import c2pa

    info = c2pa.C2paSignerInfo(
        _algorithm(), Path(settings.C2PA_CERT).read_bytes(), _key_file().read_bytes(), None
    )
    out = io.BytesIO()
    with c2pa.Signer.from_info(info) as signer, _builder(source_type, received) as builder:
        builder.sign(signer, "image/png", io.BytesIO(png), out)
    return out.getvalue()


def _builder(source_type: str, received: bytes) -> Any:
    import c2pa

    manifest: dict[str, Any] = {
        "claim_generator_info": [{"name": "Pixazo", "version": __version__}],
        "format": "image/png",
    }
    if received:
        builder = c2pa.Builder(manifest)
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)  # it begins with what was received
        origin = {"title": "As it was received", "relationship": "parentOf"}
        builder.add_ingredient(origin, type_of(received), io.BytesIO(received))
        return builder
    created = {
        "action": "c2pa.created",
        "digitalSourceType": f"{TYPES}{source_type}",
        "softwareAgent": {"name": "Pixazo", "version": __version__},
    }
    manifest["assertions"] = [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}]
    return c2pa.Builder(manifest)


def _key_file() -> Path:
    return Path(settings.C2PA_KEY)


def _algorithm() -> Any:
    """What goes with the kind of the key."""
    import c2pa
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(_key_file().read_bytes(), None)
    known = c2pa.C2paSigningAlg
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return known.ED25519
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {256: known.ES256, 384: known.ES384, 521: known.ES512}[key.curve.key_size]
    return known.PS256
