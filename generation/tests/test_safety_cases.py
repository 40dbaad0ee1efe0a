"""Due process: who was held back sees why, may object once, and staff decide."""

import html

import pytest
from django.contrib.auth.models import Permission
from PIL import Image as Picture

from generation.models import Job, SafetyCase
from generation.retry import retry
from generation.safety import cases, first_words
from generation.safety.finding import Finding
from generation.safety.prompts import PromptHeldBack
from generation.tests.engine import ask, ask_one, claim, draw_all


@pytest.fixture(autouse=True)
def _words(db):
    first_words.seed()


@pytest.fixture
def prompt_case(studio, painter):
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="hentai")
    return SafetyCase.objects.get()


@pytest.fixture
def picture_case(studio, painter):
    job = ask_one(studio, painter)
    (job,) = claim()
    case = cases.of_picture(
        job, Finding("sexual", "pixazo"), "standard", Picture.new("RGB", (8, 8), "red")
    )
    assert job.block("blocked", "This picture was held back.")
    return case


def test_a_person_sees_their_cases_and_nobody_elses(as_alice, as_bob, prompt_case):
    assert "hentai" in as_alice.get("/safety/").content.decode()
    assert "hentai" not in as_bob.get("/safety/").content.decode()


def test_an_appeal_is_made_once(as_alice, prompt_case):
    page = f"/safety/{prompt_case.pk}/appeal/"
    assert as_alice.post(page, {"text": "It is an art class."}).status_code == 302
    prompt_case.refresh_from_db()
    assert (prompt_case.state, prompt_case.appeal) == ("appealed", "It is an art class.")
    assert as_alice.post(page, {"text": "Again"}).status_code == 409
    assert "It is an art class." in as_alice.get("/safety/").content.decode()


def test_nobody_appeals_for_others(as_bob, prompt_case):
    assert as_bob.post(f"/safety/{prompt_case.pk}/appeal/").status_code == 404
    prompt_case.refresh_from_db()
    assert prompt_case.state == "held"


def test_a_withdrawn_decision_lets_this_prompt_of_this_person_pass(
    as_dora, studio, painter, bob, prompt_case
):
    decide(as_dora, prompt_case, "withdraw", decision="Sorry.")
    assert ask(studio, painter, prompt="hentai")
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="hentai, two of them")
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, bob, prompt="hentai")


def test_an_upheld_decision_stands(as_alice, as_dora, studio, painter, prompt_case):
    as_alice.post(f"/safety/{prompt_case.pk}/appeal/")
    decide(as_dora, prompt_case, "uphold", decision="No.")
    with pytest.raises(PromptHeldBack):
        ask(studio, painter, prompt="hentai")
    assert SafetyCase.objects.count() == 1
    assert "the decision stands" in as_alice.get("/safety/").content.decode()
    assert as_alice.post(f"/safety/{prompt_case.pk}/appeal/").status_code == 409


def test_a_decision_is_made_once(as_dora, prompt_case, dora):
    decide(as_dora, prompt_case, "uphold")
    decide(as_dora, prompt_case, "withdraw")
    prompt_case.refresh_from_db()
    assert (prompt_case.state, prompt_case.decided_by) == ("upheld", dora)


def test_from_its_tile_a_picture_is_appealed(as_alice, as_bob, studio, picture_case):
    page = f"/w/studio/jobs/{picture_case.job_id}/appeal/"
    assert as_bob.post(page).status_code == 404
    assert as_alice.post(page).status_code == 200
    picture_case.refresh_from_db()
    assert picture_case.state == "appealed"


def test_a_withdrawn_pictures_job_may_be_run_again(as_alice, as_dora, studio, picture_case):
    retry = f"/w/studio/jobs/{picture_case.job_id}/retry/"
    assert as_alice.post(retry).status_code == 409
    decide(as_dora, picture_case, "withdraw")
    assert "Run again" in as_alice.get(f"/w/studio/jobs/{picture_case.job_id}/").content.decode()
    assert as_alice.post(retry).status_code == 200
    draw_all()
    assert Job.objects.get(pk=picture_case.job_id).state == "succeeded"


