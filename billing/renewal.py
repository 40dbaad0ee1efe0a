"""Keeps on each account the numbers that differ from its plan's.

A person's own exception counts before those of their groups; of several groups' the most generous.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from billing.models import Account, Override

Number = float | None  # None: no limit
AT_ONCE = 500  # accounts
Memberships: Any = get_user_model().groups.through


def connect() -> None:
    """Whatever changes an exception, or who is in a group, renews the accounts it is about."""
    post_save.connect(_override_changed, Override)
    post_delete.connect(_override_changed, Override)
    m2m_changed.connect(_groups_changed, Memberships)


def limits_of(users: Collection[UUID]) -> dict[UUID, dict[str, Number]]:
    """The numbers of their own that these people have."""
    found: dict[UUID, dict[str, Number]] = {user: {} for user in users}
    for user, override in _of_groups(users):
        mine, limit = found[user], override.limit
        mine[limit] = _more(mine[limit], override.number) if limit in mine else override.number
    for override in Override.objects.filter(account__user__in=users).select_related("account"):
        if override.account:
            found[override.account.person_id][override.limit] = override.number
    return found


def renew(accounts: Q) -> None:
    """Those accounts, a portion at a time."""
    rows = Account.objects.filter(accounts).order_by("pk").distinct()
    pks = list(rows.values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        _renew(pks[start : start + AT_ONCE])


def outdated() -> Iterator[Account]:
    """Accounts whose numbers do not follow from exceptions and groups."""
    concerned = Q(overrides__isnull=False) | Q(user__groups__plan_overrides__isnull=False)
    rows = Account.objects.of_people().filter(concerned | ~Q(own_limits={})).distinct()
    known = {account.person_id: account for account in rows}
    for user, limits in limits_of(known).items():
        if known[user].own_limits != limits:
            yield known[user]


@transaction.atomic
def _renew(pks: list[int]) -> None:
    # Locked first, read then: of two changes at once the later one sees the earlier.
    rows = (
        Account.objects.of_people().filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
    )
    accounts = list(rows.only("pk", "user_id", "own_limits"))
    limits = limits_of([account.person_id for account in accounts])
    for account in accounts:
        if account.own_limits != limits[account.person_id]:
            Account.objects.filter(pk=account.pk).update(own_limits=limits[account.person_id])


def _of_groups(users: Collection[UUID]) -> Iterator[tuple[UUID, Override]]:
    overrides: dict[int | None, list[Override]] = defaultdict(list)
    for override in Override.objects.exclude(group=None):
        overrides[override.group_id].append(override)
    members = Memberships.objects.filter(user__in=users, group__in=list(overrides))
    for user, group in members.values_list("user", "group"):
        for override in overrides[group]:
            yield user, override


def _more(one: Number, other: Number) -> Number:
    return None if one is None or other is None else max(one, other)


@transaction.atomic
def _renew_after(groups: Collection[Any], accounts: Q) -> None:
    """A group's new exception and its new member, at once, would not see each other: so whoever
    changes a group locks it first, and reads then."""
    list(Group.objects.filter(pk__in=groups).order_by("pk").select_for_update(no_key=True))
    renew(accounts)


def _override_changed(instance: Override, **_: Any) -> None:
    # Whoever has numbers of their own, too: a group that is deleted has no members any more, and
    # staff may have handed the row from one to another.
    own = Q(user__groups=instance.group_id) if instance.group_id else Q(pk=instance.account_id)
    _renew_after([instance.group_id], own | ~Q(own_limits={}))


def _groups_changed(
    instance: Any, action: str, pk_set: set[Any] | None, reverse: bool, **_: Any
) -> None:
    if action not in ("post_add", "post_remove", "post_clear"):
        return
    if not reverse:
        _renew_after(pk_set or (), Q(user=instance))
    elif pk_set is None:
        renew(~Q(own_limits={}))  # a group was emptied; of whom is not said
    else:
        _renew_after([instance.pk], Q(user__in=pk_set))
