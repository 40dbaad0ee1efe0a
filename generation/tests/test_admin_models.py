"""What staff may say of a model, and what is said to them (S321, C23)."""

import json
from decimal import Decimal

import pytest

from billing.models import Plan
from generation.admin.foreseen import troubles
from generation.models import ImageModel, Service
from generation.tests.safetensors import file_of, tensor
from generation.tests.test_admin import ADD, errors_of, fields, page_of


@pytest.fixture
def service(db):
    return Service.objects.create(
        slug="pixazo", name="Pixazo.ai", kind="pixazo", base_url="https://gateway.example"
    )


def refused(client, **changes):
    errors = errors_of(client.post(ADD, fields(**changes)))
    assert not ImageModel.objects.exists()
    return {name: " ".join(words) for name, words in errors.items()}


def test_a_model_of_a_family_can_what_its_family_can(as_dora, program):
    as_dora.post(ADD, fields(family="sdxl"))
    (model,) = program.get("/api/models").json()["models"]
    assert "inpaint" in model["modes"]
    assert model["loras"]["max"] == 3
    page = as_dora.get(page_of(ImageModel.objects.get())).content.decode()
    assert "Width: 512 to 2048 in steps of 8, usually 1024" in page
    assert "LoRAs: 3" in page


def test_a_family_without_guidance_is_said_in_words(as_dora):
    as_dora.post(ADD, fields(family="flux-schnell"))
    page = as_dora.get(page_of(ImageModel.objects.get())).content.decode()
    assert "Guidance: not used." in page
    assert "“Leave out” can&#x27;t be used" in page


def test_a_family_that_is_none_is_refused(as_dora):
    assert "family" in refused(as_dora, family="sd9")


def test_what_a_model_needs_is_shown(as_dora):
    as_dora.post(ADD, fields(download_gb="6.9", memory_gb="10", is_gated="on"))
    page = as_dora.get("/admin/generation/imagemodel/").content.decode()
    assert "6.9 GB to download, 10 GB of memory" in page


def test_what_a_picture_costs_is_for_staff_only(as_dora, program, service):
    for number, cost in enumerate(("0.000700", "0", None)):
        ImageModel.objects.create(
            slug=f"m{number}", name=f"M{number}", address="a/b", service=service, cost=cost
        )
    page = as_dora.get("/admin/generation/imagemodel/").content.decode()
    for words in ("$0.0007 a picture", "free", "cost not known"):
        assert f'<td class="field-needs">{words}</td>' in page
    model = ImageModel.objects.get(slug="m0")
    assert 'value="0.000700"' in as_dora.get(page_of(model)).content.decode()
    said = program.get("/api/models?schema=1").content.decode()
    assert "cost" not in said
    assert "0.0007" not in said


