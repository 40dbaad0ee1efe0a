"""Models come from the hub whole, of a known commit, or with a sentence that says why not."""

import json
import shutil

import pytest

from generation.providers.base import ImageRequest
from generation.providers.errors import ModelTrouble
from generation.tests.stand_ins.hub import COMMIT, Hub

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, hub

pytestmark = pytest.mark.once

TOKEN = "hf_of-the-site"


@pytest.fixture
def site(monkeypatch, settings, tmp_path):
    """A hub on this machine, in place of the real one."""
    from huggingface_hub import constants, hf_api

    settings.DEVICE = "cpu"
    settings.MODELS_FOLDER = tmp_path / "cache"
    with Hub() as site:
        monkeypatch.setattr(constants, "ENDPOINT", site.url)
        template = site.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(hf_api.api, "endpoint", site.url)
        yield site


@pytest.fixture
def castle(site, tiny_of, tmp_path):
    """A repository with a tiny model, whose files may be changed."""
    site.folders["owner/castle"] = shutil.copytree(tiny_of("sd15"), tmp_path / "castle")
    return site.folders["owner/castle"]


class Silent:
    def __call__(self, step, preview=None):
        pass


def ask(address, **fields):
    return ImageRequest(
        address=address,
        prompt="a red house",
        negative_prompt="",
        width=64,
        height=64,
        num_inference_steps=1,
        guidance_scale=4.0,
        seed=7,
        **fields,
    )


def draw(address, **fields):
    (picture,) = Provider().generate([ask(address, **fields)], Silent())
    return picture


def trouble(address, **fields):
    with pytest.raises(ModelTrouble) as caught:
        draw(address, **fields)
    return caught.value


def test_a_repository_is_downloaded_and_its_commit_noted(site, castle):
    picture = draw("owner/castle")
    assert picture.made_by["revision"] == COMMIT
    assert "unet/diffusion_pytorch_model.safetensors" in picture.made_by["weights_sha256"]


def test_a_revision_may_be_named(site, castle):
    draw("owner/castle@v1")
    asked = {asked.path for asked in site.journal}
    assert any(path.startswith("/api/models/owner/castle/revision/v1") for path in asked)


def test_what_is_downloaded_draws_without_the_hub(site, castle, settings):
    draw("owner/castle")
    site.server.shutdown()
    site.server.server_close()
    assert draw("owner/castle").made_by["revision"] == COMMIT


def test_nothing_of_a_loaded_model_asks_the_hub(site, castle):
    """Its own configuration names repositories; loading follows none of them."""
    for path in castle.glob("*/config.json"):
        config = json.loads(path.read_text())
        path.write_text(json.dumps(config | {"_name_or_path": "owner/elsewhere"}))
    draw("owner/castle")
    assert not [asked for asked in site.journal if "elsewhere" in asked.path]


def test_a_download_that_is_cut_leaves_no_half_model(site, castle, settings):
    """F45. What came of it is not taken for the file, and the next try goes on."""
    weights = "unet/diffusion_pytorch_model.safetensors"
    site.cut.add(weights)
    refused = trouble("owner/castle")
    assert (refused.code, refused.sentence) == (
        "model_unreachable",
        "This model is not downloaded yet, and its hub can't be reached.",
    )
    assert not list(settings.MODELS_FOLDER.glob(f"**/snapshots/*/{weights}"))
    site.cut.clear()
    assert draw("owner/castle").made_by["revision"] == COMMIT


def test_a_gated_repository_wants_a_token(site, castle):
    site.tokens["owner/castle"] = TOKEN
    refused = trouble("owner/castle")
    assert refused.code == "model_gated"
    assert trouble("owner/castle", api_key="hf_wrong").code == "model_gated"
    assert draw("owner/castle", api_key=TOKEN)


def test_a_token_is_in_no_sentence(site, castle):
    site.tokens["owner/castle"] = TOKEN
    refused = trouble("owner/castle", api_key="hf_wrong")
    assert "hf_wrong" not in refused.sentence + refused.details


