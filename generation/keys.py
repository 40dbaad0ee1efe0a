"""The only place that finds the key with which a picture is ordered or its model downloaded.

In this order (C24): the person's own where their plan allows it, the model's, the
service's, the environment's. Keys are never part of a request and never part of an answer.
"""

from django.conf import settings

from billing.models.limits import may_bring_keys
from generation.models import Job, OwnKey, Service
from generation.models.service import ADDRESSES
from generation.providers.remote.asking import Account, origin


def key_for(job: Job) -> str:
    """Empty where nobody has given one."""
    if own := own_key(job):
        return own
    model = job.model
    return model.api_key or (service_key(model.service) if model.service else "")


def own_key(job: Job) -> str:
    """That of the person whose units the picture takes; empty where their plan allows none."""
    if job.model.service_id is None:
        return ""
    rows = OwnKey.objects.filter(
        may_bring_keys("user__account"), user_id=job.author_id, service_id=job.model.service_id
    )
    row = rows.first()
    return row.key if row else ""


def service_key(service: Service) -> str:
    return service.api_key or environment_key(service)


def account_of(service: Service) -> Account:
    """To ask it for the site, not for a picture of somebody's."""
    return Account(
        service.base_url.rstrip("/"),
        service_key(service),
        service.calls_a_minute,
        service.key_header,
        service.key_prefix,
    )


def environment_key(service: Service) -> str:
    """Only for the vendor's own host: it must go neither to what else speaks like the vendor, nor
    to where staff may have led the service since."""
    address = ADDRESSES.get(service.slug, "")
    if origin(service.base_url) != origin(address):
        return ""
    key: str = settings.SERVICE_KEYS.get(service.slug, "")
    return key
