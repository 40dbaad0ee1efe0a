"""Share links: what each level shows and keeps to itself, and when an address is dead."""

import io
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils.timezone import now
from PIL import Image as Pillow

from accounts.models import User
from generation.metadata.png import texts
from generation.models import Image, Job, ShareLink
from generation.models.share_link import MOST, TooManyLinks
from generation.tests.engine import ask, draw_all
from generation.unmarked import unmarked
from generation.views import found
from workspaces import people
from workspaces.joining import join
from workspaces.models import Membership

PROMPT = "a lighthouse nobody shall read of"
ELSEWHERE = "private, no-store"


@pytest.fixture
def image(studio, painter):
    ask(studio, painter, prompt=PROMPT, seed=47110815)
    draw_all()
    return Image.objects.get()


def share_page(image):
    return f"/w/studio/images/{image.pk}/share/"


def shared(client, image, level="picture", **fields):
    """Make a link by the page and answer its address."""
    answer = client.post(share_page(image), {"level": level, "days": "", "password": "", **fields})
    assert answer.status_code == 302
    return f"/s/{ShareLink.objects.first().token}/"


def seen(url, path="", client=None):
    return (client or Client()).get(url + path)


class TestWhatALevelShows:
    def test_the_picture_alone_says_nothing_of_how_it_was_made(self, as_alice, image):
        url = shared(as_alice, image)
        for path in ("", "picture.webp", "original.png"):
            answer = seen(url, path)
            assert answer.status_code == 200
            said = answer.content + str(answer.headers).encode()
            assert b"lighthouse" not in said
            assert b"47110815" not in said
            assert b"alice" not in said

    def test_its_file_is_the_picture_itself_with_the_mark_of_its_provenance(self, as_alice, image):
        sent = seen(shared(as_alice, image), "original.png").content
        with image_file(image) as file:
            before = file.read()
        assert list(texts(sent)) == ["XML:com.adobe.xmp"]
        assert "pixazo" in texts(before)
        pixels = [Pillow.open(io.BytesIO(each)).tobytes() for each in (sent, before)]
        assert pixels[0] == pixels[1]

    def test_with_the_prompt_it_shows_the_prompt_and_no_settings(self, as_alice, image):
        url = shared(as_alice, image, "prompt")
        page = seen(url).content.decode()
        assert PROMPT in page
        assert "47110815" not in page
        assert list(texts(seen(url, "original.png").content)) == ["XML:com.adobe.xmp"]

    def test_with_all_settings_it_shows_them_and_the_original_file(self, as_alice, image):
        url = shared(as_alice, image, "recipe")
        page = seen(url).content.decode()
        assert PROMPT in page
        assert "47110815" in page
        with image_file(image) as file:
            assert seen(url, "original.png").content == file.read()

    def test_what_is_no_png_is_not_sent_on(self):
        with pytest.raises(ValueError, match="no PNG"):
            unmarked(b"RIFF....WEBP")


class TestWhenAnAddressIsDead:
    @pytest.mark.parametrize("path", ["", "picture.webp", "original.png"])
    def test_after_it_was_revoked(self, as_alice, image, path):
        url = shared(as_alice, image)
        link = ShareLink.objects.get()
        as_alice.post(f"{share_page(image)}{link.pk}/revoke/")
        assert seen(url, path).status_code == 404
        assert url not in as_alice.get(share_page(image)).content.decode()

    def test_after_its_time(self, as_alice, image):
        url = shared(as_alice, image, days="7")
        with time_machine.travel(now() + timedelta(days=6, hours=23)):
            assert seen(url).status_code == 200
        with time_machine.travel(now() + timedelta(days=7, minutes=1)):
            assert seen(url).status_code == 404
            assert "Over: it shows nothing" in as_alice.get(share_page(image)).content.decode()

    def test_while_its_picture_is_in_the_trash(self, as_alice, image):
        url = shared(as_alice, image)
        image.trash()
        assert seen(url).status_code == 404
        image.restore()
        assert seen(url).status_code == 200

    def test_while_its_request_is_in_the_trash(self, as_alice, image):
        url = shared(as_alice, image)
        image.job.batch.trash()
        assert seen(url).status_code == 404

    def test_once_its_author_is_gone(self, as_bob, studio, bob, painter):
        ask(studio, painter, author=bob)
        draw_all()
        url = shared(as_bob, Image.objects.get())
        User.objects.get(username="bob").delete()
        assert seen(url).status_code == 404

    def test_it_can_not_be_guessed(self, db):
        assert seen("/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/").status_code == 404

    def test_the_database_alone_opens_nothing(self, as_alice, image):
        token = shared(as_alice, image).split("/")[2]
        with connection.cursor() as cursor:
            cursor.execute("SELECT token, token_sha256 FROM generation_sharelink")
            assert token not in str(cursor.fetchall())