def test_what_the_hub_has_not_is_said_so(site, castle):
    assert trouble("owner/nothing").code == "model_unknown"
    assert trouble("owner/castle@v9").code == "model_unknown"
    assert trouble("owner/castle/none.safetensors").code == "model_unknown"


def test_a_repository_of_another_kind_is_said_so(site, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/README.md").write_text("words")
    site.folders["owner/other"] = tmp_path / "other"
    assert trouble("owner/other").code == "model_layout"


def test_a_repository_of_pickles_is_refused(site, castle):
    for path in castle.rglob("*.safetensors"):
        path.rename(path.with_suffix(".bin"))
    assert trouble("owner/castle").code == "model_no_weights"


def test_program_code_of_a_repository_is_neither_fetched_nor_run(site, castle):
    index = json.loads((castle / "model_index.json").read_text())
    index["_class_name"] = ["pipeline", "Mine"]
    (castle / "model_index.json").write_text(json.dumps(index))
    (castle / "pipeline.py").write_text("raise SystemExit")
    assert trouble("owner/castle").code == "model_code"
    assert not [asked for asked in site.journal if asked.path.endswith("pipeline.py")]


def test_a_single_file_of_a_repository_is_found(site, castle, tiny_of, settings):
    from diffusers import DiffusionPipeline

    from generation.tests import tiny_single

    loaded = DiffusionPipeline.from_pretrained(tiny_of("sd15"), local_files_only=True)
    tiny_single.write(loaded, castle / "castle.safetensors")
    options = {"base": str(tiny_of("sd15"))}
    picture = draw("owner/castle/castle.safetensors", options=options)
    assert picture.made_by["revision"] == COMMIT
    assert "castle.safetensors" in picture.made_by["weights_sha256"]


def test_the_base_of_a_file_may_be_a_repository_and_lends_what_the_file_lacks(
    site, tiny_of, tmp_path
):
    folder = tiny_of("flux-dev")
    site.folders["owner/base"] = folder
    site.tokens["owner/base"] = TOKEN
    path = tmp_path / "mine.safetensors"
    shutil.copy(folder / "transformer/diffusion_pytorch_model.safetensors", path)
    options = {"base": "owner/base@v1"}
    assert trouble(str(path), family="flux-dev", options=options).code == "model_gated"
    picture = draw(str(path), family="flux-dev", options=options, api_key=TOKEN)
    assert "base/vae/diffusion_pytorch_model.safetensors" in picture.made_by["weights_sha256"]
    fetched = {asked.path.partition("/resolve/")[2] for asked in site.journal}
    assert any(path.endswith("transformer/config.json") for path in fetched)
    # The part that the file brings is the largest by far.
    assert not any("transformer/diffusion" in path for path in fetched)
    site.server.shutdown()
    site.server.server_close()
    assert draw(str(path), family="flux-dev", options=options, api_key=TOKEN)


def test_weights_of_half_the_size_are_preferred_where_they_are_there(site, castle):
    unet = castle / "unet"
    shutil.copy(
        unet / "diffusion_pytorch_model.safetensors",
        unet / "diffusion_pytorch_model.fp16.safetensors",
    )
    found = hub.find("owner/castle", token="", half=True)
    assert (found.path / "unet/diffusion_pytorch_model.fp16.safetensors").exists()
    assert found.revision == COMMIT


def test_whole_weights_are_taken_where_there_are_no_halves(site, castle):
    found = hub.find("owner/castle", token="", half=True)
    assert (found.path / "unet/diffusion_pytorch_model.safetensors").exists()


def test_the_hub_is_off_while_a_model_is_loaded():
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    with hub.off():
        assert constants.HF_HUB_OFFLINE is True
    assert constants.HF_HUB_OFFLINE is before


@pytest.mark.parametrize("address", ["name", "a/b/c", "a@b", "https://a.b/c/d.safetensors"])
def test_an_address_that_is_none_is_said_so(settings, tmp_path, address):
    settings.MODELS_FOLDER = tmp_path
    with pytest.raises(ModelTrouble) as caught:
        hub.find(address, token="", half=False)
    assert caught.value.code == "model_missing"