def test_a_forgiven_picture_may_be_run_by_whoever_works_there(as_dora, bob, studio, picture_case):
    decide(as_dora, picture_case, "withdraw")
    picture_case.refresh_from_db()
    retry(picture_case.job, bob)
    assert Job.objects.get(pk=picture_case.job_id).state == "queued"
    assert SafetyCase.objects.is_allowed(cases.digest_of(picture_case.job))


def test_what_a_service_refused_is_not_for_staff_to_withdraw(as_alice, as_dora, studio, painter):
    (job,) = [ask_one(studio, painter)]
    (job,) = claim()
    case = cases.of_service(job, "sexual", "The service's check stopped it.")
    job.block("blocked", "The service's check stopped it.")
    assert "can't overrule" in html.unescape(as_alice.get("/safety/").content.decode())
    assert as_alice.post(f"/safety/{case.pk}/appeal/").status_code == 409
    decide(as_dora, case, "withdraw")
    case.refresh_from_db()
    job.refresh_from_db()
    assert (case.state, job.is_retryable) == ("held", False)


def test_a_case_outlives_its_workspace(as_alice, studio, prompt_case, picture_case):
    Job.objects.filter(pk=picture_case.job_id).update(state="blocked")
    studio.delete()
    assert set(SafetyCase.objects.values_list("workspace", "job")) == {(None, None)}
    assert as_alice.get("/safety/").status_code == 200


def test_findings_of_any_size_and_kind_are_kept(studio, painter):
    ask_one(studio, painter)
    (job,) = claim()
    for details in ({"a": "\x00"}, {"a": "x" * 100_000}, {"a": object()}):
        case = cases.of_picture(job, Finding("other", "pixazo", details), "standard", None)
        case.refresh_from_db()
        assert len(str(case.findings)) < 3000


def test_long_lists_have_pages_and_few_queries(
    as_alice, studio, painter, alice, django_assert_max_num_queries
):
    SafetyCase.objects.bulk_create(
        SafetyCase(author=alice, stage="output", reason="other", digest=f"{n}", prompt=f"no {n}.")
        for n in range(120)
    )
    as_alice.get("/safety/")  # makes her account
    with django_assert_max_num_queries(12):
        page = as_alice.get("/safety/").content.decode()
    assert page.count("<article") == 50
    assert as_alice.get("/safety/?page=3").content.decode().count("<article") == 20


def test_staff_alone_look_at_what_was_held_back(as_alice, as_dora, picture_case):
    page = f"/admin/generation/safetycase/{picture_case.pk}/picture/"
    assert as_alice.get(page).status_code == 302
    answer = as_dora.get(page)
    assert answer["Content-Type"] == "image/png"
    assert "no-store" in answer["Cache-Control"]
    history = as_dora.get(f"/admin/generation/safetycase/{picture_case.pk}/history/")
    assert "Looked at the picture" in history.content.decode()
    assert as_alice.get(f"/{picture_case.quarantined}").status_code == 404
    assert as_alice.get(f"/generated/{picture_case.quarantined}").status_code == 404


def decide(client, case, action, **said):
    data = {"action": action, "_selected_action": [str(case.pk)], **said}
    answer = client.post("/admin/generation/safetycase/", data, follow=True)
    assert answer.status_code == 200


def decide_on_its_page(client, case, button, decision="Art is fine here."):
    page = f"/admin/generation/safetycase/{case.pk}/decide/"
    return client.post(page, {button: "pressed", "decision": decision})


