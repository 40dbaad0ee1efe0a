"""What members say about pictures and requests, on their pages. That no row of it is lost, and
that two at once harm nothing, is asked of PostgreSQL as well."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Delivery, Notice, Preference
from accounts.tests.letters import sent
from generation.models import Image, PictureComment
from generation.tests.engine import ask, at_once, draw_all
from pixazo.models import Event
from pixazo.tests.cast import make_person
from workspaces import people
from workspaces.comments import saying
from workspaces.comments.mentions import worded
from workspaces.models import Membership

pytestmark = pytest.mark.both

FETCH = {"X-Requested-With": "fetch", "Accept": "text/html, application/json"}


@pytest.fixture
def picture(studio, painter):
    ask(studio, painter)
    draw_all()
    return Image.objects.get()


@pytest.fixture
def viewer(studio):
    return member(studio, "vera", "viewer")


def member(workspace, name, role):
    user = make_person(name)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


def say(client, thing, text, **fields):
    kind = "images" if isinstance(thing, Image) else "batches"
    url = f"/w/studio/{kind}/{thing.pk}/comments/"
    return client.post(url, {"text": text, **fields}, headers=FETCH)


def do(client, row, what, **fields):
    return client.post(f"/w/studio/comments/{row.pk}/{what}/", fields, headers=FETCH)


def told(user):
    return list(Notice.objects.filter(user=user).values_list("text", flat=True))


def test_a_member_says_something_and_the_others_read_it(as_bob, as_alice, picture):
    response = say(as_bob, picture, "The moon is too large")
    assert response.status_code == 200
    assert "The moon is too large" in response.content.decode()
    page = as_alice.get(f"/w/studio/images/{picture.pk}/").content.decode()
    assert "The moon is too large" in page
    assert "1 open" in page
    assert Event.objects.filter(kind="comment", subject=str(picture.pk)).count() == 1


def test_a_request_has_comments_of_its_own(as_bob, as_alice, picture):
    batch = picture.job.batch
    say(as_bob, batch, "All of them are too dark")
    page = as_alice.get(f"/w/studio/batches/{batch.pk}/comments/").content.decode()
    assert "All of them are too dark" in page
    assert (
        "All of them are too dark"
        not in as_alice.get(f"/w/studio/images/{picture.pk}/").content.decode()
    )


def test_without_a_script_the_page_itself_comes_back(as_bob, picture):
    url = f"/w/studio/images/{picture.pk}/comments/"
    assert as_bob.post(url, {"text": "Fine"})["Location"] == f"/w/studio/images/{picture.pk}/"
    assert as_bob.get(url)["Location"] == f"/w/studio/images/{picture.pk}/"


def test_a_viewer_comments_and_settles_what_they_began(viewer, client, as_bob, picture):
    client.force_login(viewer)
    assert say(client, picture, "Lovely").status_code == 200
    own = PictureComment.objects.get()
    say(as_bob, picture, "Not so")
    others = PictureComment.objects.exclude(pk=own.pk).get()
    assert do(client, own, "resolve").status_code == 200
    assert do(client, others, "resolve").status_code == 403
    assert PictureComment.objects.open().get() == others


def test_strangers_find_nothing_to_say_anything_about(as_charlie, as_bob, picture):
    say(as_bob, picture, "The moon is too large")
    row = PictureComment.objects.get()
    assert say(as_charlie, picture, "Hello").status_code == 404
    assert say(as_charlie, picture.job.batch, "Hello").status_code == 404
    for what in ("edit", "delete", "resolve"):
        assert do(as_charlie, row, what, text="x").status_code == 404
    assert as_charlie.get("/w/studio/comments/names/").status_code == 404


def test_what_is_in_the_trash_is_not_talked_about(as_bob, as_alice, picture):
    say(as_bob, picture, "Fine")
    row = PictureComment.objects.get()
    picture.trash()
    assert say(as_bob, picture, "Still fine").status_code == 404
    assert do(as_bob, row, "edit", text="Better").status_code == 404
    picture.restore()
    picture.job.batch.trash()
    assert do(as_bob, row, "edit", text="Better").status_code == 404


def test_nothing_and_too_much_are_refused_with_a_sentence(as_bob, picture):
    for text, words in ((" \r\n ", "Write something first."), ("x" * 2001, "2000 characters")):
        response = say(as_bob, picture, text)
        assert response.status_code == 400
        assert words in response.json()["error"]["message"]
    assert not PictureComment.objects.exists()


def test_nobody_says_more_than_so_much_in_a_minute(as_bob, as_alice, picture):
    for number in range(saying.A_MINUTE):
        assert say(as_bob, picture, f"Comment {number}").status_code == 200
    response = say(as_bob, picture, "One more")
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 60
    assert say(as_alice, picture, "But I may").status_code == 200


def test_a_picture_has_room_for_so_many(as_bob, picture, monkeypatch):
    monkeypatch.setattr(saying, "MOST", 2)
    assert [say(as_bob, picture, "Again").status_code for _ in range(3)] == [200, 200, 409]


def test_who_is_named_is_told_on_every_device(as_bob, bob, alice, picture):
    vera = member(picture.workspace, "Vera-2", "viewer")
    say(as_bob, picture, "@vera-2 and @alice, look. @charlie and bob@alice are nobody here")
    assert told(vera) == [
        "bob mentioned you: “@vera-2 and @alice, look. @charlie and bob@alice are nobody here”"
    ]
    # She made the picture, too, and is told once.
    assert told(alice) == told(vera)
    assert told(bob) == []
    row = PictureComment.objects.get()
    notice = Notice.objects.filter(user=vera).get()
    assert notice.link == f"/w/studio/images/{picture.pk}/#comment-{row.pk}"
    assert Event.objects.filter(channel=vera.channel, kind="notice").count() == 1


def test_its_maker_is_told_and_whoever_is_answered(as_bob, as_alice, bob, alice, picture):
    say(as_bob, picture, "The moon is too large")
    assert told(alice) == ["bob says of a picture of yours: “The moon is too large”"]
    head = PictureComment.objects.get()
    say(as_alice, picture, "It is far away", reply_to=head.pk)
    assert told(bob) == ["alice replied to you: “It is far away”"]
    assert len(told(alice)) == 1


def test_only_members_are_told(as_alice, as_bob, alice, bob, studio, painter):
    batch = ask(studio, painter, bob)
    studio.memberships.get(user=bob).delete()
    say(as_alice, batch, "@bob look")
    assert told(bob) == []


def test_a_comment_is_changed_by_its_author_alone(as_bob, as_alice, alice, picture):
    say(as_bob, picture, "The moon is too large, @alice")
    row = PictureComment.objects.get()
    assert do(as_alice, row, "edit", text="The moon is fine").status_code == 403
    vera = member(picture.workspace, "vera", "viewer")
    assert do(as_bob, row, "edit", text="The sun is too large, @alice @vera").status_code == 200
    row.refresh_from_db()
    assert row.text == "The sun is too large, @alice @vera"
    assert row.edited
    # What was told says what it says now; who is new in it is told, the others not again.
    assert told(alice) == ["bob mentioned you: “The sun is too large, @alice @vera”"]
    assert told(vera) == told(alice)


def test_whose_name_is_taken_out_keeps_no_notice_of_it(as_bob, as_alice, bob, alice, picture):
    vera = member(picture.workspace, "vera", "viewer")
    say(as_bob, picture, "@alice @vera look")
    row = PictureComment.objects.get()
    do(as_bob, row, "edit", text="Nobody is meant")
    assert told(vera) == []
    # The picture is hers all the same.
    assert told(alice) == ["bob says of a picture of yours: “Nobody is meant”"]
    do(as_bob, row, "edit", text="@alice look")
    assert told(alice) == ["bob mentioned you: “@alice look”"]
    say(as_alice, picture, "Hm", reply_to=row.pk)
    answer = PictureComment.objects.get(text="Hm")
    do(as_alice, answer, "edit", text="Hm, @bob")
    assert told(bob) == ["alice mentioned you: “Hm, @bob”"]


def test_nobody_is_told_over_and_over_by_changes(viewer, client, alice, studio, bob, painter):
    client.force_login(viewer)
    batch = ask(studio, painter, bob)
    say(client, batch, "x")
    row = PictureComment.objects.get()
    for number in range(saying.A_MINUTE // 2):
        assert do(client, row, "edit", text=f"@alice {number}").status_code == 200
        assert do(client, row, "edit", text=f"{number}").status_code == 200
    assert Event.objects.filter(channel=alice.channel, kind="notice").count() == 1
    assert told(alice) == []
    assert do(client, row, "edit", text="4").status_code == 200  # it says so already
    response = do(client, row, "edit", text="Once more")
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 60
    assert "changed 10 comments within a minute" in response.json()["error"]["message"]


def test_a_comment_is_deleted_by_its_author_or_the_owner(as_bob, as_alice, viewer, client, picture):
    client.force_login(viewer)
    say(client, picture, "One")
    say(client, picture, "Two")
    one, two = PictureComment.objects.in_order()
    assert do(as_bob, one, "delete").status_code == 403
    assert do(as_alice, one, "delete").status_code == 200
    assert do(client, two, "delete").status_code == 200
    assert not PictureComment.objects.exists()
    assert not Notice.objects.exists()


def test_of_what_was_answered_only_the_words_go(as_bob, as_alice, alice, picture):
    say(as_bob, picture, "The moon is too large")
    head = PictureComment.objects.get()
    say(as_alice, picture, "It is far away", reply_to=head.pk)
    page = do(as_bob, head, "delete").content.decode()
    assert "The moon is too large" not in page
    assert "This comment was taken back." in page
    assert "It is far away" in page
    assert do(as_bob, head, "edit", text="Again").status_code == 403
    # With the last answer it goes, too.
    answer = PictureComment.objects.exclude(pk=head.pk).get()
    do(as_alice, answer, "delete")
    assert not PictureComment.objects.exists()


def test_an_answer_to_an_answer_stands_in_the_same_thread(as_bob, as_alice, picture):
    say(as_bob, picture, "One")
    head = PictureComment.objects.get()
    say(as_alice, picture, "Two", reply_to=head.pk)
    two = PictureComment.objects.get(text="Two")
    say(as_bob, picture, "Three", reply_to=two.pk)
    assert {row.parent_id for row in PictureComment.objects.exclude(pk=head.pk)} == {head.pk}


def test_an_answer_names_a_comment_of_the_same_picture(as_bob, studio, painter, picture):
    say(as_bob, picture.job.batch, "Elsewhere")
    elsewhere = PictureComment.objects.get()
    assert say(as_bob, picture, "Here", reply_to=elsewhere.pk).status_code == 404
    assert say(as_bob, picture, "Here", reply_to="nothing").status_code == 404


def test_a_thread_is_settled_and_an_answer_opens_it_again(as_bob, as_alice, picture):
    say(as_bob, picture, "One")
    head = PictureComment.objects.get()
    page = do(as_alice, head, "resolve").content.decode()
    assert "1 resolved" in page
    assert "resolved by alice" in page
    assert "1 resolved" not in do(as_alice, head, "resolve", again="1").content.decode()
    do(as_bob, head, "resolve")
    say(as_alice, picture, "But", reply_to=head.pk)
    head.refresh_from_db()
    assert head.resolved is None
    answer = PictureComment.objects.get(text="But")
    assert do(as_alice, answer, "resolve").status_code == 400


def test_cards_and_tiles_count_what_is_open(as_bob, as_alice, picture):
    batch = picture.job.batch
    say(as_bob, picture, "One")
    say(as_bob, picture, "Two")
    say(as_bob, batch, "Three")
    head = PictureComment.objects.get(text="One")
    say(as_alice, picture, "An answer is no thread", reply_to=head.pk)
    do(as_bob, PictureComment.objects.get(text="Two"), "resolve")
    tile = as_alice.get(f"/w/studio/jobs/{picture.job_id}/").content.decode()
    assert "1 comment</span>" in tile
    feed = as_alice.get("/w/studio/feed/").content.decode()
    link = f'<a href="/w/studio/batches/{batch.pk}/comments/">1 comment</a>'
    assert link in feed
    assert "1 comment</span>" in feed


def test_a_page_asks_as_much_for_many_comments_as_for_one(as_bob, as_alice, picture):
    say(as_bob, picture, "One @alice")
    head = PictureComment.objects.get()
    url = f"/w/studio/images/{picture.pk}/"
    as_alice.get(url)
    with CaptureQueriesContext(connection) as few:
        as_alice.get(url)
    for number in range(6):
        say(as_alice, picture, f"Answer {number} @bob", reply_to=head.pk)
    with CaptureQueriesContext(connection) as many:
        as_alice.get(url)
    assert len(many) == len(few)


def test_words_are_shown_as_they_are_and_links_are_safe(as_bob, picture):
    text = '<b>@alice</b> & "javascript:alert(1)" https://example.org/@alice?a=1&b=2 @nobody'
    say(as_bob, picture, text)
    words = worded(PictureComment.objects.get())
    assert words.startswith('&lt;b&gt;<b class="mention">@alice</b>&lt;/b&gt; &amp;')
    assert words.count("<a ") == 1
    link = '<a href="https://example.org/@alice?a=1&amp;b=2" rel="nofollow">'
    assert link in words
    assert words.endswith("@nobody")
    assert "javascript:alert(1)" in words
    assert 'href="javascript' not in words


def test_who_can_be_named_are_the_members(as_bob, studio):
    names = as_bob.get("/w/studio/comments/names/").json()["people"]
    assert [each["name"] for each in names] == ["alice", "bob"]


def test_a_comment_is_about_one_thing(studio, bob, picture):
    for about in ({}, {"image": picture, "batch": picture.job.batch}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PictureComment.objects.create(workspace=studio, author=bob, text="x", **about)


def test_comments_go_with_their_picture(as_bob, alice, picture):
    say(as_bob, picture, "@alice look")
    picture.delete()
    assert not PictureComment.objects.exists()
    assert told(alice) == []


def test_nothing_names_whoever_has_left_the_site(as_bob, as_alice, bob, alice, picture):
    say(as_bob, picture, "I am Bob")
    head = PictureComment.objects.get()
    say(as_alice, picture, "Yes, @bob, you are", reply_to=head.pk)
    say(as_bob, picture, "Mine alone @alice")
    say(as_alice, picture, "Of mine")
    say(as_bob, picture, "Is an answer", reply_to=PictureComment.objects.get(text="Of mine").pk)
    do(as_bob, PictureComment.objects.get(text="Of mine"), "resolve")
    bob.delete()
    left = {row.text: row for row in PictureComment.objects.all()}
    assert set(left) == {"", "Yes, @…, you are", "Of mine"}
    assert left[""].author is None
    assert left[""].emptied
    assert left["Of mine"].resolved_by is None
    assert told(alice) == []
    page = as_alice.get(f"/w/studio/images/{picture.pk}/").content.decode()
    assert "Somebody who left" in page
    assert ">resolved<" in page  # by whom is not known any more


@pytest.mark.django_db(transaction=True)
def test_two_at_once_say_no_more_than_one_may(studio, bob, picture, monkeypatch):
    monkeypatch.setattr(saying, "A_MINUTE", 3)
    membership = studio.memberships.select_related("user", "workspace").get(user=bob)

    def write(number):
        row = PictureComment(image=Image.objects.get())
        return saying.write(row, membership, f"Comment {number}")

    results = at_once(6, write)
    assert sum(isinstance(each, saying.TooFast) for each in results) == 3
    assert PictureComment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_not_lost_with_what_it_answers(studio, bob, picture):
    """Deleted and answered at once: its words go and the answer stays, or nobody could answer."""
    membership = studio.memberships.select_related("user", "workspace").get(user=bob)
    head = saying.write(PictureComment(image=picture), membership, "One")

    def step(number):
        row = PictureComment.objects.in_order().get(pk=head.pk)
        if number:
            return saying.remove(row, membership)
        return saying.write(PictureComment(image=Image.objects.get()), membership, "Two", row)

    answered, removed = at_once(2, step)
    assert removed is None
    rows = list(PictureComment.objects.order_by("id"))
    if isinstance(answered, PictureComment):
        assert [row.text for row in rows] == ["", "Two"]
    else:
        assert rows == []


def test_who_has_left_the_workspace_reads_no_more_of_it(as_alice, bob, studio, picture):
    say(as_alice, picture, "@bob between us")
    assert told(bob)
    people.remove(studio.memberships.get(user=bob))
    assert told(bob) == ["You no longer work in “Studio”."]
    assert PictureComment.objects.exists()


def test_a_letter_goes_to_who_asks_for_it_and_has_not_looked(as_bob, alice, picture):
    vera = member(picture.workspace, "vera", "viewer")
    Preference.objects.remember(vera, {"mail:mention": True, "language": "de"})
    say(as_bob, picture, "Look, @vera and @alice")
    assert [row.user for row in Delivery.objects.all()] == [vera]
    (letter,) = sent()
    assert letter.to == [vera.email]
    assert letter.subject == "bob hat dich erwähnt: „Look, @vera and @alice“"
    assert f"/w/studio/images/{picture.pk}/#comment-" in letter.body

    say(as_bob, picture, "Again, @vera")
    Notice.objects.filter(user=vera).look()
    assert not sent()


def test_nobody_is_written_to_without_end(as_bob, picture, monkeypatch):
    monkeypatch.setattr("accounts.telling.letters.A_DAY", 2)
    vera = member(picture.workspace, "vera", "viewer")
    Preference.objects.remember(vera, {"mail:mention": True})
    for number in range(3):
        say(as_bob, picture, f"{number} @vera")
    assert len(sent()) == 2
