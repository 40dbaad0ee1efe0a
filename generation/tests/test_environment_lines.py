"""`MODEL_*` variables make models once, whole or not at all (S417-S422, C23)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from generation.catalogue import environment
from generation.catalogue.environment import import_models
from generation.models import ImageModel

pytestmark = pytest.mark.django_db

SANA = "Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers"
LINE = f'SANA Sprint; {SANA}; Quick; huggingface; false; {{"fixed_steps": 2}}'


def test_a_line_makes_a_model():
    assert import_models({"MODEL_SANA": LINE}) == []
    model = ImageModel.objects.get()
    assert (model.slug, model.name, model.address) == ("sana-sprint", "SANA Sprint", SANA)
    assert model.description == "Quick"
    assert model.is_active
    assert not model.is_gated


def test_fixed_steps_are_what_a_client_is_told(program):
    import_models({"MODEL_1": LINE})
    (model,) = program.get("/api/models").json()["models"]
    steps = model["parameters"]["num_inference_steps"]
    assert steps["fixed"]
    assert steps["default"] == 2
    assert model["step_config"] == {"fixed_steps": 2}


def test_a_range_of_steps_is_the_contracts(program):
    line = 'Castle; owner/castle; ; hf; yes; {"steps": {"min": 10, "max": 40, "default": 20}}'
    assert import_models({"MODEL_1": line}) == []
    (answer,) = program.get("/api/models").json()["models"]
    assert answer["step_config"] == {"steps": {"min": 10, "max": 40, "default": 20}}
    model = ImageModel.objects.get()
    steps = model.contract["num_inference_steps"]
    assert (steps.min, steps.max, steps.default) == (10, 40, 20)
    assert model.is_gated


def test_a_known_repository_brings_its_family():
    import_models({"MODEL_1": f"Mine; {SANA}; ; hf; no"})
    assert ImageModel.objects.get().family == "sana-sprint"


def test_a_folder_may_be_named():
    assert import_models({"MODEL_1": "Mine; /models/mine; ; local; no"}) == []
    assert ImageModel.objects.get().address == "/models/mine"


def test_the_text_of_options_may_have_semicolons():
    line = (
        'Mine; owner/mine; ; hf; no; {"contract": {"num_inference_steps":'
        ' {"fixed": 3, "reason": "One; two; three."}}}'
    )
    assert import_models({"MODEL_1": line}) == []
    assert ImageModel.objects.get().contract["num_inference_steps"].reason == "One; two; three."


def test_a_description_may_be_empty():
    assert import_models({"MODEL_1": "Mine; owner/mine; ; hf; no"}) == []
    assert ImageModel.objects.get().description == ""


def test_what_another_process_has_just_imported_is_left_as_it_is(monkeypatch):
    read = environment.read

    def slowly(line):
        model = read(line)
        ImageModel.objects.create(slug=model.slug, name="Theirs", address="owner/theirs")
        return model

    monkeypatch.setattr(environment, "read", slowly)
    assert import_models({"MODEL_1": LINE}) == []
    assert ImageModel.objects.get().name == "Theirs"


def test_a_second_import_changes_nothing_that_staff_changed():
    import_models({"MODEL_1": LINE})
    ImageModel.objects.update(description="Ours", is_active=False)
    assert import_models({"MODEL_1": LINE}) == []
    model = ImageModel.objects.get()
    assert (model.description, model.is_active) == ("Ours", False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Castle", "lacks repository or path, description, source, requires_auth."),
        ("Castle; owner/castle", "lacks description, source, requires_auth."),
        ("Castle; owner/castle; ; hf", "lacks requires_auth."),
        ("; owner/castle; ; hf; no", "name must not be empty"),
        ("Castle; ; ; hf; no", "repository or path must not be empty"),
        ("Castle; owner/castle; A castle; ;", "source, requires_auth must not be empty"),
        ("!!; owner/castle; ; hf; no", "needs letters"),
        ("Castle; owner/castle; ; elsewhere; no", "huggingface or local, not elsewhere"),
        ("Castle; models/castle; ; local; no", "must be absolute"),
        ("Castle; https://example.org/x.safetensors; ; hf; no", "not loaded from a URL"),
        ("Castle; ../castle; ; hf; no", "absolute path, or a hub"),
        ("Castle; owner/castle; ; hf; maybe", "true or false, not maybe"),
        ("Castle; owner/castle; ; hf; no; {", "not JSON"),
        ("Castle; owner/castle; ; hf; no; [1]", "must be a JSON object"),
        ('Castle; owner/castle; ; hf; no; {"colour": 1}', "don't know colour"),
        ('Castle; owner/castle; ; hf; no; {"fixed_steps": "25"}', "whole number from 1 to 1000"),
        ('Castle; owner/castle; ; hf; no; {"fixed_steps": 0}', "whole number from 1 to 1000"),
        ('Castle; owner/castle; ; hf; no; {"steps": 4}', "steps must be a JSON object"),
        ('Castle; owner/castle; ; hf; no; {"steps": {"most": 4}}', "steps don't know most"),
        ('Castle; owner/castle; ; hf; no; {"steps": {"min": 9, "max": 4}}', "min ≤ default ≤ max"),
        ('Castle; owner/castle; ; hf; no; {"steps": {}, "fixed_steps": 1}', "either"),
        ('Castle; owner/castle; ; hf; no; {"family": "sd9"}', "The family is one of"),
        ('Castle; owner/castle; ; hf; no; {"options": {"dtype": "fp7"}}', "dtype must be one of"),
        ('Castle; owner/castle; ; hf; no; {"contract": {"modes": 1}}', "modes"),
    ],
)
def test_a_bad_line_is_said_by_name_and_imports_nothing(line, words):
    (complaint,) = import_models({"MODEL_7": line})
    assert complaint.startswith("MODEL_7: ")
    assert words in complaint
    assert not ImageModel.objects.exists()


def test_a_bad_line_does_not_keep_the_others_out():
    complaints = import_models({"MODEL_1": "Castle", "MODEL_2": LINE})
    assert len(complaints) == 1
    assert ImageModel.objects.count() == 1


def test_two_lines_of_one_name_are_one_too_many():
    (complaint,) = import_models({"MODEL_1": LINE, "MODEL_2": "Sana Sprint; owner/other; ; hf; no"})
    assert complaint == "MODEL_2: the model's name is that of MODEL_1."


def test_the_command_imports_and_says_what_it_could_not_read(settings):
    settings.MODEL_LINES = {"MODEL_1": LINE, "MODEL_2": "Castle"}
    with pytest.raises(CommandError, match="MODEL_2: "):
        call_command("import_models")
    assert ImageModel.objects.count() == 1


def test_they_are_imported_at_each_start(settings):
    settings.MODEL_LINES = {"MODEL_1": LINE, "MODEL_2": "Castle"}
    said = StringIO()
    call_command("seed", stderr=said, verbosity=0)
    assert "MODEL_2: " in said.getvalue()
    # The catalogue's own row of that name was there first.
    assert ImageModel.objects.filter(slug="sana-sprint").count() == 1
