"""What must hold before the site starts, each with a hint that says what to do."""

import ipaddress
import os
import stat
import tempfile
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Doubt


@register()
def solo_stays_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Single-user mode signs everybody in as the owner, so others must not reach it by accident."""
    if not settings.SOLO or settings.SOLO_PUBLIC or is_loopback(settings.HOST):
        return []
    return [
        Error(
            f"Single-user mode refuses the public address {settings.HOST}.",
            hint="Bind to 127.0.0.1, or set PIXAZO_SOLO_PUBLIC=1 if everybody may be the owner.",
            id="pixazo.E001",
        )
    ]


@register()
def folders_are_writable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    folders = {"PIXAZO_DATA": settings.DATA}
    if not settings.S3_BUCKET:
        folders["PIXAZO_MEDIA"] = settings.MEDIA_ROOT
    for name, folder in folders.items():
        try:
            os.makedirs(folder, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            problems.append(
                Error(
                    f"The folder {folder} can't be written: {error.strerror}.",
                    hint=f"Make it writable for this user, or set {name} to another folder.",
                    id="pixazo.E002",
                )
            )
    return problems


@register()
def the_data_folder_is_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One that was there before us stays as it is: somebody may have meant it."""
    try:
        mode = os.stat(settings.DATA).st_mode
    except OSError:  # `folders_are_writable` says so
        return []
    if not mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH):
        return []
    return [
        Doubt(
            f"Every user of this machine may look into {settings.DATA}.",
            hint=f"chmod o-rwx {settings.DATA}; what a web server reads below it, such as pictures,"
            " belongs into another folder (PIXAZO_MEDIA).",
            id="pixazo.W002",
        )
    ]


@register()
def a_bucket_can_be_used(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.S3_BUCKET:
        return []
    problems: list[CheckMessage] = []
    if find_spec("storages") is None or find_spec("boto3") is None:
        problems.append(
            Error(
                "PIXAZO_S3_BUCKET is set, and what speaks to buckets is not installed.",
                hint="pip install -r requirements/s3.txt",
                id="pixazo.E040",
            )
        )
    if settings.MEDIA_ACCEL or settings.THUMBNAIL_SECRET:
        problems.append(
            Error(
                "nginx can't send what lies in a bucket.",
                hint="Leave PIXAZO_MEDIA_ACCEL and PIXAZO_THUMBNAIL_SECRET empty.",
                id="pixazo.E041",
            )
        )
    if bool(settings.S3_ACCESS_KEY) != bool(settings.S3_SECRET_KEY):
        problems.append(
            Error(
                "Of PIXAZO_S3_ACCESS_KEY and PIXAZO_S3_SECRET_KEY only one is set.",
                hint="Set both, or none to be known by the machine's role.",
                id="pixazo.E042",
            )
        )
    return problems


@register()
def public_gallery_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.PUBLIC_GALLERY in {"moderated", "open", "off"}:
        return []
    return [
        Error(
            f"PIXAZO_PUBLIC_GALLERY is {settings.PUBLIC_GALLERY!r}.",
            hint="Use moderated, open or off.",
            id="pixazo.E012",
        )
    ]


@register()
def hsts_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.HSTS in {"preload", "subdomains", "host", "off"}:
        return []
    return [
        Error(
            f"PIXAZO_HSTS is {settings.HSTS!r}.",
            hint="Use preload, subdomains, host or off.",
            id="pixazo.E014",
        )
    ]


@register()
def safety_is_a_level_and_can_look(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if settings.SAFETY not in {"off", "standard", "strict"}:
        problems.append(
            Error(
                f"PIXAZO_SAFETY is {settings.SAFETY!r}.",
                hint="Use off, standard or strict.",
                id="pixazo.E005",
            )
        )
    if settings.CONTENT_SAFETY and is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
        problems.append(
            Error(
                "PIXAZO_CONTENT_SAFETY lets Pixazo.ai fetch each picture, and this site has no"
                " public address.",
                hint="Set PIXAZO_URL to the address by which others reach it.",
                id="pixazo.E006",
            )
        )
    return problems


@register()
def device_and_precision_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    device = settings.DEVICE.split(":")[0]
    if device not in {"auto", "cpu", "cuda", "mps"}:
        problems.append(
            Error(
                f"PIXAZO_DEVICE is {settings.DEVICE!r}.",
                hint="Use auto, cpu, cuda, cuda:0, cuda:1 ... or mps.",
                id="pixazo.E003",
            )
        )
    if settings.PRECISION not in {"auto", "fp32", "fp16", "bf16"}:
        problems.append(
            Error(
                f"PIXAZO_PRECISION is {settings.PRECISION!r}.",
                hint="Use auto, fp32, fp16 or bf16.",
                id="pixazo.E004",
            )
        )
    return problems


@register()
def somebody_runs_a_public_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Most countries want the imprint; with accounts, people must know whom they deal with."""
    if is_private() or settings.SOLO or settings.OPERATOR:
        return []
    return [
        Doubt(
            "Others can reach this site, and its legal pages don't say who runs it.",
            hint="Set PIXAZO_OPERATOR, PIXAZO_OPERATOR_ADDRESS and PIXAZO_OPERATOR_EMAIL.",
            id="pixazo.W001",
        )
    ]


@register()
def letters_leave_a_public_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """At a desk they are read where the site runs."""
    if is_private() or settings.SOLO or settings.EMAIL_HOST:
        return []
    return [
        Doubt(
            "Others can reach this site, and letters don't leave it: nobody can confirm an e-mail"
            " address or ask for a new password.",
            hint="Set EMAIL_HOST, EMAIL_HOST_USER and EMAIL_HOST_PASSWORD.",
            id="pixazo.W003",
        )
    ]


@register()
def own_templates_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    folder = settings.OWN_TEMPLATES
    if not folder or os.path.isdir(folder):
        return []
    return [
        Error(
            f"PIXAZO_TEMPLATES is {folder}, which is no folder.",
            hint="Name a folder that this user can read, or leave it empty.",
            id="pixazo.E007",
        )
    ]


def is_private() -> bool:
    """Whether only people at this machine can reach the site, as far as settings tell."""
    site = urlsplit(settings.SITE_URL).hostname or ""
    return is_loopback(settings.HOST) and is_loopback(site)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
