import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from billing.models import Account, Hold, Plan
from generation.models import Batch, ImageModel, Job, Upload
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.programs import key_client
from workspaces.models import Membership, Scope, Style, Theme, Workspace


def order(client, body=None, headers=None, **fields):
    body = body if body is not None else json.dumps({"prompt": "a red house", **fields})
    return client.post("/api/generate", body, content_type="application/json", headers=headers)


def nothing_was_done():
    return not (Batch.objects.exists() or Job.objects.exists() or Hold.objects.exists())


def refused(response, field=None, status=400):
    """The sentence of a refusal that left nothing half-done."""
    assert response.status_code == status, response.content
    error = response.json()["error"]
    assert error["message"].endswith((".", "…")), error
    assert error["code"]
    if field:
        assert error["fields"][field] == [error["message"]]
    assert nothing_was_done()
    return error["message"]


# --- What is accepted ---


@pytest.mark.both
def test_the_answer_names_the_jobs_before_they_are_begun(program, painter, studio, alice):
    response = order(program, model="painter", count=2, seed=7)
    assert response.status_code == 202
    answer = response.json()
    jobs = list(Job.objects.order_by("index"))
    assert answer["job_ids"] == [str(job.pk) for job in jobs]
    assert answer["job_id"] == answer["job_ids"][0]
    assert answer["status"] == "PENDING"
    assert answer["batch_id"] == str(jobs[0].batch_id)
    assert (answer["model"], answer["workspace"], answer["seed"]) == ("painter", "studio", 7)
    assert [job.seed for job in jobs] == [7, 8]
    assert program.get(answer["status_url"]).json()["job_id"] == answer["job_id"]
    assert jobs[0].batch.author == alice


def test_a_prompt_alone_is_enough(program, painter, studio):
    assert order(program).status_code == 202
    batch = Batch.objects.get()
    assert (batch.model, batch.workspace, batch.topic) == (painter, studio, studio.default_topic)
    assert (batch.width, batch.height, batch.num_inference_steps) == (64, 64, 4)


@pytest.fixture
def ink(studio, alice):
    return Style.objects.create(
        scope=Scope.PERSONAL,
        owner=alice,
        name="Ink",
        positive_prompt="{prompt}, ink",
        num_inference_steps=7,
        model="painter",
    )


def test_a_theme_and_a_style_are_laid_around_it(program, painter, studio, ink):
    theme = Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")
    answer = order(program, style="ink", theme=str(theme.pk)).json()
    batch = Batch.objects.get()
    assert batch.prompt == "at dusk, a red house, ink"
    assert (batch.num_inference_steps, batch.model) == (7, painter)
    assert (batch.template["style"]["name"], batch.template["theme"]["name"]) == ("Ink", "Dusk")
    assert answer["batch_ids"] == [str(batch.pk)]
    order(program, style=str(ink.pk), steps=5)
    assert Batch.objects.latest("id").num_inference_steps == 5


@pytest.mark.both
def test_what_means_several_is_all_or_nothing(program, painter, studio, alice):
    sent = {"prompt": "a {red|blue} house", "expand": True, "seed": 3}
    key = {"Idempotency-Key": "several"}
    quote = order(program, **sent, dry_run=True).json()
    assert quote["prompts"] == ["a red house", "a blue house"]
    assert (quote["count"], quote["units"]) == (2, 2)
    assert nothing_was_done()
    answer = order(program, **sent, headers=key).json()
    prompts = [each.prompt for each in Batch.objects.order_by("id")]
    assert prompts == ["a red house", "a blue house"]
    assert len(answer["batch_ids"]) == len(answer["job_ids"]) == 2
    assert order(program, **sent, headers=key).json()["job_ids"] == answer["job_ids"]
    other = order(program, **sent | {"expand": False}, headers=key)
    assert other.status_code == 422
    order(program, **sent | {"expand": False})
    assert Batch.objects.latest("id").prompt == "a {red|blue} house"


def test_more_than_four_have_to_be_meant(program, painter, studio):
    sent = {"prompt": "a {1|2|3|4|5} house", "expand": True}
    answer = order(program, **sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "confirm")
    assert nothing_was_done()
    assert len(order(program, **sent, expected=5).json()["batch_ids"]) == 5


@pytest.mark.both
def test_nothing_is_kept_of_what_is_not_confirmed(program, editor, studio):
    file = SimpleUploadedFile("a.png", as_bytes(picture(64, 64)), "image/png")
    sent = {"prompt": "a {1|2|3|4|5} house", "expand": "true", "source": file}
    assert program.post("/api/generate", sent).json()["error"]["code"] == "confirm"
    assert not Upload.objects.exists()
    file.seek(0)
    assert program.post("/api/generate", sent | {"expected": "5"}).status_code == 202
    assert Upload.objects.count() == 1


