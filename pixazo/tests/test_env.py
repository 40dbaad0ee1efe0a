from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from pixazo.env import Env


def test_an_empty_environment_gives_the_defaults():
    env = Env({})
    assert env.int("A", 3, "") == 3
    assert env.bool("B", True, "") is True
    assert env.list("C", ["x"], "") == ["x"]
    assert env.path("D", Path("/tmp/d"), "") == Path("/tmp/d")


def test_values_are_read_as_their_type():
    env = Env({"A": "7", "B": "no", "C": "x, y,", "D": "0.5"})
    assert env.int("A", 3, "") == 7
    assert env.bool("B", True, "") is False
    assert env.list("C", [], "") == ["x", "y"]
    assert env.float("D", 1.0, "") == 0.5


def test_variables_that_begin_alike_are_read_together():
    env = Env({"MODEL_B": "two", "MODEL_A": " one ", "MODEL_C": " ", "MODELS": "no"})
    assert env.numbered("MODEL_", "one", "") == {"MODEL_A": "one", "MODEL_B": "two"}
    assert "MODEL_1" in env.declared


def test_an_object_is_read_as_json():
    env = Env({"A": '{"offload": "model"}', "B": "[1]", "C": "{"})
    assert env.json("A", "") == {"offload": "model"}
    assert env.json("D", "") == {}
    for name in "BC":
        with pytest.raises(ImproperlyConfigured, match=f"{name} must be a JSON object"):
            env.json(name, "")


@pytest.mark.parametrize("read", ["int", "float", "bool"])
def test_a_wrong_value_stops_the_start_and_names_the_setting(read):
    env = Env({"PIXAZO_THING": "s3cret-nonsense"})
    with pytest.raises(ImproperlyConfigured) as refusal:
        getattr(env, read)("PIXAZO_THING", 1, "What it is for.")
    assert "PIXAZO_THING" in str(refusal.value)
    assert "s3cret-nonsense" not in str(refusal.value)


def test_what_was_declared_can_be_listed():
    env = Env({})
    env.bool("PIXAZO_SOLO", False, "One person.")
    setting = env.declared["PIXAZO_SOLO"]
    assert (setting.type, setting.default, setting.help) == ("yes or no", "0", "One person.")
