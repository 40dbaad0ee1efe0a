"""Another scheduler for one call: known by a short name, gone with the call."""

import pytest

from generation.families import FAMILIES
from generation.providers.errors import Cancelled, ProviderError
from generation.tests.drawing import Listener, ask, draw, noise, pixels

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, schedulers

pytestmark = pytest.mark.once

NAMES = [name for name in schedulers.SCHEDULERS if not name.startswith("flow")]


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


@pytest.mark.parametrize("name", NAMES)
def test_each_is_used_and_said_in_the_recipe(provider, tiny, name):
    (picture,) = draw(provider, ask(tiny, scheduler=name))
    class_name, differences = schedulers.SCHEDULERS[name]
    assert picture.made_by["scheduler"] == class_name
    for key, value in differences.items():
        assert picture.made_by["scheduler_config"][key] == value


def test_what_the_pipeline_says_of_its_noise_is_kept(provider, tiny):
    own = provider.pipeline(ask(tiny)).scheduler.config
    (picture,) = draw(provider, ask(tiny, scheduler="euler"))
    assert picture.made_by["scheduler_config"]["beta_end"] == own["beta_end"]
    assert picture.made_by["scheduler_config"]["steps_offset"] == own["steps_offset"] == 1


def test_it_never_leaks_into_the_next_call(provider, tiny):
    (before,) = draw(provider, ask(tiny))
    (other,) = draw(provider, ask(tiny, scheduler="dpmpp-2m-karras"))
    with pytest.raises(Cancelled):
        provider.generate([ask(tiny, scheduler="euler-a")], Listener(stop_at=2))
    draw(provider, ask(tiny, scheduler="unipc", mode="image", source=noise(), strength=0.5))
    (after,) = draw(provider, ask(tiny))
    assert pixels(before) == pixels(after) != pixels(other)
    assert after.made_by["scheduler"] == "DDIMScheduler"


def test_a_call_of_several_schedulers_gives_each_its_own(provider, tiny):
    names = ["", "euler", "euler-a", "euler"]
    together = draw(provider, *(ask(tiny, scheduler=name, seed=5) for name in names))
    alone = [draw(provider, ask(tiny, scheduler=name, seed=5))[0] for name in names]
    assert [picture.made_by["scheduler"] for picture in together] == [
        "DDIMScheduler",
        "EulerDiscreteScheduler",
        "EulerAncestralDiscreteScheduler",
        "EulerDiscreteScheduler",
    ]
    assert pixels(together[2]) == pixels(alone[2])


@pytest.mark.parametrize("name", ["flow-euler", "nonsense"])
def test_one_that_does_not_go_with_the_model_is_refused_in_words(provider, tiny, name):
    with pytest.raises(ProviderError) as caught:
        draw(provider, ask(tiny, scheduler=name))
    assert name in caught.value.sentence
    assert caught.value.code == "refused_by_model"


def test_every_name_that_a_family_offers_is_known_here():
    offered = {name for family in FAMILIES.values() for name in family.schedulers}
    assert offered <= set(schedulers.SCHEDULERS)
