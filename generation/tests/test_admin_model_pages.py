"""A model's page: its form as the studio draws it, a picture to try it, on and off."""

import pytest

from generation.models import Batch, ImageModel
from generation.tests.engine import draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PREVIEW = "/admin/generation/imagemodel/preview/"


def preview(client, contract, **more):
    return client.post(PREVIEW, {"name": "Castle", "contract_data": contract, **more})


def test_the_preview_is_the_form_that_the_contract_gives(as_dora):
    page = preview(as_dora, '{"num_inference_steps": {"min": 2, "max": 9, "default": 7}}')
    said = page.content.decode()
    assert 'max="9"' in said
    assert 'value="7"' in said
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    fixed = preview(as_dora, '{"guidance_scale": false}').content.decode()
    assert '<number-dial class="dial" name="guidance_scale" hidden>' in fixed


@pytest.mark.parametrize("contract", ["{", "[]", '{"colour": 1}', "x" * 60_000, "[" * 30_000])
def test_what_is_wrong_is_said(as_dora, contract):
    page = preview(as_dora, contract)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_others_pages_can_be_framed_by_nobody(as_dora):
    page = as_dora.get("/admin/generation/imagemodel/")
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_one_picture_is_drawn_on_the_units_of_whoever_tries(as_dora, dora, painter):
    ImageModel.objects.update(is_active=False)
    answer = as_dora.post(f"/admin/generation/imagemodel/{painter.pk}/try/", follow=True)
    assert "Queued" in answer.content.decode()
    draw_all()
    batch = Batch.objects.get()
    assert (batch.author, batch.workspace.owner, batch.count) == (dora, dora, 1)
    assert batch.jobs.get().state == "succeeded"
    as_dora.post(f"/admin/generation/imagemodel/{painter.pk}/try/", {"prompt": "a fox"})
    assert set(Batch.objects.values_list("workspace", flat=True)) == {batch.workspace_id}


def test_models_are_switched_off_and_on_from_the_list(as_dora, painter):
    for action, said, active in (
        ("switch_off", "Switched off: 1.", False),
        ("switch_off", "Switched off: 0.", False),
        ("switch_on", "Switched on: 1.", True),
    ):
        data = {"action": action, "_selected_action": [painter.pk]}
        answer = as_dora.post("/admin/generation/imagemodel/", data, follow=True)
        assert said in answer.content.decode()
        painter.refresh_from_db()
        assert painter.is_active is active


def test_who_may_not_change_models_tries_none(as_alice, painter):
    for address in (PREVIEW, f"/admin/generation/imagemodel/{painter.pk}/try/"):
        assert as_alice.post(address).status_code in {302, 404}
    assert Batch.objects.count() == 0
