"""A folder is looked through before anything in it is loaded, and watched afterwards (F45, S54,
S55)."""

import hashlib
import json
import os

import pytest

from generation.providers.diffusers import folder, hashes
from generation.providers.errors import ModelTrouble
from generation.tests.safetensors import file_of, tensor, whole

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.42.1",
    "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "image_encoder": [None, None],
}


@pytest.fixture(autouse=True)
def _hashes_of_its_own(settings, tmp_path):
    settings.MODELS_FOLDER = tmp_path / "cache"


@pytest.fixture
def model(tmp_path):
    """A folder that looks like a model; its weights are a few numbers."""
    made = tmp_path / "model"
    for part in ("unet", "vae", "scheduler"):
        (made / part).mkdir(parents=True)
    write(made / "model_index.json", INDEX)
    write(made / "scheduler/scheduler_config.json", {"_class_name": "DDIMScheduler"})
    for part in ("unet", "vae"):
        write(made / part / "config.json", {"_class_name": "Net", "sample_size": 8})
        (made / part / "diffusion_pytorch_model.safetensors").write_bytes(whole())
    return made


def write(path, data):
    path.write_text(json.dumps(data))


def trouble(path, **options):
    with pytest.raises(ModelTrouble) as caught:
        folder.check(path, **options)
    assert str(path) not in caught.value.sentence
    return caught.value.code


def names(layout):
    return sorted(layout.weights.files)


def test_a_whole_folder_is_accepted(model):
    layout = folder.check(model)
    assert layout.pipeline == "StableDiffusionPipeline"
    assert names(layout) == [
        "unet/diffusion_pytorch_model.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
    ]


def test_files_beside_the_parts_are_not_weights_of_it(model):
    (model / "everything.safetensors").write_bytes(whole())
    (model / "safety_checker").mkdir()
    (model / "safety_checker/model.safetensors").write_bytes(whole())
    assert len(names(folder.check(model))) == 2


def test_half_precision_is_taken_where_it_is_there(model):
    (model / "unet/diffusion_pytorch_model.fp16.safetensors").write_bytes(whole())
    assert folder.check(model).variant is None
    halved = folder.check(model, variant="fp16")
    assert halved.variant == "fp16"
    assert names(halved) == [
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
    ]


def test_a_variant_that_is_not_there_is_not_asked_for(model):
    assert folder.check(model, variant="fp16").variant is None


# --- Program code and things from elsewhere ---


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("auto_map", {"AutoModel": "modeling.Net"}),
        ("trust_remote_code", True),
        ("custom_pipelines", ["x"]),
        ("use_kernels", True),
        ("kernel_config", {"Norm": "owner/kernel"}),
        ("_attn_implementation", "owner/kernel"),
        ("attn_implementation", "kernels-community/flash-attn"),
        ("_attn_implementation_internal", "owner/kernel"),
        ("_experts_implementation", "owner/kernel"),
        ("_something_new", "run"),
        ("module", "os"),
        ("pretrained", "https://example.org/weights.bin"),
        ("pretrained", "file:///etc/passwd"),
        ("nested", {"deep": [{"auto_map": {"a": "b"}}]}),
        ("nested", ["git+ssh://example.org/x"]),
    ],
)
@pytest.mark.parametrize("file", ["unet/config.json", "model_index.json"])
def test_a_config_that_asks_for_code_refuses_the_model(model, file, key, value):
    config = json.loads((model / file).read_text())
    write(model / file, config | {key: value})
    assert trouble(model) == "model_code"


def test_what_published_models_say_of_themselves_is_harmless(model):
    write(
        model / "unet/config.json",
        {
            "_class_name": "Net",
            "_name_or_path": "https://example.org/where-it-was-made",
            "_attn_implementation_autoset": True,
            "attn_implementation": "sdpa",
            "_commit_hash": None,
            "auto_map": None,
            "kernel_size": 3,
            "quantization_config": None,
            "chat_template": "https://example.org {{ text }}",
        },
    )
    assert folder.check(model)