@pytest.mark.both
@pytest.mark.parametrize("field", ["theme", "style"])
@pytest.mark.parametrize("given", ["none", "\x00", str(UUID(int=5)), 3, ["a"]])
def test_what_is_not_there_to_lay_around_is_refused(program, painter, studio, field, given):
    refused(order(program, **{field: given}), field)


def test_what_is_somebody_elses_is_not_there(program, painter, studio, charlie, ink):
    Style.objects.filter(pk=ink.pk).update(owner=charlie)
    refused(order(program, style=str(ink.pk)), "style")
    refused(order(program, style="Ink"), "style")


def test_a_form_says_it_in_texts(program, painter, studio):
    sent = {"prompt": "a {red|blue} house", "expand": "true", "expected": "2"}
    assert program.post("/api/generate", sent).status_code == 202
    assert Batch.objects.count() == 2
    for name, given in (("expand", "perhaps"), ("expected", "9" * 5000), ("expected", "²")):
        assert program.post("/api/generate", sent | {name: given}).status_code == 400


def test_the_words_of_the_sources_are_understood(program, painter):
    settings = {"num_images": 2, "num_inference_steps": 6, "guidance_scale": 5, "seed": 3}
    body = {"model_id": "painter", "prompt": "fox", "settings": settings}
    assert order(program, json.dumps(body)).status_code == 202
    batch = Batch.objects.get()
    assert (batch.count, batch.num_inference_steps, batch.guidance_scale) == (2, 6, 5.0)
    assert batch.seed == 3


def test_a_model_may_be_named_by_its_id(program, painter):
    assert order(program, model=str(painter.pk)).json()["model"] == "painter"


def test_without_a_name_the_first_model_that_works_is_taken(program, painter):
    ImageModel.objects.create(slug="a", name="A", address="x", position=1, trouble="Not there.")
    assert order(program).json()["model"] == "painter"


def test_where_no_model_is_switched_on_it_says_so(program):
    assert refused(order(program), status=503) == "No model can be used at present."


def test_pictures_go_where_the_caller_worked_last(program, painter, alice):
    Workspace.objects.update(last_used=now() - timedelta(days=1))
    newer = Workspace.found(alice, "Newer")
    assert order(program).json()["workspace"] == newer.slug


def test_who_has_no_workspace_gets_one(painter, charlie):
    answer = order(key_client(charlie)).json()
    assert Workspace.objects.get(owner=charlie).slug == answer["workspace"]


@pytest.mark.both
def test_a_workspace_and_topic_may_be_named(program, painter, studio, alice):
    Workspace.found(alice, "Newer")
    topic = studio.topics.create(name="Foxes")
    assert order(program, workspace="studio", topic=str(topic.pk)).status_code == 202
    assert Batch.objects.get().topic == topic


@pytest.mark.both
@pytest.mark.parametrize("count", [1, 4])
def test_an_order_takes_few_statements_however_many_pictures(
    program, painter, studio, alice, count, django_assert_max_num_queries
):
    """Who, which model, where, what they may and which words are forbidden: six are read. Nine
    kinds of rows are written. Two are the test's own transaction's."""
    order(program, model="painter")
    with django_assert_max_num_queries(17):
        assert order(program, model="painter", count=count).status_code == 202


@pytest.mark.both
def test_emoji_are_fine(program, painter):
    assert order(program, prompt="🦊 im Wald, größer als ein 家").status_code == 202
    assert Batch.objects.get().prompt == "🦊 im Wald, größer als ein 家"


@pytest.mark.both
def test_control_characters_are_left_out(program, painter):
    body = r'{"prompt": "a\u0000 red\u0007 house\u001b[31m"}'
    assert order(program, body).status_code == 202
    assert Batch.objects.get().prompt == "a red house[31m"


def test_what_was_corrected_or_not_used_is_said(program, painter):
    painter.contract_data |= {"num_inference_steps": {"fixed": 2}, "negative_prompt": False}
    painter.save()
    answer = order(program, steps=30, negative_prompt="rain", hires="x", is_staff=True).json()
    said = " ".join(answer["corrections"])
    assert "Steps set to 2" in said
    assert "`hires` is not known here" in said
    assert "`is_staff` is not known here" in said
    assert len(answer["corrections"]) == 4


