"""Members say something about a chat, by the rules of all comments."""

import pytest

from accounts.models import Notice
from chat import asking
from chat.models import ChatComment, Conversation, Message
from chat.views import shown
from generation.models import Batch
from generation.tests.archives import bring, export
from generation.tests.engine import ask_one
from workspaces.comments import saying
from workspaces.joining import join

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def about(talk, studio):
    return f"/w/{studio.slug}/chats/{talk.pk}/comments/"


@pytest.fixture
def spoken(talk, alice):
    message = asking.ask(talk, "a fox in snow", author=alice)
    asking.answer(message.pk)
    return talk


def test_a_viewer_reads_the_chat_and_comments_on_it(
    spoken, about, studio, charlie, as_charlie, alice
):
    join(studio, charlie, "viewer")
    response = as_charlie.get(about)
    assert "a fox in snow" in response.text
    assert 'data-do="use-message"' not in response.text
    assert as_charlie.post(about, {"text": "More snow?"}, follow=True).status_code == 200
    row = ChatComment.objects.get()
    assert (row.author, row.conversation, row.text) == (charlie, spoken, "More snow?")
    notice = Notice.objects.get(user=alice)
    assert notice.text == "charlie says of a chat of yours: “More snow?”"
    assert notice.link == f"{about}#comment-{row.pk}"
    assert f'id="comment-{row.pk}"' in as_charlie.get(about).text


def test_a_thread_is_answered_settled_and_counted_in_the_window(
    talk, about, studio, as_alice, as_bob
):
    as_bob.post(about, {"text": "Which fox, @alice?"})
    head = ChatComment.objects.get()
    window = f"/w/{studio.slug}/chats/?of={talk.pk}"
    assert "1 open" in as_alice.get(window).text
    fragment = as_alice.post(about, {"text": "The red one", "reply_to": head.pk}, headers=FETCH)
    assert "The red one" in fragment.text
    assert "<html" not in fragment.text
    settled = as_alice.post(f"/w/{studio.slug}/comments/{head.pk}/resolve/", headers=FETCH)
    assert "resolved by alice" in settled.text
    assert "1 open" not in as_alice.get(window).text


def test_words_are_changed_and_deleted_where_all_comments_are(about, studio, as_alice, as_bob):
    as_bob.post(about, {"text": "Grey"})
    row = ChatComment.objects.get()
    at = f"/w/{studio.slug}/comments/{row.pk}"
    assert as_alice.post(f"{at}/edit/", {"text": "Mine"}).status_code == 403
    answer = as_bob.post(f"{at}/edit/", {"text": "Greyer"})
    assert answer["Location"] == about
    row.refresh_from_db()
    assert row.text == "Greyer"
    assert as_alice.post(f"{at}/delete/", headers=FETCH).status_code == 200
    assert not ChatComment.objects.exists()


def test_what_is_said_of_a_chat_in_the_trash_is_out_of_reach(talk, about, studio, as_bob):
    as_bob.post(about, {"text": "Grey"})
    row = ChatComment.objects.get()
    talk.trash()
    assert as_bob.get(about).status_code == 404
    assert (
        as_bob.post(f"/w/{studio.slug}/comments/{row.pk}/edit/", {"text": "x"}).status_code == 404
    )


def test_a_comment_is_none_of_another_chat_or_workspace(talk, about, studio, as_bob, as_charlie):
    as_bob.post(about, {"text": "Grey"})
    row = ChatComment.objects.get()
    other = Conversation.objects.create(workspace=studio, author=talk.author, model="grok-4")
    elsewhere = f"/w/{studio.slug}/chats/{other.pk}/comments/"
    assert as_bob.post(elsewhere, {"text": "Hm", "reply_to": row.pk}).status_code == 404
    assert as_charlie.get(about).status_code == 404
    assert as_charlie.get(f"/api/v1/comments/{row.pk}").status_code == 404


def test_programs_do_the_same(talk, studio, as_bob):
    at = f"/api/v1/chats/{talk.pk}/comments"
    made = as_bob.post(at, {"text": "Grey"}, content_type="application/json")
    assert made.status_code == 201
    assert (made.json()["chat"], made.json()["image"]) == (str(talk.pk), None)
    (listed,) = as_bob.get(at).json()["comments"]
    assert listed["url"].endswith(
        f"/w/{studio.slug}/chats/{talk.pk}/comments/#comment-{listed['id']}"
    )
    one = f"/api/v1/comments/{listed['id']}"
    changed = as_bob.patch(one, {"text": "Red", "resolved": True}, content_type="application/json")
    assert (changed.json()["text"], changed.json()["resolved_by"]) == ("Red", "bob")
    assert as_bob.delete(one).status_code == 204


def test_the_page_has_older_messages_a_page_at_a_time(spoken, about, as_bob, monkeypatch):
    monkeypatch.setattr(shown, "PAGE", 1)
    newest = as_bob.get(about)
    assert "You said: a fox in snow" in newest.text
    before = newest.context["older"]
    earlier = as_bob.get(f"{about}?before={before}").text
    assert "You said:" not in earlier
    assert "Back to the latest messages" in earlier


@pytest.mark.django_db(transaction=True)
def test_comments_travel_with_their_chat(spoken, about, as_alice, as_bob, alice, tmp_path):
    as_alice.post(about, {"text": "Mine"})
    as_bob.post(about, {"text": "And his", "reply_to": ChatComment.objects.get().pk})
    came = bring(export(spoken.workspace, tmp_path / "one.tar.gz"), alice)
    first, answer = ChatComment.objects.filter(workspace=came).order_by("id")
    assert (first.text, first.author, answer.text, answer.author) == (
        "Mine",
        alice,
        "And his",
        None,
    )
    assert answer.parent == first
    assert first.conversation.workspace == came
    assert Message.objects.filter(conversation=first.conversation).exists()


def test_what_is_said_of_pictures_counts_with_what_is_said_of_chats(
    about, studio, painter, as_alice, monkeypatch
):
    monkeypatch.setattr(saying, "A_MINUTE", 2)
    ask_one(studio, painter)
    where = f"/w/{studio.slug}/batches/{Batch.objects.get().pk}/comments/"
    assert as_alice.post(where, {"text": "One"}, headers=FETCH).status_code == 200
    assert as_alice.post(about, {"text": "Two"}, headers=FETCH).status_code == 200
    assert as_alice.post(about, {"text": "Three"}, headers=FETCH).status_code == 429
    assert as_alice.post(where, {"text": "Three"}, headers=FETCH).status_code == 429