class TestAPassword:
    def test_nothing_is_shown_before_it_was_given(self, as_alice, image):
        url = shared(as_alice, image, "recipe", password="open sesame")
        page = seen(url)
        # A form sent without a referrer would be taken for forged.
        assert page["Referrer-Policy"] == "same-origin"
        assert "protected it with a password" in page.content.decode()
        assert PROMPT not in page.content.decode()
        assert seen(url, "picture.webp").status_code == 404
        assert seen(url, "original.png").status_code == 404

    def test_the_right_one_opens_it_for_a_day_and_for_this_browser(self, as_alice, image):
        url = shared(as_alice, image, "prompt", password="open sesame")
        guest = Client()
        assert guest.post(url, {"password": "open sesame"}).headers["Location"] == url
        assert PROMPT in seen(url, client=guest).content.decode()
        assert seen(url, "original.png", guest).status_code == 200
        assert seen(url, "original.png").status_code == 404
        with time_machine.travel(now() + timedelta(hours=25)):
            assert seen(url, "original.png", guest).status_code == 404

    def test_one_opens_no_other_link(self, as_alice, image):
        one = shared(as_alice, image, password="open sesame")
        other = shared(as_alice, image, password="another one")
        guest = Client()
        guest.post(one, {"password": "open sesame"})
        # Whatever it is called.
        (value,) = (each.value for name, each in guest.cookies.items() if "shared-" in name)
        for link in ShareLink.objects.all():
            guest.cookies[f"shared-{link.pk.hex}"] = value
        assert seen(other, "picture.webp", guest).status_code == 404

    def test_a_wrong_one_is_refused_and_ten_are_enough(self, as_alice, image):
        url = shared(as_alice, image, password="open sesame")
        for _each in range(10):
            assert Client().post(url, {"password": "guess"}).status_code == 403
        answer = Client().post(url, {"password": "open sesame"})
        assert answer.status_code == 429
        assert "wait five minutes" in answer.content.decode()
        with time_machine.travel(now() + timedelta(minutes=6)):
            assert Client().post(url, {"password": "open sesame"}).status_code == 302


class TestWhoMayShare:
    def test_who_may_not_see_the_picture_does_not_find_its_page(self, as_charlie, image):
        assert as_charlie.get(share_page(image)).status_code == 404
        assert as_charlie.post(share_page(image), {"level": "picture"}).status_code == 404

    def test_an_editor_shares_own_pictures_only(self, as_bob, image):
        answer = as_bob.post(share_page(image), {"level": "picture", "days": ""})
        assert answer.status_code == 403
        assert not ShareLink.objects.exists()

    def test_nobody_revokes_by_another_pictures_address(self, as_alice, studio, painter, image):
        shared(as_alice, image)
        ask(studio, painter)
        draw_all()
        other = Image.objects.exclude(pk=image.pk).get()
        link = ShareLink.objects.get()
        assert as_alice.post(f"{share_page(other)}{link.pk}/revoke/").status_code == 404
        assert ShareLink.objects.living().exists()

    def test_what_will_not_do_is_said_beside_its_field(self, as_alice, image):
        answer = as_alice.post(share_page(image), {"level": "all", "days": "9", "password": "abc"})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "at least 4 characters" in page
        assert page.count("Select a valid choice") == 2


def test_a_link_alone_says_all_that_it_shows(as_alice, image):
    shared(as_alice, image, level="remix")
    page = as_alice.get(share_page(image)).content.decode()
    links = page.partition("Links that work")[2].partition("</section>")[0]
    assert "All settings and the original file, and others may remix it" in links
    assert "All that" not in links


def test_views_of_others_are_counted_and_no_others(as_alice, as_bob, as_charlie, image):
    url = shared(as_alice, image)
    for client in (Client(), as_charlie, as_alice, as_bob):
        seen(url, client=client)
    Client().head(url)
    assert ShareLink.objects.get().views == 2
    assert "Opened 2 times" in as_alice.get(share_page(image)).content.decode()