def test_a_case_is_decided_on_its_own_page(as_dora, dora, prompt_case):
    page = f"/admin/generation/safetycase/{prompt_case.pk}/change/"
    assert "Withdraw the decision" in as_dora.get(page).content.decode()
    decide_on_its_page(as_dora, prompt_case, "withdraw")
    prompt_case.refresh_from_db()
    assert (prompt_case.state, prompt_case.decided_by) == ("overturned", dora)
    assert prompt_case.decision == "Art is fine here."
    # Decided once: the page offers nothing more, and a late second word changes nothing.
    assert "Withdraw the decision" not in as_dora.get(page).content.decode()
    decide_on_its_page(as_dora, prompt_case, "uphold")
    prompt_case.refresh_from_db()
    assert prompt_case.state == "overturned"


def test_whoever_decides_on_a_cases_page_says_why(as_dora, prompt_case):
    response = decide_on_its_page(as_dora, prompt_case, "uphold", decision="  ")
    assert response.status_code == 302
    prompt_case.refresh_from_db()
    assert prompt_case.state == "held"


def test_nobody_but_staff_decides(as_alice, prompt_case):
    answer = decide_on_its_page(as_alice, prompt_case, "withdraw")
    assert answer.status_code == 302  # to the sign-in
    prompt_case.refresh_from_db()
    assert prompt_case.state == "held"


def test_a_services_own_refusal_can_not_be_withdrawn_on_its_page(as_dora, studio, painter):
    job = ask_one(studio, painter)
    claim()
    case = cases.of_service(job, "sexual", "No.")
    page = as_dora.get(f"/admin/generation/safetycase/{case.pk}/change/").content.decode()
    assert "Let the decision stand" in page
    assert "Withdraw the decision" not in page
    decide_on_its_page(as_dora, case, "withdraw")
    case.refresh_from_db()
    assert case.state == "held"


def test_without_a_button_nothing_is_decided(as_dora, prompt_case):
    decide_on_its_page(as_dora, prompt_case, "perhaps")
    prompt_case.refresh_from_db()
    assert prompt_case.state == "held"


def test_who_may_only_look_at_cases_decides_none(client, prompt_case, charlie):
    charlie.is_staff = True
    charlie.save()
    charlie.user_permissions.add(Permission.objects.get(codename="view_safetycase"))
    client.force_login(charlie)
    shown = client.get(f"/admin/generation/safetycase/{prompt_case.pk}/change/")
    assert shown.status_code == 200
    assert "Let the decision stand" not in shown.content.decode()
    assert decide_on_its_page(client, prompt_case, "withdraw").status_code == 404
    prompt_case.refresh_from_db()
    assert prompt_case.state == "held"


# --- One after the other ---

DESK = "/admin/generation/safetycase/moderate/"


def test_cases_come_one_by_one_those_with_an_appeal_first(as_dora, alice, dora):
    def case(digest):
        return SafetyCase.objects.create(
            author=alice, stage="prompt", reason="hate", prompt=f"a {digest}", digest=digest
        )

    first, second, third = case("1"), case("2"), case("3")
    second.object_to("It is a history lesson")
    assert as_dora.get(DESK).context["case"] == second
    answer = as_dora.post(
        f"/admin/generation/safetycase/{second.pk}/decide/",
        {"uphold": "1", "decision": "Not here.", "onward": "1", "skip": str(first.pk)},
    )
    assert answer["Location"] == f"{DESK}?skip={first.pk}"
    page = as_dora.get(answer["Location"])
    assert (page.context["case"], page.context["left"]) == (third, 2)
    assert as_dora.get(DESK).context["case"] == first
    page = as_dora.get(f"{DESK}?skip={first.pk}&skip={third.pk}&skip=nonsense")
    assert "You put off all" in page.content.decode()


def test_without_a_word_a_case_stays_where_it_is(as_dora, alice):
    case = SafetyCase.objects.create(author=alice, stage="prompt", reason="hate", digest="1")
    as_dora.post(f"/admin/generation/safetycase/{case.pk}/decide/", {"uphold": "1", "onward": "1"})
    case.refresh_from_db()
    assert case.state == "held"


def test_the_desk_is_for_those_who_may_decide(as_alice):
    assert as_alice.get(DESK).status_code in {302, 404}