def test_quantised_weights_are_refused_in_their_own_words(model):
    write(model / "unet/config.json", {"quantization_config": {"quant_method": "bitsandbytes"}})
    assert trouble(model) == "model_unsupported"


def test_a_config_of_any_size_or_depth_does_no_harm(model):
    (model / "unet/config.json").write_text("[" * 100_000)
    assert trouble(model) == "model_layout"
    (model / "unet/config.json").write_text('"' + "a" * 3_000_000 + '"')
    assert trouble(model) == "model_layout"


@pytest.mark.parametrize(
    "part",
    [
        ["os", "system"],
        ["pipeline", "Mine"],
        [["a"], "Net"],
        ["diffusers", "a.b"],
        ["diffusers", "_private"],
        ["transformers", 7],
    ],
)
def test_parts_are_classes_of_the_libraries(model, part):
    write(model / "model_index.json", INDEX | {"unet": part})
    assert trouble(model) == "model_code"


@pytest.mark.parametrize("name", [["mine", "Pipeline"], "a b", "_Hidden", 7])
def test_the_pipeline_is_a_class_of_diffusers(model, name):
    write(model / "model_index.json", INDEX | {"_class_name": name})
    assert trouble(model) == "model_code"


def test_a_part_lies_in_the_folder(model):
    write(model / "model_index.json", INDEX | {"../../etc": ["diffusers", "Net"]})
    assert trouble(model) == "model_code"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null"])
def test_an_index_that_is_none_is_said_so(model, content):
    (model / "model_index.json").write_text(content)
    assert trouble(model) == "model_layout"


def test_a_pickle_under_another_name_is_found(model):
    (model / "unet/diffusion_pytorch_model.safetensors").write_bytes(b"PK\x03\x04" + b"\x00" * 90)
    assert trouble(model) == "model_pickled"


def test_code_anywhere_refuses_the_folder(model):
    (model / "unet/deeper").mkdir()
    (model / "unet/deeper/net.py").write_text("raise SystemExit")
    assert trouble(model) == "model_code"


# --- Divided weights ---


def divide(model, **places):
    """The UNet in parts: which tensor is in which file."""
    (model / "unet/diffusion_pytorch_model.safetensors").unlink()
    write(model / "unet/diffusion_pytorch_model.safetensors.index.json", {"weight_map": places})
    for name, part in places.items():
        (model / "unet" / part).write_bytes(file_of({name: tensor(0, 8)}, b"\x00" * 8))


ONE, OTHER = (f"diffusion_pytorch_model-0000{number}-of-00002.safetensors" for number in (1, 2))


def test_divided_weights_are_accepted_when_all_parts_are_there(model):
    divide(model, a=ONE, b=OTHER)
    assert len(names(folder.check(model))) == 3


def test_a_missing_part_is_noticed(model):
    divide(model, a=ONE, b=OTHER)
    (model / "unet" / OTHER).unlink()
    assert trouble(model) == "model_incomplete"


def test_all_parts_missing_are_noticed(model):
    divide(model, a=ONE, b=OTHER)
    for part in (ONE, OTHER):
        (model / "unet" / part).unlink()
    assert trouble(model) == "model_incomplete"


def test_a_part_that_lacks_its_tensor_is_noticed(model):
    divide(model, a=ONE, b=OTHER)
    (model / "unet" / OTHER).write_bytes(whole())
    assert trouble(model) == "model_incomplete"