def test_of_unknown_names_a_few_are_said_and_shortened(program, painter):
    said = order(program, **{f"{number}{'x' * 5000}": 1 for number in range(30)}).json()
    assert len(said["corrections"]) == 10
    assert max(map(len, said["corrections"])) < 100


@pytest.mark.both
def test_the_same_key_of_a_repeated_request_returns_the_first_batch(program, painter):
    first = order(program, headers={"Idempotency-Key": "once"}).json()
    again = order(program, headers={"Idempotency-Key": "once"}).json()
    assert again == first
    assert Job.objects.count() == Hold.objects.count() == 1


@pytest.mark.both
def test_a_repeated_request_is_the_same_though_defaults_have_moved(program, painter, alice):
    first = order(program, headers={"Idempotency-Key": "once"}).json()
    elsewhere = Workspace.found(alice, "Elsewhere")
    assert order(program, workspace=elsewhere.slug).status_code == 202
    painter.is_active = False
    painter.save()
    assert order(program, headers={"Idempotency-Key": "once"}).json() == first
    assert Job.objects.count() == 2


@pytest.mark.both
def test_the_same_key_with_other_words_is_refused(program, painter):
    order(program, headers={"Idempotency-Key": "once"})
    answer = order(program, headers={"Idempotency-Key": "once"}, prompt="something else")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "idempotency_key_reused"
    assert Job.objects.count() == 1


@pytest.mark.both
def test_an_idempotency_key_is_its_authors_own(program, painter, bob):
    first = order(program, headers={"Idempotency-Key": "once"}).json()
    other = order(key_client(bob), headers={"Idempotency-Key": "once"}).json()
    assert first["job_id"] != other["job_id"]


def test_a_session_with_its_csrf_token_may_order_too(as_alice, studio, painter):
    assert order(as_alice).status_code == 202


