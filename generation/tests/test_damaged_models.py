"""A damaged model ends its own jobs, free of charge and with a reason; others go on (F45)."""

import shutil

import pytest

from billing.models import Account, Hold
from generation.models import ImageModel
from generation.tests.engine import ask, draw_all

pytest.importorskip("torch")
pytestmark = [pytest.mark.django_db, pytest.mark.once]

UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.DEVICE = "cpu"
    settings.MODELS_FOLDER = tmp_path / "cache"


@pytest.fixture
def folder(tiny_of, tmp_path):
    return shutil.copytree(tiny_of("sd15"), tmp_path / "castle")


def model(slug, address, **fields):
    return ImageModel.objects.create(
        slug=slug,
        name=slug.title(),
        address=str(address),
        family="sd15",
        contract_data={
            "width": {"default": 64, "min": 64, "max": 64, "step": 8},
            "height": {"default": 64, "min": 64, "max": 64, "step": 8},
            "num_inference_steps": {"default": 1, "min": 1, "max": 4},
        },
        **fields,
    )


@pytest.fixture
def castle(db, folder):
    return model("castle", folder)


@pytest.fixture
def sound(db, tiny_of):
    return model("sound", tiny_of("sd15"))


def states(batch):
    return sorted(batch.jobs.values_list("state", "error_code"))


def damage(folder, how):
    unet = folder / UNET
    if how == "truncated":
        unet.write_bytes(unet.read_bytes()[:-100])
    elif how == "absurd header":
        unet.write_bytes(b"\xff" * 8 + unet.read_bytes()[8:])
    elif how == "not there":
        unet.unlink()
    elif how == "a pickle":
        unet.write_bytes(b"\x80\x04" + unet.read_bytes())
    else:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("truncated", "model_damaged"),
        ("absurd header", "model_damaged"),
        ("a pickle", "model_pickled"),
        ("not there", "model_incomplete"),
        ("gone", "model_missing"),
    ],
)
def test_its_jobs_fail_uncharged_and_others_are_drawn(
    studio, alice, folder, castle, sound, how, code
):
    damage(folder, how)
    broken, whole = ask(studio, castle, count=2), ask(studio, sound)
    draw_all()
    assert states(broken) == [("failed", code)] * 2
    assert states(whole) == [("succeeded", "")]
    castle.refresh_from_db()
    sound.refresh_from_db()
    assert castle.trouble
    assert not sound.trouble
    account = Account.objects.of(alice)
    assert account.held == 0
    assert Hold.objects.filter(state="captured").count() == 1


def test_a_model_that_is_damaged_while_it_is_loaded_is_noticed(studio, folder, castle):
    first = ask(studio, castle)
    draw_all()
    assert states(first) == [("succeeded", "")]
    damage(folder, "truncated")
    second = ask(studio, castle)
    draw_all()
    assert states(second) == [("failed", "model_damaged")]


def test_a_repaired_model_draws_again(studio, folder, castle, tiny_of):
    damage(folder, "truncated")
    ask(studio, castle)
    draw_all()
    shutil.copy(tiny_of("sd15") / UNET, folder / UNET)
    repaired = ask(studio, castle)
    draw_all()
    assert states(repaired) == [("succeeded", "")]
    castle.refresh_from_db()
    assert not castle.trouble


def test_other_files_than_the_pinned_ones_are_not_loaded(studio, castle):
    castle.weights_sha256 = "0" * 64
    castle.save()
    batch = ask(studio, castle)
    draw_all()
    assert states(batch) == [("failed", "model_changed")]


def test_the_recipe_names_the_files(studio, castle):
    batch = ask(studio, castle)
    draw_all()
    made_by = batch.jobs.get().image.recipe["made_by"]
    assert made_by["revision"] is None
    assert len(made_by["weights_sha256"][UNET]) == 64