def test_a_part_may_not_lie_elsewhere(model):
    divide(model, a=ONE, b=OTHER)
    elsewhere = f"../vae/{OTHER}"
    write(
        model / "unet/diffusion_pytorch_model.safetensors.index.json",
        {"weight_map": {"a": ONE, "b": elsewhere}},
    )
    assert trouble(model) == "model_incomplete"


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"weight_map": []}', '{"weight_map": 1}'])
def test_an_index_of_parts_that_is_none_is_said_so(model, content):
    divide(model, a=ONE, b=OTHER)
    (model / "unet/diffusion_pytorch_model.safetensors.index.json").write_text(content)
    assert trouble(model) == "model_incomplete"


def test_a_part_without_any_weights_is_noticed(model):
    (model / "vae/diffusion_pytorch_model.safetensors").unlink()
    assert trouble(model) == "model_incomplete"


def test_an_index_of_another_precision_does_not_matter(model):
    write(
        model / "unet/diffusion_pytorch_model.safetensors.index.fp16.json",
        {"weight_map": {"a": "diffusion_pytorch_model.fp16-00001-of-00002.safetensors"}},
    )
    assert folder.check(model)


# --- What the files are ---


def test_files_are_known_by_their_hashes(model):
    weights = folder.check(model).weights
    expected = hashlib.sha256(whole()).hexdigest()
    assert set(weights.sha256.values()) == {expected}
    # As `sha256sum unet/* vae/* | sha256sum` says it.
    lines = "".join(f"{expected}  {name}\n" for name in names(folder.check(model)))
    assert weights.fingerprint == hashlib.sha256(lines.encode()).hexdigest()
    weights.must_be(weights.fingerprint.upper())
    weights.must_be("")


def test_other_files_than_the_chosen_ones_are_refused(model):
    weights = folder.check(model).weights
    with pytest.raises(ModelTrouble) as caught:
        weights.must_be("0" * 64)
    assert caught.value.code == "model_changed"


def exchange(path, content):
    """Put another file in its place, as a download does."""
    fresh = path.with_name("fresh")
    fresh.write_bytes(content)
    os.replace(fresh, path)


def test_an_exchanged_file_is_noticed(model):
    weights = folder.check(model).weights
    assert weights.is_current
    weights.must_be_current()
    exchange(model / "vae/diffusion_pytorch_model.safetensors", whole())
    assert not weights.is_current
    with pytest.raises(ModelTrouble) as caught:
        weights.must_be_current()
    assert caught.value.code == "model_changed"


def test_a_file_that_went_is_noticed(model):
    weights = folder.check(model).weights
    (model / "vae/diffusion_pytorch_model.safetensors").unlink()
    assert not weights.is_current


def test_a_file_is_hashed_once(model, monkeypatch):
    path = model / "vae/diffusion_pytorch_model.safetensors"
    first = hashes.sha256_of(path)
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert hashes.sha256_of(path) == first


def test_a_changed_file_is_hashed_again_though_its_size_and_date_are_the_same(model):
    path = model / "vae/diffusion_pytorch_model.safetensors"
    path.write_bytes(whole(first=tensor(0, 8)))
    first, before = hashes.sha256_of(path), path.stat()
    exchange(path, whole(other=tensor(0, 8)))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert hashes.sha256_of(path) == hashlib.sha256(path.read_bytes()).hexdigest() != first


def test_a_note_that_makes_no_sense_is_not_believed(model, settings):
    path = model / "vae/diffusion_pytorch_model.safetensors"
    expected = hashes.sha256_of(path)
    for note in (settings.MODELS_FOLDER / "hashes").iterdir():
        note.write_text('{"stamp": 7}')
    assert hashes.sha256_of(path) == expected


def test_hashes_leave_no_half_written_notes(model, settings):
    hashes.sha256_of(model / "vae/diffusion_pytorch_model.safetensors")
    assert [note.suffix for note in (settings.MODELS_FOLDER / "hashes").iterdir()] == [".json"]


def test_a_folder_that_cannot_be_written_costs_only_time(model, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MODELS_FOLDER = tmp_path / "file"
    path = model / "vae/diffusion_pytorch_model.safetensors"
    assert hashes.sha256_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()