def test_a_session_without_csrf_token_may_not(studio, painter, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert refused(order(client), status=403)


# --- What is refused, in words and with nothing half-done ---


@pytest.mark.parametrize("prompt", ["", "   \n\t ", "\x00\x07", None])
def test_an_empty_prompt_is_refused(program, painter, prompt):
    assert refused(order(program, prompt=prompt), "prompt") == "Describe the picture you want."


def test_no_prompt_at_all_is_refused(program, painter):
    refused(order(program, "{}"), "prompt")


def test_ten_thousand_characters_are_refused_with_both_numbers(program, painter):
    sentence = refused(order(program, prompt="x" * 10_000), "prompt")
    assert "4,000" in sentence
    assert "10,000" in sentence


@pytest.mark.parametrize("name", ["width", "height"])
def test_a_size_that_is_no_multiple_is_refused_with_the_nearest_ones(program, painter, name):
    sentence = refused(order(program, **{name: 67}), name)
    assert "64 or 72" in sentence


@pytest.mark.parametrize("value", [0, -8, 31, 264, 2**31, 1e9, 64.5])
def test_a_size_out_of_range_is_refused(program, painter, value):
    refused(order(program, width=value), "width")


@pytest.mark.parametrize("name", ["steps", "num_steps", "num_inference_steps"])
@pytest.mark.parametrize("value", [0, 51, -1, 2.5])
def test_steps_out_of_range_are_refused_under_the_name_they_came_by(program, painter, name, value):
    assert "Steps" in refused(order(program, **{name: value}), name)


@pytest.mark.parametrize("name", ["count", "num_images", "batch_size", "imageNum"])
@pytest.mark.parametrize("value", [0, 5, -1, 1.5])
def test_a_count_beyond_one_to_four_is_refused(program, painter, name, value):
    assert "Images" in refused(order(program, **{name: value}), name)


@pytest.mark.parametrize("value", [-1, 2**32, 2**60])
def test_a_seed_out_of_range_is_refused(program, painter, value):
    refused(order(program, seed=value), "seed")


@pytest.mark.parametrize("name", ["width", "steps", "cfg_scale", "seed", "count"])
@pytest.mark.parametrize("value", ['"12"', "true", "[1]", "{}", "9" * 400])
def test_what_is_no_number_is_refused_by_name(program, painter, name, value):
    refused(order(program, f'{{"prompt": "fox", "{name}": {value}}}'), name)


def test_two_spellings_that_disagree_are_refused(program, painter):
    assert "`num_steps`" in refused(order(program, steps=20, num_steps=30), "num_steps")


@pytest.mark.both
@pytest.mark.parametrize("name", ["no-such-model", "Painter", "\x00", "x" * 5000, "0" * 32])
def test_an_unknown_model_is_refused(program, painter, name):
    assert "no such model" in refused(order(program, model=name), "model")


def test_an_inactive_model_is_refused_by_its_name(program, painter):
    ImageModel.objects.update(is_active=False)
    sentence = refused(order(program, model="painter"), "model")
    assert sentence == "Painter can't be used for new pictures at present."


@pytest.mark.both
@pytest.mark.parametrize("slug", ["charlies", "nowhere", "..", "\x00", "ä"])
def test_a_foreign_workspace_is_refused_like_one_that_does_not_exist(
    program, painter, charlie, slug
):
    Workspace.found(charlie, "Charlies")
    sentence = refused(order(program, workspace=slug), "workspace", status=404)
    assert sentence == "You have no workspace of that name. Send its slug."


@pytest.mark.parametrize(
    "topic", ["nonsense", "\x00", "00000000-0000-7000-8000-000000000000", None]
)
def test_a_foreign_topic_is_refused_like_one_that_does_not_exist(program, painter, charlie, topic):
    foreign = Workspace.found(charlie, "Charlies").default_topic
    refused(order(program, topic=topic or str(foreign.pk)), "topic", status=404)


def test_who_may_only_look_may_not_order(painter, studio, charlie):
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    assert refused(order(key_client(charlie), workspace="studio"), status=403)


@pytest.mark.both
def test_the_eleventh_picture_of_a_free_day_is_refused(program, painter, alice):
    account = Account.objects.of(alice)
    Account.objects.filter(pk=account.pk).update(spent=account.plan.daily_units)
    assert "no units left" in refused(order(program), status=429)


@pytest.mark.both
def test_what_is_left_is_not_split(program, painter, alice):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(daily_units=3)
    refused(order(program, count=4), status=429)


def test_a_plan_bounds_how_many_pictures_of_a_prompt_are_asked_for(program, painter, alice):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(images_per_request=2)
    assert "With your plan 2 pictures of a prompt" in refused(order(program, count=3), status=400)
    assert order(program, count=2).status_code == 202


@pytest.mark.both
def test_who_has_used_up_the_day_learns_when_to_come_back(program, painter, alice):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(daily_units=2)
    never = order(program, count=3)
    assert (never.status_code, "Retry-After" in never.headers) == (429, False)
    assert order(program, count=2).status_code == 202
    tomorrow = order(program)
    assert tomorrow.status_code == 429
    assert 0 < int(tomorrow.headers["Retry-After"]) <= 24 * 3600


@pytest.mark.parametrize("body", ["", "{", "[]", '"fox"', "null", '{"prompt": NaN}', "[" * 50_000])
def test_what_is_no_json_object_is_refused(program, painter, body):
    refused(order(program, body))


def test_a_body_beyond_the_limit_is_refused(program, painter):
    refused(order(program, prompt="x" * 17_000_000), status=413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/xml"])
def test_only_json_is_understood(program, painter, kind):
    response = program.post("/api/generate", "prompt=fox", content_type=kind)
    refused(response, status=415)


@pytest.mark.parametrize("key", ["x" * 101, "ä", "a\tb"])
def test_an_unusable_idempotency_key_is_refused(program, painter, key):
    refused(order(program, headers={"Idempotency-Key": key}))


@pytest.mark.both
def test_another_request_under_the_same_key_is_refused(program, painter):
    order(program, headers={"Idempotency-Key": "once"})
    other = order(program, headers={"Idempotency-Key": "once"}, prompt="a blue house")
    assert other.status_code == 422
    assert Job.objects.count() == 1


def test_without_a_key_nothing_is_even_read(painter):
    response = order(Client(), "{")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert nothing_was_done()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused(program, method):
    refused(getattr(program, method)("/api/generate"), status=405)


def test_nobody_can_set_what_is_not_theirs_to_set(program, painter, bob, alice):
    forged = {
        "author": str(bob.pk),
        "author_id": str(bob.pk),
        "state": "succeeded",
        "units": 0,
        "created": "2000-01-01T00:00:00Z",
        "idempotency_key": "x",
        "deleted": "2000-01-01T00:00:00Z",
        "id": "00000000-0000-7000-8000-000000000000",
        "pk": 1,
    }
    assert order(program, **forged).status_code == 202
    batch = Batch.objects.get()
    assert (batch.author, batch.idempotency_key, batch.deleted) == (alice, "", None)
    assert str(batch.pk) != forged["id"]
    assert Job.objects.get().state == "queued"
