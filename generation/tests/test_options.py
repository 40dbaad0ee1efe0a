"""A model's options are read and refused in words, on machines that have no torch too."""

import subprocess
import sys

import pytest

from generation.checks import options_of_a_worker_can_be_read
from generation.providers.diffusers import options
from generation.providers.diffusers.options import Options


def test_nothing_said_is_the_usual():
    assert options.parse({}) == Options()


def test_what_is_said_is_taken():
    said = {
        "dtype": "bf16",
        "offload": "group",
        "attention": "flash",
        "compile": "regional",
        "compile_sizes": [[1024, 1024], [832, 1216]],
        "cache": "first_block",
        "cache_threshold": 0.2,
        "quantisation": "fp8",
        "tiling": True,
    }
    read = options.parse(said)
    assert read.compile_sizes == ((1024, 1024), (832, 1216))
    assert {name: getattr(read, name) for name in said if name != "compile_sizes"} == {
        name: value for name, value in said.items() if name != "compile_sizes"
    }


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ([], "JSON object"),
        ({"speed": "high"}, "speed"),
        ({"dtype": "fp64"}, "dtype"),
        ({"offload": True}, "offload"),
        ({"attention": "flash_hub"}, "attention"),
        ({"attention": ["flash"]}, "attention"),
        ({"tiling": "yes"}, "tiling"),
        ({"slicing": 1}, "slicing"),
        ({"cache_threshold": 0}, "cache_threshold"),
        ({"cache_threshold": True}, "cache_threshold"),
        ({"base": 7}, "base"),
        ({"attention_slicing": True, "attention": "native"}, "attention_slicing"),
        ({"compile": "regional", "compile_sizes": [1024]}, "compile_sizes"),
        ({"compile": "regional", "compile_sizes": [[64, 64]] * 9}, "compile_sizes"),
        ({"compile": "regional", "compile_sizes": [[0, 64]]}, "compile_sizes"),
        ({"compile_sizes": [[64, 64]]}, "compile"),
        ({"compile": "full", "offload": "model"}, "offloaded"),
    ],
)
def test_what_is_wrong_is_said_by_its_name(said, word):
    with pytest.raises(ValueError, match=word):
        options.parse(said)


def test_the_recipe_gets_what_changes_the_picture():
    read = options.parse({"cache": "first_block", "offload": "model", "slicing": True})
    assert read.that_change_the_picture() == {"cache": "first_block"}
    assert Options().that_change_the_picture() == {}


def test_a_workers_wrong_options_are_said_at_the_start(settings):
    assert options_of_a_worker_can_be_read(None) == []
    settings.OPTIONS = {"offload": "somewhere"}
    (error,) = options_of_a_worker_can_be_read(None)
    assert error.msg.startswith("PIXAZO_OPTIONS: offload must be one of")


def test_reading_them_needs_no_torch():
    code = (
        "import sys\n"
        "sys.modules['torch'] = sys.modules['diffusers'] = None\n"
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'pixazo.tests.settings'\n"
        "from generation.providers.diffusers import options\n"
        "print(options.parse({'dtype': 'bf16'}).dtype)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "bf16", done.stderr
