"""Archives that mean harm: each is refused with a sentence, and nothing of it is left (S36-S39)."""

import copy
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from billing.models import Account
from generation.models import Experiment, Image
from generation.storage import UPLOADS, stored_keys
from generation.tests import hostile
from generation.tests.archives import archive, bring, part
from pixazo.errors import UserError
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.timeout(120)]

EVERY = hostile.every()


def test_there_are_as_many_as_was_promised():
    assert len(EVERY) >= 60


def test_the_one_that_all_others_are_changes_of_is_taken(alice, painter, tmp_path):
    """Or the tests below would prove nothing."""
    (tmp_path / "a").write_bytes(archive(hostile.sound()))
    came = bring(tmp_path / "a", alice)
    image = came.images.get()
    assert (image.rating, image.job.batch.model) == (3, painter)
    assert came.experiments.get().cells.get().batch == image.job.batch
    assert (came.experiments.get().taken, Account.objects.of(alice).spent) == (1, 0)


@pytest.mark.parametrize("name", EVERY)
def test_it_is_refused_and_nothing_is_left(name, alice, painter, tmp_path):
    raw, sentence = EVERY[name]
    (tmp_path / "a").write_bytes(raw)
    with pytest.raises(UserError, match=f"(?i){sentence}"):
        bring(tmp_path / "a", alice)
    assert not Workspace.objects.exists()
    assert not Image.objects.exists()
    assert not [*stored_keys(), *stored_keys(UPLOADS)]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
KINDS = {
    "lists": hostile.LIST,
    "topics": hostile.TOPIC,
    "requests": hostile.REQUEST,
    "experiments": hostile.EXPERIMENT,
    "cells": hostile.CELL,
}


def places(value, path=()):
    """Where something can be put into JSON."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inner:
        yield (*path, name)
        if isinstance(each, dict | list):
            yield from places(each, (*path, name))


PLACES = [(kind, path) for kind, row in KINDS.items() for path in places(row)]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(place=("requests", ("template",)), junk={"theme": {"id": [1], "name": "x"}})
@example(place=("experiments", ("asked",)), junk={"base": [], "axes": 1})
@example(place=("experiments", ("asked",)), junk={})
@given(place=st.sampled_from(PLACES), junk=JUNK)
def test_whatever_stands_in_a_row_it_is_taken_or_refused(
    place, junk, alice, as_alice, painter, tmp_path
):
    """And what is taken can be looked at."""
    kind, path = place
    files = hostile.sound()
    row = copy.deepcopy(json.loads(files[f"{kind}/0001.json"])["rows"][0])
    inside = row
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = junk
    (tmp_path / "a").write_bytes(archive(files | {f"{kind}/0001.json": part(kind, row)}))
    try:
        came = bring(tmp_path / "a", alice)
    except UserError:
        return
    addresses = [came.get_absolute_url(), "/gallery/"]
    addresses += [f"/w/{came.slug}/images/{image.pk}/" for image in came.images.all()]
    for experiment in Experiment.objects.filter(workspace=came):
        base = f"/w/{came.slug}/experiments/"
        addresses += [f"{base}{experiment.pk}/", f"{base}new/?again={experiment.pk}"]
    for address in addresses:
        assert as_alice.get(address).status_code == 200, address
    came.delete_with_everything()
