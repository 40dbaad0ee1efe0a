"""What staff do with a person's data is written down, and read by that person."""

import pytest
from django.contrib.admin.models import LogEntry

from accounts.desk import writing
from accounts.models import ApiKey, StaffAct
from billing.models import Account, Override
from generation.models import SafetyCase
from generation.tests.engine import ask, without_cap

pytestmark = pytest.mark.django_db
PAGE = "/account/staff/"


def do(client, action, row, **data):
    name = row._meta.model_name
    room = row._meta.app_label
    return client.post(
        f"/admin/{room}/{name}/", {"action": action, "_selected_action": [row.pk], **data}
    )


def test_an_action_of_staff_is_on_the_persons_page(as_dora, as_alice, alice, dora):
    key, _ = ApiKey.issue(alice, "Laptop")
    assert "Nothing so far" in as_alice.get(PAGE).content.decode()
    do(as_dora, "revoke", key)
    act = StaffAct.objects.get()
    assert (act.actor, act.person, act.what) == (dora, alice, "Revoked.")
    assert str(key.pk) in act.about
    page = as_alice.get(PAGE).content.decode()
    assert "Revoked." in page
    assert "dora" not in page
    assert "Widerrufen." in as_alice.get(PAGE, headers={"Accept-Language": "de"}).content.decode()


def test_a_decision_and_a_cancelled_job_are_too(as_dora, alice, studio, painter):
    without_cap(alice)
    do(as_dora, "cancel", ask(studio, painter).jobs.get(), reason="Too large")
    case = SafetyCase.objects.create(
        author=alice, stage="prompt", reason="hate", prompt="a banner", digest="1", level="strict"
    )
    do(as_dora, "uphold", case, decision="Not here.")
    said = StaffAct.objects.filter(person=alice).order_by("id").values_list("what", flat=True)
    assert list(said) == ["Cancelled.", "The decision stands."]
    assert StaffAct.objects.get(what="Cancelled.").reason == "Too large"


def test_an_exception_and_its_end_are_written_down(as_dora, alice):
    account = Account.objects.of(alice)
    form = {"account": str(account.pk), "limit": "daily_units", "value": "7"}
    assert as_dora.post("/admin/billing/override/add/", form).status_code == 302
    row = Override.objects.get()
    as_dora.post(f"/admin/billing/override/{row.pk}/delete/", {"post": "yes"})
    said = StaffAct.objects.filter(person=alice).order_by("id").values_list("what", flat=True)
    assert list(said) == ["Added.", "Deleted."]


def test_exceptions_that_go_together_are_written_down_each(as_dora, alice, bob):
    rows = [
        Override.objects.create(account=Account.objects.of(each), limit="daily_units", value=7)
        for each in (alice, bob)
    ]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    as_dora.post("/admin/billing/override/", chosen | {"post": "yes"})
    assert not Override.objects.exists()
    for person in (alice, bob):
        assert [act.what for act in StaffAct.objects.filter(person=person)] == ["Deleted."]


def test_a_case_that_is_opened_is_a_look(as_dora, alice):
    case = SafetyCase.objects.create(
        author=alice, stage="prompt", reason="hate", prompt="a banner", digest="1", level="strict"
    )
    as_dora.get(f"/admin/generation/safetycase/{case.pk}/change/")
    assert [act.what for act in StaffAct.objects.all()] == ["Looked at a case of yours."]


def test_the_links_of_a_persons_page_lead_to_their_rows_alone(as_dora, alice, studio, painter):
    alice.email = "alice+pictures@example.org"
    alice.save()
    ask(studio, painter)
    ticket = writing.ask(user=alice, subject="x", text="y", category="other")
    page = as_dora.get(f"/admin/accounts/user/{alice.pk}/change/")
    links = {
        each.label: each.link
        for part in page.context["parts"]
        for each in part.figures
        if each.link
    }
    assert "@" not in "".join(links.values())
    counts = {
        label: as_dora.get(links[label]).context["cl"].result_count
        for label in ("Made", "Held back, ever", "Tickets", "Set aside", "What staff did")
    }
    assert ticket.user == alice
    assert list(counts.values()) == [1, 0, 1, 1, 1]


def test_a_look_at_an_account_counts_once_an_hour(as_dora, alice):
    for _ in range(3):
        as_dora.get(f"/admin/accounts/user/{alice.pk}/change/")
    assert [act.what for act in StaffAct.objects.all()] == ["Looked at the page of your account."]


def test_what_staff_do_with_their_own_is_nobodys_business(as_dora, dora):
    as_dora.get(f"/admin/accounts/user/{dora.pk}/change/")
    assert StaffAct.objects.count() == 0