def test_a_cost_is_kept_and_never_below_nothing(as_dora):
    assert "cost" in refused(as_dora, cost="-1")
    as_dora.post(ADD, fields(cost="0.25"))
    assert ImageModel.objects.get().cost == Decimal("0.25")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{", "Enter a valid JSON"),
        ("[]", "must be a JSON object"),
        ('{"speed": 9}', "don't know speed"),
        ('{"dtype": "fp7"}', "dtype must be one of"),
        ('{"base": "../models/flux"}', "absolute path"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(as_dora, options, words):
    assert words in refused(as_dora, options=options)["options"]


def test_options_are_kept(as_dora):
    as_dora.post(ADD, fields(options='{"dtype": "bf16", "offload": "model"}'))
    assert ImageModel.objects.get().options == {"dtype": "bf16", "offload": "model"}


@pytest.mark.parametrize(
    "address", ["https://example.org/model.safetensors", "../models/sd", "owner/../name", "a b/c"]
)
def test_an_address_is_a_path_or_of_the_hub(as_dora, address):
    assert "address" in refused(as_dora, address=address)


@pytest.mark.parametrize(
    "address",
    [
        "/models/sd",
        "/models/a model.safetensors",
        "owner/name",
        "owner/name@v1.0",
        "owner/name/file.safetensors",
        "owner/name@refs/pr/7/file.safetensors",
        "starter",
    ],
)
def test_folders_files_and_the_hub_are_addresses(as_dora, address):
    assert as_dora.post(ADD, fields(address=address)).status_code == 302


def test_a_hash_is_64_digits(as_dora):
    assert "weights_sha256" in refused(as_dora, weights_sha256="abc")
    as_dora.post(ADD, fields(weights_sha256="AB" * 32))
    assert ImageModel.objects.get().weights_sha256 == "ab" * 32


def test_a_model_elsewhere_needs_its_service(as_dora, service):
    remote = {"provider": "pixazo", "address": "flux-1-schnell"}
    assert "service" in refused(as_dora, **remote)
    assert "service" in refused(as_dora, service=service.pk)  # computed here
    assert "service" in refused(as_dora, provider="openai", service=service.pk)


def test_an_adapter_that_makes_no_sense_is_refused(as_dora, service):
    remote = {"provider": "pixazo", "address": "flux-1-schnell", "service": service.pk}
    assert "adapter" in refused(as_dora, **remote, adapter='{"operations": 7}')


def test_plans_say_who_may_use_it(as_dora, program):
    plan = Plan.objects.create(slug="gold", name="Gold")
    as_dora.post(ADD, fields(plans=[plan.pk]))
    assert list(ImageModel.objects.get().plans.all()) == [plan]
    assert program.get("/api/models").json()["models"] == []


def test_a_corrected_option_takes_the_trouble_away(as_dora):
    as_dora.post(ADD, fields())
    model = ImageModel.objects.get()
    ImageModel.objects.update(trouble="This machine can't compile.")
    as_dora.post(page_of(model), fields(options=json.dumps({"compile": "none"})))
    model.refresh_from_db()
    assert not model.trouble


def test_models_can_be_found_by_their_family(as_dora):
    as_dora.post(ADD, fields(family="sdxl"))
    as_dora.post(ADD, fields(name="Other", slug="other", family="sd15"))
    found = as_dora.get("/admin/generation/imagemodel/?family=sd15").context["cl"].queryset
    assert [model.name for model in found] == ["Other"]


def warnings_of(client, **changes):
    answer = client.post(ADD, fields(**changes), follow=True)
    assert ImageModel.objects.exists()
    said = answer.context["messages"]
    return " ".join(str(message) for message in said if message.level_tag == "warning")


def test_what_can_not_be_loaded_is_said_when_it_is_added(as_dora, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "old.ckpt").write_bytes(b"pickle")
    assert "There is nothing at" in warnings_of(as_dora, address=str(tmp_path / "gone"))
    ImageModel.objects.all().delete()
    assert "model_index.json" in warnings_of(as_dora, address=str(tmp_path / "notes"))
    ImageModel.objects.all().delete()
    assert "only safetensors" in warnings_of(as_dora, address=str(tmp_path / "old.ckpt"))


def test_a_file_of_another_family_is_said_so_when_it_is_added(as_dora, tmp_path):
    path = tmp_path / "mine.safetensors"
    mark = "double_blocks.0.img_attn.norm.key_norm.scale"
    path.write_bytes(file_of({mark: tensor(0, 8)}, b"\x00" * 8))
    said = warnings_of(as_dora, address=str(path), family="sd15")
    assert "This file is FLUX.1 schnell, not what the model's family says" in said
    model = ImageModel.objects.get()
    model.family = "flux-schnell"
    assert "without its text encoders and its autoencoder" in " ".join(troubles(model))
    model.options = {"base": "black-forest-labs/FLUX.1-schnell"}
    assert list(troubles(model)) == []


def test_a_service_without_a_key_is_pointed_out(service):
    model = ImageModel(slug="far", name="Far", provider="pixazo", service=service, address="far")
    assert "Pixazo.ai has no key yet" in " ".join(troubles(model))
    model.api_key = "a key of its own"
    assert list(troubles(model)) == []
