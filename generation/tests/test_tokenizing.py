"""A prompt's length is counted as the model's own text encoder counts it, where that can be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generation import tokenizing
from generation.families import FAMILIES
from generation.models import ImageModel
from generation.tests.engine import request

pytest.importorskip("tokenizers")

pytestmark = pytest.mark.once

PROMPTS = ["a red house by the sea", "CASTLES!  on (two:1.2) hills", "é 家 \U0001f3f0 x", ""]


def read_by(folder, family, prompt):
    """As the pipeline of that family has it read; without its chat's or instruction's words."""
    from transformers import AutoTokenizer

    words = FAMILIES[family].words
    tokenizer = AutoTokenizer.from_pretrained(folder / words.folder)
    text = prompt.lower() if words.is_lowered else words.template.format(prompt)
    if words.special is None:
        return len(tokenizer(text).input_ids)
    return len(tokenizer(text, add_special_tokens=False).input_ids) + words.special


@pytest.mark.parametrize(
    "family", ["flux-dev", "flux-schnell", "sd3", "flux2-klein", "sana-sprint", "sd15"]
)
def test_it_is_counted_as_the_pipeline_reads_it(tiny_of, family):
    folder = tiny_of(family)
    for prompt in PROMPTS:
        found = tokenizing.count(prompt, address=str(folder), family=family)
        assert found == read_by(folder, family, prompt)
        assert found <= tokenizing.surely(prompt, family)


def test_what_klein_adds_is_what_its_pipeline_adds():
    """Of the published chat template, which the tiny model has not."""
    from diffusers import Flux2KleinPipeline

    source = Path(sys.modules[Flux2KleinPipeline.__module__].__file__).read_text()
    assert "add_generation_prompt=True" in source
    assert "enable_thinking=False" in source
    before, _, after = FAMILIES["flux2-klein"].words.template.partition("{}")
    assert before == "<|im_start|>user\n"
    assert after.startswith("<|im_end|>\n<|im_start|>assistant\n<think>")


def test_the_starter_models_words_ship_with_it():
    # Two of them are its ends.
    assert tokenizing.count("house", address="starter", family="sd15") == 3


def test_files_of_the_hub_are_found_in_its_cache(tiny_of, settings, tmp_path):
    settings.MODELS_FOLDER = tmp_path
    cache = tmp_path / "models--owner--castle"
    (cache / "refs").mkdir(parents=True)
    (cache / "refs/main").write_text("c0ffee")
    (cache / "refs/v1").write_text("c0ffee")
    shutil.copytree(tiny_of("flux-dev"), cache / "snapshots/c0ffee")
    expected = read_by(tiny_of("flux-dev"), "flux-dev", PROMPTS[0])
    for address in ("owner/castle", "owner/castle@v1", "owner/castle@c0ffee"):
        assert tokenizing.count(PROMPTS[0], address=address, family="flux-dev") == expected
    assert tokenizing.count(PROMPTS[0], address="owner/castle@v2", family="flux-dev") is None
    assert tokenizing.count(PROMPTS[0], address="owner/..", family="flux-dev") is None
    file = tmp_path / "mine.safetensors"
    found = tokenizing.count(PROMPTS[0], address=str(file), base="owner/castle", family="flux-dev")
    assert found == expected


def test_a_tokenizer_that_can_not_be_read_is_none(tmp_path):
    (tmp_path / "tokenizer_2").mkdir()
    (tmp_path / "tokenizer_2/tokenizer.json").write_text("{}")
    assert tokenizing.count("a house", address=str(tmp_path), family="flux-dev") is None


def remarks(workspace, model, prompt):
    batch = request(workspace, model, prompt=prompt)
    batch.full_clean()
    return " ".join(batch.corrections)


@pytest.fixture
def flux(db, tiny_of):
    return ImageModel.objects.create(
        slug="flux", name="Flux", family="flux-schnell", address=str(tiny_of("flux-schnell"))
    )


# Of the tiny model's words each letter is one, and each begins with a mark.
LONG = "zigzag " * 40


def test_what_is_too_long_is_said_with_its_number_when_it_is_asked_for(studio, flux):
    tokens = read_by(Path(flux.address), "flux-schnell", LONG.strip())
    assert tokens > 256
    assert remarks(studio, flux, LONG) == (
        f"This model reads 256 tokens of a prompt, and this one has {tokens}: its end is not used."
    )
    assert remarks(studio, flux, "zigzag " * 20) == ""


def test_where_its_words_are_not_at_hand_an_estimate_says_that_it_is_one(studio, flux):
    flux.address = "owner/elsewhere"
    flux.save()
    assert remarks(studio, flux, LONG) == ""  # what may fit is not complained of
    assert remarks(studio, flux, "zigzag " * 300) == (
        "This model reads 256 tokens of a prompt, and this one has at least 302 by estimate: its"
        " end is not used."
    )


def test_a_short_prompt_opens_no_tokenizer(studio, flux, monkeypatch):
    monkeypatch.setattr(tokenizing, "count", lambda *args, **fields: pytest.fail("it was opened"))
    assert remarks(studio, flux, "a house by the sea") == ""


def test_the_page_says_it_before_it_is_asked_for(studio, flux, as_alice):
    page = as_alice.post("/w/studio/final/", {"model": "flux", "prompt": LONG, "count": "1"})
    assert "This model reads 256 tokens of a prompt, and this one has" in page.content.decode()


def test_counting_needs_no_torch(tiny_of):
    code = (
        "import sys; from generation import tokenizing;"
        f"print(tokenizing.count('a house', address={str(tiny_of('flux-dev'))!r},"
        " family='flux-dev'), 'torch' in sys.modules)"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "pixazo.settings"}
    answer = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    number, has_torch = answer.stdout.split()
    assert int(number) > 2, answer.stderr
    assert has_torch == "False"
