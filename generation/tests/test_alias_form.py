"""The workspace form's door (S046) and the roadmap's order (S197)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.models import Hold
from generation.models import Batch
from generation.tests import alias_shapes as shapes
from generation.tests.aliases import call, said
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.programs import key_client
from workspaces.models import Membership, Scope, Style, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def chosen(alice):
    own = {"owner": alice, "scope": Scope.PERSONAL}
    theme = Theme.objects.create(**own, name="Woods", base_prompt="deep in the woods")
    style = Style.objects.create(
        **own,
        name="Ink",
        positive_prompt="ink on paper",
        negative_prompt="photo",
        num_inference_steps=6,
    )
    return {"theme_id": str(theme.pk), "style_id": str(style.pk)}


@pytest.mark.parametrize("base", ["", "/api"])
def test_theme_prompt_and_style_become_the_prompt(program, studio, painter, chosen, base):
    form = {"main_prompt": "a fox", "model_id": "painter", "seed": "7", "width": "", **chosen}
    answer = program.post(f"{base}/workspaces/{studio.pk}/generate", form)
    made = said(answer, shapes.FORM_DONE, 202)
    assert made["parameters"]["prompt"] == "deep in the woods, a fox, ink on paper"
    assert made["parameters"]["negative_prompt"] == "photo"
    assert (made["parameters"]["num_steps"], made["parameters"]["seed"]) == (6, 7)
    assert Batch.objects.get().workspace == studio
    # What the form says itself comes before the style's.
    more = program.post(f"{base}/workspaces/studio/generate", form | {"num_steps": "5"})
    assert said(more, shapes.FORM_DONE, 202)["parameters"]["num_steps"] == 5


def test_a_repeat_charges_once(program, studio, painter, chosen):
    form = {"main_prompt": "a {red|blue} fox", "model_id": "painter", **chosen}
    once = {"Idempotency-Key": "once"}
    where = f"/workspaces/{studio.pk}/generate"
    one, two = (call(program, "post", where, form, **once).json() for _each in range(2))
    assert one["job_ids"] == two["job_ids"]
    assert len(one["job_ids"]) == Hold.objects.count() == 2
    other = call(program, "post", where, form | {"main_prompt": "a wolf"}, **once)
    said(other, shapes.FLASK, 422)


def test_a_repeat_with_another_file_is_another_request(program, studio, editor):
    once = {"Idempotency-Key": "once"}
    where = f"/workspaces/{studio.pk}/generate"
    seen = [
        program.post(
            where,
            {
                "main_prompt": "a fox",
                "source": SimpleUploadedFile("a.png", as_bytes(picture(side, side))),
            },
            headers=once,
        ).status_code
        for side in (64, 64, 128)
    ]
    assert seen == [202, 202, 422]
    assert Batch.objects.count() == 1


def test_bad_input_and_foreign_places(program, studio, painter, bob, as_charlie):
    where = f"/workspaces/{studio.pk}/generate"
    for sent in (
        {"model_id": "painter"},
        {"main_prompt": "x", "model_id": "nothing"},
        {"main_prompt": "x", "theme_id": "nonsense"},
        {"main_prompt": "x", "num_steps": "many"},
    ):
        said(call(program, "post", where, sent), shapes.FLASK, 400)
    said(call(as_charlie, "post", where, {"main_prompt": "x"}), shapes.FLASK, 404)
    Membership.objects.filter(workspace=studio, user=bob).update(role=Membership.Role.VIEWER)
    if not Membership.objects.filter(workspace=studio, user=bob).exists():
        Membership.objects.create(workspace=studio, user=bob, role=Membership.Role.VIEWER)
    said(call(key_client(bob), "post", where, {"main_prompt": "x"}), shapes.FLASK, 403)
    assert not Batch.objects.exists()


def test_the_roadmaps_order(program, painter):
    sent = {"prompt": "a fox", "count": 2}
    answer = call(program, "post", "/api/images/generate", sent)
    made = said(answer, shapes.ROADMAP_GENERATE, 202)
    assert len(made["job_ids"]) == 2
    assert answer["Link"].startswith("</api/v1/generate>")
    said(call(program, "post", "/api/images/generate", {}), shapes.OURS, 400)
