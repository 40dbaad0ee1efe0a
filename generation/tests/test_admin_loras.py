"""A LoRA's file is looked into before anybody can pick it (S51, S53)."""

import hashlib
import pickle

import pytest

from generation.models import Lora
from generation.tests.safetensors import file_of, tensor, whole
from generation.tests.test_admin import errors_of, page_of

ADD = "/admin/generation/lora/add/"
NAME = "unet.down_blocks.0.attentions.0.to_q.lora_A.weight"


@pytest.fixture(autouse=True)
def _hashes_of_its_own(settings, tmp_path):
    settings.MODELS_FOLDER = tmp_path / "cache"


@pytest.fixture
def file(tmp_path):
    """A LoRA, as far as its header goes."""
    path = tmp_path / "ink.safetensors"
    path.write_bytes(lora())
    return path


def lora(**metadata):
    return file_of({"__metadata__": metadata, NAME: tensor(0, 8)}, b"\x00" * 8)


def fields(file, **changes):
    return {
        "name": "Ink",
        "slug": "ink",
        "family": "sdxl",
        "file": str(file),
        "trigger_words": "in ink",
        "weight": "0.8",
        "position": "5",
        "is_active": "on",
    } | changes


def refusal(client, file):
    errors = errors_of(client.post(ADD, fields(file)))
    assert not Lora.objects.exists()
    return " ".join(errors["file"])


def test_a_lora_is_added_with_its_hash(as_dora, file):
    assert as_dora.post(ADD, fields(file)).status_code == 302
    made = Lora.objects.get()
    assert made.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (made.family, made.weight, made.trigger_words) == ("sdxl", 0.8, "in ink")


def test_saved_again_the_hash_is_that_of_the_new_file(as_dora, file):
    as_dora.post(ADD, fields(file))
    Lora.objects.update(trouble="It is not the file it was.")
    file.write_bytes(lora(other="text"))
    as_dora.post(page_of(Lora.objects.get()), fields(file))
    made = Lora.objects.get()
    assert made.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert not made.trouble


def test_what_is_not_there_or_no_path_is_refused(as_dora, tmp_path):
    assert "no such file" in refusal(as_dora, tmp_path / "none.safetensors")
    assert "absolute" in refusal(as_dora, "ink.safetensors")
    assert "no such file" in refusal(as_dora, tmp_path)


def test_a_pickle_is_refused_whatever_its_name(as_dora, file):
    file.write_bytes(pickle.dumps({NAME: [0.0] * 50}))
    assert "can't be used" in refusal(as_dora, file)
    other = file.with_suffix(".ckpt")
    other.write_bytes(lora())
    assert "can't be used" in refusal(as_dora, other)


def test_a_damaged_file_is_refused(as_dora, file):
    file.write_bytes(lora()[:-1])
    assert "truncated" in refusal(as_dora, file)


def test_a_file_that_is_no_lora_is_refused(as_dora, file):
    file.write_bytes(whole())
    assert "holds no LoRA" in refusal(as_dora, file)


KOHYA = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"


def test_one_in_kohyas_names_is_held_to_its_family(as_dora, file):
    file.write_bytes(
        file_of({KOHYA: tensor(0, 4096, dtype="F16", shape=[1, 2048])}, b"\x00" * 4096)
    )
    errors = errors_of(as_dora.post(ADD, fields(file, family="sd15")))
    assert errors["file"] == [
        "The file is a LoRA for Stable Diffusion XL, not for Stable Diffusion 1.5."
    ]
    for family in ("sdxl", "sdxl-turbo"):  # one architecture
        assert as_dora.post(ADD, fields(file, family=family, slug=family)).status_code == 302
    page = as_dora.get(page_of(Lora.objects.first())).content.decode()
    assert "Stable Diffusion XL, in Kohya&#x27;s names" in page


@pytest.mark.parametrize("family", ["", "auto", "sd9"])
def test_the_family_is_one_that_takes_loras(as_dora, file, family):
    assert "family" in errors_of(as_dora.post(ADD, fields(file, family=family)))


def test_what_a_file_says_of_itself_is_shown_as_text(as_dora, file):
    file.write_bytes(lora(ss_output_name="<script>alert(1)</script>" + "x" * 5000, other="secret"))
    as_dora.post(ADD, fields(file))
    page = as_dora.get(page_of(Lora.objects.get())).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "x" * 300 not in page
    assert "secret" not in page


def test_a_file_that_went_does_not_take_the_page_along(as_dora, file):
    as_dora.post(ADD, fields(file))
    file.unlink()
    page = as_dora.get(page_of(Lora.objects.get())).content.decode()
    assert "It can&#x27;t be read." in page


def test_the_stable_name_stays(as_dora, file):
    as_dora.post(ADD, fields(file))
    as_dora.post(page_of(Lora.objects.get()), fields(file, slug="renamed"))
    assert Lora.objects.get().slug == "ink"


def test_people_who_are_not_staff_have_no_way_to_them(as_alice, file):
    assert as_alice.post(ADD, fields(file)).status_code in (302, 403)
    assert not Lora.objects.exists()
