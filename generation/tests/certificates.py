"""A certificate for signing pictures, below an authority of its own: PEM of both, and the key."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def certificate(name="Pictures Ltd", above=None):
    """Chain and key, as the files that the settings name hold them. `above`: the authority's key,
    where two certificates shall be of one."""
    above = above or ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _named("Authority")
    chain = [
        _made(_named(name), key.public_key(), authority, above, is_authority=False),
        _made(authority, above.public_key(), authority, above, is_authority=True),
    ]
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join(each.public_bytes(pem) for each in chain), private


def _named(name):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
        ]
    )


def _made(subject, public, issuer, signer, *, is_authority):
    day = datetime.timedelta(days=1)
    moment = datetime.datetime.now(datetime.UTC)
    usages = dict.fromkeys(
        [
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ],
        False,
    )
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority, **usages
    )
    building = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - day)
        .not_valid_after(moment + 30 * day)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
        )
    )
    if not is_authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        building = building.add_extension(purpose, False)
    return building.sign(signer, hashes.SHA256())
