"""What staff do to a job: cancel it, queue it again, give its units back; each with a reason."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import StaffAct
from billing.models import Account, LedgerEntry
from generation.models import Job
from generation.tests.engine import ask_one, draw_all
from pixazo.tests.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def act(client, job, verb, reason="They asked for it"):
    data = {verb: "1", "reason": reason}
    response = client.post(f"/admin/generation/job/{job.pk}/act/", data, follow=True)
    if response.status_code != 200:
        return response.status_code
    return " ".join(str(message) for message in response.context["messages"])


def test_a_refund_gives_the_units_back_once(as_dora, alice, studio, painter):
    job = ask_one(studio, painter)
    assert act(as_dora, job, "refund").startswith("Refunded: 0.")  # nothing is paid yet
    draw_all()
    assert b"Give the units back" in as_dora.get(f"/admin/generation/job/{job.pk}/change/").content
    assert act(as_dora, job, "refund", "One colour all over").startswith("Refunded: 1.")
    assert act(as_dora, job, "refund").startswith("Refunded: 0.")
    line = LedgerEntry.objects.get(kind="refund")
    assert (line.units, line.reason) == (1, "One colour all over")
    assert Account.objects.of(alice).extra == 1
    written = StaffAct.objects.get(person=alice, reason="One colour all over")
    assert written.what == "Returned the units: 1."
    page = as_dora.get(f"/admin/generation/job/{job.pk}/change/").content.decode()
    assert "Give the units back" not in page  # they are
    for row in (job.batch.author, job.batch, job.model, job.image):
        assert (
            f'href="/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"' in page
        )
    assert ">Back to the list</a>" in page
    assert ">Close<" not in page


def test_without_a_reason_nothing_is_done(as_dora, studio, painter):
    job = ask_one(studio, painter)
    assert act(as_dora, job, "cancel", " ") == "Say why: the person may read it."
    assert Job.objects.get().state == "queued"
    assert act(as_dora, job, "cancel").startswith("Cancelled: 1.")
    assert act(as_dora, job, "retry", "") == "Queued again: 1."
    assert Job.objects.get().state == "queued"


def test_who_may_only_look_does_nothing(studio, painter):
    job = ask_one(studio, painter)
    nina = make_person("nina", is_staff=True)
    nina.user_permissions.add(Permission.objects.get(codename="view_job"))
    as_nina = Client()
    as_nina.force_login(nina)
    assert b"Cancel it" not in as_nina.get(f"/admin/generation/job/{job.pk}/change/").content
    assert act(as_nina, job, "cancel") == 404
    assert Job.objects.get().state == "queued"


def test_who_reads_the_words_of_a_request_is_written_down(as_dora, alice, studio, painter):
    job = ask_one(studio, painter, prompt="a secret fox")
    assert b"secret" not in as_dora.get(f"/admin/generation/job/{job.pk}/change/").content
    assert StaffAct.objects.count() == 0
    assert b"secret" in as_dora.get(f"/admin/generation/batch/{job.batch_id}/change/").content
    assert StaffAct.objects.get(person=alice).what == "Looked at the words of your request."