def test_nobody_alters_what_was_written(as_dora, alice, dora):
    act = StaffAct.objects.note(dora, alice, "Revoked.")
    for change in (act.save, StaffAct.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        StaffAct.objects.update(what="Nothing.")
    page = f"/admin/accounts/staffact/{act.pk}/"
    assert as_dora.post(f"{page}change/", {"what": "Nothing."}).status_code == 403
    assert as_dora.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_it_outlives_the_member_of_staff_and_goes_with_the_person(alice, dora):
    StaffAct.objects.note(dora, alice, "Revoked.")
    LogEntry.objects.all().delete()
    dora.delete()
    assert StaffAct.objects.get().actor is None
    alice.delete()
    assert StaffAct.objects.count() == 0


def test_others_acts_are_not_shown(as_bob, bob, alice, dora):
    StaffAct.objects.note(dora, alice, "Revoked.")
    assert "Nothing so far" in as_bob.get(PAGE).content.decode()


def test_a_persons_page_tells_of_plan_and_pictures(as_dora, alice, studio, painter):
    ask(studio, painter)
    Account.objects.of(alice).grant(7, reason="A present", reference="one")
    page = as_dora.get(f"/admin/accounts/user/{alice.pk}/change/")
    units = next(part for part in page.context["parts"] if part.title == "Plan and units")
    assert {each.label: each.value for each in units.figures}["Extra units"] == "7"
    told = [part.title for part in page.context["parts"]]
    assert told == ["Account", "Plan and units", "Pictures, 30 days"]
    assert "Painter" in page.content.decode()


def test_what_staff_do_with_a_request_is_too(as_dora, as_alice, alice):
    ticket = writing.ask(user=alice, subject="Grey", text="All grey", category="picture")
    for data in ({"do": "take"}, {"do": "note", "text": "The card"}, {"do": "nothing"}):
        as_dora.post(f"/admin/accounts/ticket/{ticket.pk}/write/", data)
    do(as_dora, "close_them", ticket)
    said = StaffAct.objects.filter(person=alice).order_by("id").values_list("what", flat=True)
    assert [each for each in said if not each.startswith("Looked")] == [
        "Took on your request.",
        "Wrote a note for staff to your request.",
        "Changed the state of your request.",
    ]
    assert "The card" not in as_alice.get(PAGE).content.decode()


def test_what_it_was_about_is_said_in_words_with_the_way_there(
    as_dora, as_alice, alice, studio, painter
):
    without_cap(alice)
    job = ask(studio, painter).jobs.get()
    do(as_dora, "cancel", job, reason="Too large")
    key, _ = ApiKey.issue(alice, "Laptop")
    do(as_dora, "revoke", key)
    ticket = writing.ask(user=alice, subject="Grey", text="All grey", category="picture")
    as_dora.post(f"/admin/accounts/ticket/{ticket.pk}/write/", {"do": "take"})
    page = as_alice.get(PAGE).content.decode()
    for said in (job.batch.prompt, "API key “Laptop”", f"#{ticket.pk} Grey"):
        assert said in page
    for link in ("/account/keys/", f"/help/{ticket.pk}/"):
        assert f'<a class="lone" href="{link}">' in page
    assert str(job.pk) not in page
    assert str(key.pk) not in page
    staffs = as_dora.get("/admin/accounts/staffact/").content.decode()
    assert f'<a href="/admin/generation/job/{job.pk}/change/">job {job.pk}</a>' in staffs


def test_what_is_gone_or_not_theirs_any_more_has_a_name_still(
    as_alice, alice, dora, bob, studio, painter
):
    job = ask(studio, painter).jobs.get()
    for about in (f"job {job.pk}", f"API key {dora.pk}", "exception to plans 3", "a thing of old"):
        StaffAct.objects.note(dora, alice, "Saved.", about=about)
    job.batch.trash()
    page = as_alice.get(PAGE).content.decode()
    assert job.batch.prompt not in page
    for said in ("A picture", "An API key", "An exception to your plan", "a thing of old"):
        assert said in page


def test_many_acts_ask_no_more_than_few(
    as_alice, alice, dora, studio, painter, django_assert_max_num_queries
):
    without_cap(alice)
    for _ in range(4):
        job = ask(studio, painter).jobs.get()
        for about in (f"job {job.pk}", f"batch {job.batch_id}"):
            StaffAct.objects.note(dora, alice, "Saved.", about=about)
    with django_assert_max_num_queries(14):
        as_alice.get(PAGE)