def test_whose_work_can_not_be_ended_at_once_is_out_all_the_same_and_so_are_their_links(
    bob, studio, painter, image, client, monkeypatch
):
    def fail(job):
        raise OperationalError("connection lost")

    join(studio, bob, "editor")
    token = ShareLink.share(image, bob, "picture", None).token
    ask(studio, painter, bob)
    assert client.get(f"/s/{token}/").status_code == 200
    monkeypatch.setattr(Job, "cancel", fail)
    theirs = Membership.objects.select_related("workspace", "user").get(user=bob)
    people.remove(theirs)
    assert not Membership.objects.filter(user=bob).exists()
    assert client.get(f"/s/{token}/").status_code == 404


def test_staff_revoke_a_link_and_do_not_read_its_address(as_alice, as_dora, image):
    url = shared(as_alice, image)
    link = ShareLink.objects.get()
    list_page = "/admin/generation/sharelink/"
    for page in (list_page, f"{list_page}{link.pk}/change/"):
        answer = as_dora.get(page)
        assert answer.status_code == 200
        assert url.split("/")[2] not in answer.content.decode()
    as_dora.post(list_page, {"action": "revoke", "_selected_action": [str(link.pk)]})
    assert seen(url).status_code == 404


def test_the_address_is_told_to_nobody(as_alice, image):
    url = shared(as_alice, image)
    for path in ("", "picture.webp", "original.png"):
        answer = seen(url, path)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == ELSEWHERE
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.django_db(transaction=True)
def test_two_who_share_at_once_make_no_more_links_than_allowed(as_alice, alice, image):
    for _each in range(MOST - 1):
        ShareLink.share(image, alice, "picture", None)
    made = []

    def share():
        try:
            made.append(ShareLink.share(image, alice, "picture", None))
        except TooManyLinks:
            made.append(None)
        connection.close()

    threads = [threading.Thread(target=share) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(link is not None for link in made) == 1
    assert as_alice.post(share_page(image), {"level": "picture", "days": ""}).status_code == 409


def image_file(image):
    from django.core.files.storage import default_storage

    return default_storage.open(image.original)


def test_a_picture_that_is_deleted_for_good_at_the_same_moment_is_not_found(
    as_alice, image, monkeypatch
):
    may_change = found.may_change

    def and_then_it_is_gone(*args):
        Image.objects.filter(pk=image.pk).delete()
        return may_change(*args)

    monkeypatch.setattr(found, "may_change", and_then_it_is_gone)
    answer = as_alice.post(share_page(image), {"level": "picture", "days": "", "password": ""})
    assert answer.status_code == 404
    assert not ShareLink.objects.exists()


class TestWhoeverMayOnlyLookByNow:
    @pytest.fixture
    def his(self, studio, painter, bob, as_bob, as_alice):
        """Bob's picture, with a link of his and one of Alice's; then he may only look."""
        ask(studio, painter, author=bob)
        draw_all()
        image = Image.objects.get()
        shared(as_bob, image)
        shared(as_alice, image)
        studio.memberships.filter(user=bob).update(role="viewer")
        return image

    def test_revokes_their_own_links(self, as_bob, bob, his):
        link = ShareLink.objects.get(author=bob)
        assert share_page(his) in as_bob.get(f"/w/studio/images/{his.pk}/").content.decode()
        page = as_bob.get(share_page(his)).content.decode()
        assert f"{link.pk}/revoke/" in page
        assert "Make a link" not in page
        done = as_bob.post(f"{share_page(his)}{link.pk}/revoke/")
        assert done.url == f"/w/studio/images/{his.pk}/"
        assert seen(f"/s/{link.token}/").status_code == 404
        assert as_bob.get(share_page(his)).status_code == 403
        assert share_page(his) not in as_bob.get(done.url).content.decode()

    def test_and_neither_makes_one_nor_sees_or_revokes_others(self, as_bob, alice, his):
        link = ShareLink.objects.get(author=alice)
        assert link.token not in as_bob.get(share_page(his)).content.decode()
        assert as_bob.post(f"{share_page(his)}{link.pk}/revoke/").status_code == 403
        made = as_bob.post(share_page(his), {"level": "picture", "days": "", "password": ""})
        assert made.status_code == 403
        assert ShareLink.objects.filter(revoked=None).count() == 2

    def test_whoever_is_out_reaches_nothing(self, studio, as_bob, bob, his):
        link = ShareLink.objects.get(author=bob)
        studio.memberships.filter(user=bob).delete()
        assert as_bob.post(f"{share_page(his)}{link.pk}/revoke/").status_code == 404
