"""How many bytes a person's pictures take: the number on their account, and what keeps it true.

Requests ask that number only (`Account.check_room`). It grows with each picture and upload in one
transaction with its row, and shrinks after their deletion is committed. What a crash leaves wrong
the nightly count mends.
"""

from collections import Counter
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet, Sum

from billing.models import Account
from generation.models import Image, Upload

WEIGHED_AT_ONCE = 1000  # pictures of before renditions were counted

Rows = QuerySet[Image] | QuerySet[Upload]


def forget(rows: Rows) -> None:
    """These rows are about to be deleted, in the transaction that is open."""
    sizes = _by_person(rows)
    # Whatever becomes of the number, their files are to go.
    transaction.on_commit(lambda: _take(sizes), robust=True)


def recount(user: UUID) -> None:
    """Count a person's pictures anew."""
    with transaction.atomic():
        # Whoever keeps a picture of theirs at this moment writes this row as well: they have
        # committed, and are counted here, or wait for us and add to it afterwards.
        account = Account.objects.select_for_update(no_key=True).filter(user=user).first()
        if account is None:
            return
        images = Image.objects.filter(job__author_id=user)
        stored = sum(
            _by_person(rows)[user] for rows in (images, Upload.objects.filter(author=user))
        )
        if stored != account.stored:
            Account.objects.filter(pk=account.pk).update(stored=stored)


def recount_all() -> None:
    """Everybody's, one after the other."""
    _weigh()
    for user in list(Account.objects.of_people().order_by("user").values_list("user", flat=True)):
        recount(user)


def _by_person(rows: Rows) -> Counter[UUID]:
    author = "job__author_id" if rows.model is Image else "author_id"
    sums = rows.order_by().values_list(author).annotate(size=Sum(F("bytes") + F("extra_bytes")))
    return Counter({user: size for user, size in sums if user})


def _take(sizes: Counter[UUID]) -> None:
    for user, size in sorted(sizes.items()):
        Account.objects.store(user, -size)


def _weigh() -> None:
    """Some of the pictures whose renditions nobody has counted."""
    for image in Image.objects.filter(extra_bytes=0).order_by("id")[:WEIGHED_AT_ONCE]:
        try:
            extra = sum(default_storage.size(key) for key in (image.medium, image.small))
        except OSError:
            continue
        Image.objects.filter(pk=image.pk, extra_bytes=0).update(extra_bytes=extra)
