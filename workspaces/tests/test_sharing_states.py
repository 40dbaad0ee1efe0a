"""Who works where, at random: people are invited, let in, made more or less of, sent away, leave,
become owners, and each may at every moment exactly what the one table says."""

from unittest.mock import patch

import pytest
from django.db import transaction
from django.http import Http404
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import User
from pixazo.errors import UserError
from pixazo.tests.cast import make_person
from pixazo.tests.long import examples, steps
from workspaces import inviting, people
from workspaces.access import membership_of
from workspaces.joining import join
from workspaces.models import Invitation, Membership, Workspace
from workspaces.roles import MAY, Action, Role

pytestmark = pytest.mark.once
NAMES = ("ida", "max", "eva")
GIVEN = st.sampled_from([Role.EDITOR, Role.VIEWER])


class Sharing(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.people = {name: make_person(name) for name in ("olga", *NAMES)}
        self.place = Workspace.found(self.people["olga"], "Place")
        self.roles = {"olga": Role.OWNER}  # the plainest possible model
        self.letters = {}  # whom -> the role and the letter that still counts

    def teardown(self):
        transaction.set_rollback(True)
        self.all_of_it.__exit__(None, None, None)

    @property
    def owner(self):
        return next(name for name, role in self.roles.items() if role == Role.OWNER)

    def row(self, name):
        return Membership.objects.get(workspace=self.place, user=self.people[name])

    @rule(name=st.sampled_from(NAMES), role=GIVEN)
    def let_in(self, name, role):
        """By a link or by staff; who is there keeps the role they have."""
        join(self.place, self.people[name], role)
        self.roles.setdefault(name, role)

    @rule(name=st.sampled_from(NAMES), role=GIVEN)
    def invite(self, name, role):
        address = f"{name}@example.org"
        # The letter itself, and how many may be sent, are told elsewhere.
        with patch.object(inviting, "_send"), patch.object(inviting, "_check_letters"):
            try:
                letter = inviting.invite(self.place, self.people[self.owner], address, role)
            except UserError:
                assert name == self.owner, "It is one's own address."
                return
        self.letters[name] = role, letter.pk

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), who=st.sampled_from(NAMES))
    def accept(self, data, who):
        name = data.draw(st.sampled_from(sorted(self.letters)))
        role, pk = self.letters[name]
        try:
            inviting.accept(Invitation.objects.get(pk=pk), self.people[who])
        except UserError:
            assert who != name or not Invitation.objects.pending().filter(pk=pk).exists()
            return
        assert who == name, "A letter lets in only whom it is for."
        del self.letters[name]
        self.roles.setdefault(name, role)

    @precondition(lambda self: self.letters)
    @rule(data=st.data())
    def withdraw(self, data):
        name = data.draw(st.sampled_from(sorted(self.letters)))
        _, pk = self.letters.pop(name)
        inviting.revoke(Invitation.objects.get(pk=pk))

    @rule(name=st.sampled_from(("olga", *NAMES)), role=GIVEN)
    def make(self, name, role):
        if name in self.roles:
            self._unless_owner(name, lambda: people.change_role(self.row(name), role))
            if name != self.owner:
                self.roles[name] = role

    @rule(name=st.sampled_from(("olga", *NAMES)), leaves=st.booleans())
    def go(self, name, leaves):
        if name in self.roles:
            self._unless_owner(name, lambda: people.remove(self.row(name), leaves=leaves))
            if name != self.owner:
                del self.roles[name]
                self.letters.pop(name, None)

    @rule(name=st.sampled_from(("olga", *NAMES)))
    def hand_over(self, name):
        if name in self.roles and name != self.owner:
            before = self.owner
            people.hand_over(self.place, self.people[before], self.row(name))
            self.roles |= {before: Role.EDITOR, name: Role.OWNER}

    def _unless_owner(self, name, act):
        if name == self.owner:
            with pytest.raises(people.OwnerStays):
                act()
        else:
            act()

    @invariant()
    def there_is_one_owner_and_it_is_theirs(self):
        assert list(self.roles.values()).count(Role.OWNER) == 1
        self.place.refresh_from_db()
        assert self.place.owner == self.people[self.owner]

    @invariant()
    def each_may_what_the_table_says_and_others_find_nothing(self):
        for name, person in self.people.items():
            if name not in self.roles:
                with pytest.raises(Http404):
                    membership_of(person, self.place.slug)
                continue
            membership = membership_of(User.objects.get(pk=person.pk), self.place.slug)
            assert membership.role == self.roles[name]
            for action in Action:
                assert membership.may(action) == (self.roles[name] in MAY[action])


class TestSharing(Sharing.TestCase, TestCase):
    settings = settings(
        max_examples=examples(6),
        stateful_step_count=steps(20),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
