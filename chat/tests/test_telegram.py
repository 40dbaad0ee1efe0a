"""The bot: linked by a code, it draws what is written, shows how it gets on, and keeps to its
owner's things."""

import json
from uuid import uuid4

import pytest

from accounts.models import Notice
from billing.models import Account
from chat.models import TelegramCode, TelegramLink, TelegramUpdate, TelegramWatch
from chat.telegram import saying
from chat.telegram.presses import of_images
from chat.telegram.said import Said
from chat.tests.telegram import linked, settle
from generation.models import Batch, Image, Input, Job
from generation.tests.engine import claim, draw_all
from generation.tests.pictures_for_tests import as_bytes, picture
from workspaces.models import Membership, SavedPrompt, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


@pytest.fixture
def able(painter):
    """A painter that does everything."""
    painter.contract_data |= {"modes": ["text", "image", "variation", "upscale"]}
    painter.family = "sdxl"
    painter.save()
    return painter


def drawn(person, words="/image a red house"):
    """A finished picture, asked for in the chat, and shown there."""
    person.write(words)
    settle()
    draw_all()
    settle()
    return Image.objects.latest("id")


class TestLinking:
    def test_a_stranger_is_told_where_to_link(self, telegram):
        eve = telegram.person(66, "eve")
        for words in ("/start", "hello", "/image a cat", "/prompts"):
            eve.write(words)
        settle()
        assert len(eve.texts) == 4
        assert all("/account/telegram/" in text for text in eve.texts)
        assert not Batch.objects.exists()

    def test_the_code_links_once(self, telegram, alice, bob, studio):
        code = TelegramCode.objects.issue(alice)
        ann, eve = telegram.person(42, "ann"), telegram.person(66, "eve")
        ann.write(f"/start {code}")
        eve.write(f"/start {code}")
        settle()
        assert "alice" in ann.texts[-1]
        assert "/image" in ann.texts[-1]
        assert "not good" in eve.texts[-1]
        link = TelegramLink.objects.get()
        assert (link.user, link.telegram_id, link.name) == (alice, 42, "@ann")
        assert "@ann" in Notice.objects.get(user=alice).text

    def test_the_code_is_soon_over(self, telegram, alice, monkeypatch):
        from chat.models import telegram_code

        monkeypatch.setattr(telegram_code, "MINUTES", -1)
        ann = telegram.person(42, "ann")
        ann.write(f"/start {TelegramCode.objects.issue(alice)}")
        settle()
        assert "not good" in ann.texts[-1]
        assert not TelegramLink.objects.exists()

    def test_only_the_newest_code_is_good(self, telegram, alice):
        first, second = TelegramCode.objects.issue(alice), TelegramCode.objects.issue(alice)
        assert TelegramCode.objects.redeem(first) is None
        assert TelegramCode.objects.redeem(second) == alice

    def test_one_account_is_one_persons(self, telegram, ann, alice, bob):
        code = TelegramCode.objects.issue(bob)
        ann.write(f"/start {code}")
        settle()
        assert "linked already" in ann.texts[-1]
        assert TelegramLink.objects.get().user == alice
        other = telegram.person(43, "other")
        other.write(f"/start {TelegramCode.objects.issue(alice)}")
        settle()
        assert "another Telegram account" in other.texts[-1]
        assert TelegramCode.objects.redeem(code) == bob  # it was not used up

    def test_guessing_ends_soon(self, telegram, alice):
        eve = telegram.person(66, "eve")
        for number in range(12):
            eve.write(f"/start guess-{number}")
        settle()
        assert "often" in eve.texts[-1]
        eve.write(f"/start {TelegramCode.objects.issue(alice)}")
        settle()
        assert not TelegramLink.objects.exists()

    def test_stop_ends_it(self, ann, alice):
        ann.write("/stop")
        ann.write("/image a cat")
        settle()
        assert not TelegramLink.objects.exists()
        assert not Batch.objects.exists()
        assert "/account/telegram/" in ann.texts[-1]

    def test_a_closed_account_is_a_strangers(self, ann, alice):
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
        ann.write("/image a cat")
        settle()
        assert "/account/telegram/" in ann.texts[-1]

    def test_groups_are_told_once(self, telegram, ann):
        group = {"id": -77, "type": "group", "title": "Friends"}
        for words in ("/image a cat", "/help", "just talk"):
            message = telegram.message(group, ann.user, text=words)
            telegram.tell(message=message)
        settle()
        said = [each["text"] for each in telegram.chats[-77] if each["from"]["is_bot"]]
        assert said == ["I work in private chats only. Write to me there."]
        assert not Batch.objects.exists()


class TestPictures:
    def test_it_draws(self, telegram, ann, alice, studio, painter):
        ann.write("/image a red house")
        settle()
        assert "“a red house”" in ann.texts[-1]
        assert "In queue" in ann.texts[-1]
        job = Job.objects.get()
        assert (job.batch.author, job.batch.workspace, job.batch.count) == (alice, studio, 1)
        assert job.batch.door == "telegram"
        draw_all()
        settle()
        assert ann.messages[1]["text"].endswith("Done\nhttp://localhost:8000" + _studio(job))
        photo = ann.photos[0]
        assert f"Seed {job.seed} · Painter · 1 unit" in photo["caption"]
        assert f"/images/{Image.objects.get().pk}/" in photo["caption"]
        assert Account.objects.of(alice).left == Account.objects.of(alice).plan.daily_units - 1
        settle()
        assert len(ann.photos) == 1

    def test_it_tells_how_it_gets_on_and_no_sooner_than_it_may(
        self, telegram, ann, studio, painter
    ):
        ann.write("/image a red house")
        settle(3)
        edits = len(telegram.edits)
        (job,) = claim()
        job.start_drawing()
        job.note_step(2)
        settle()
        assert "Drawing: step 2 of 4" in ann.texts[-1]
        assert len(telegram.edits) == edits + 1
        settle()
        assert len(telegram.edits) == edits + 1  # the same is not said again

    def test_who_has_no_units_left_is_told(self, ann, alice, studio, painter):
        account = Account.objects.of(alice)
        type(account).objects.filter(pk=account.pk).update(spent=account.plan.daily_units)
        ann.write("/image a red house")
        settle()
        assert not Batch.objects.exists()
        assert "units" in ann.texts[-1]

    def test_told_twice_it_is_drawn_once(self, telegram, ann, studio, painter):
        telegram.duplicates = True
        ann.write("/image a red house")
        settle()
        assert Batch.objects.count() == 1
        update = TelegramUpdate.objects.latest("number")
        TelegramUpdate.objects.filter(pk=update.pk).update(
            state="waiting", payload=_again(ann, update.number)
        )
        settle()  # worked on again, as after a crash
        assert Batch.objects.count() == 1
        assert TelegramWatch.objects.count() == 1

    def test_control_without_its_key_it_is_drawn_twice(
        self, telegram, ann, studio, painter, monkeypatch
    ):
        """So the test above is able to fail."""
        monkeypatch.setattr(Said, "key", property(lambda said: f"telegram-{uuid4()}"))
        with pytest.raises(AssertionError):
            self.test_told_twice_it_is_drawn_once(telegram, ann, studio, painter)
        assert Batch.objects.count() == 2

    def test_a_photo_with_a_caption_is_drawn_anew(self, ann, alice, studio, painter, able):
        ann.send_photo(as_bytes(picture(), "JPEG"), "as a watercolour")
        settle()
        batch = Batch.objects.get()
        assert (batch.mode, batch.prompt) == ("image", "as a watercolour")
        source = Input.objects.get(batch=batch).upload
        assert (source.author, source.workspace, source.width) == (alice, studio, 48)

    def test_by_a_model_that_can(self, ann, studio, painter):
        ann.send_photo(as_bytes(picture(), "JPEG"), "as a watercolour")
        settle()
        assert "No model" in ann.texts[-1]
        assert not Batch.objects.exists()

    def test_a_picture_as_a_file_too(self, ann, studio, able):
        ann.send_file(as_bytes(picture()), "house.png", "image/png", "at night")
        settle()
        assert Batch.objects.get().mode == "image"

    def test_what_is_no_picture_is_refused(self, ann, studio, able):
        ann.send_file(b"not one", "house.png", "image/png", "at night")
        settle()
        assert not Batch.objects.exists()
        assert "picture" in ann.texts[-1]

    def test_one_too_large_to_fetch(self, telegram, ann, studio, able):
        ann.send_file(b"x" * (21 * 1024 * 1024), "house.png", "image/png", "at night")
        settle()
        assert "20 MB" in ann.texts[-1]
        assert not telegram.calls("getFile")

    def test_without_words_it_asks_for_them(self, ann, studio, able):
        ann.send_photo(as_bytes(picture(), "JPEG"))
        settle()
        assert "caption" in ann.texts[-1]

    def test_an_answer_to_a_picture_means_it(self, ann, studio, able):
        drawn(ann)
        ann.write("/image at night", reply_to_message=ann.photos[0])
        settle()
        assert Batch.objects.latest("id").mode == "image"

    def test_the_original_comes_as_a_file(self, telegram, ann, studio, painter):
        image = drawn(ann)
        ann.press("Original")
        settle()
        (document,) = ann.documents
        content = telegram.files[document["document"]["file_id"]][1]
        assert len(content) == image.bytes
        assert document["document"]["file_name"].endswith(".png")


class TestButtons:
    def test_again_has_another_seed(self, ann, studio, painter):
        first = drawn(ann)
        ann.press("Again")
        settle()
        again = Batch.objects.latest("id")
        assert again.prompt == "a red house"
        assert again.seed != first.job.batch.seed

    def test_vary_and_upscale(self, ann, studio, able):
        image = drawn(ann)
        for button, mode in (("Vary", "variation"), ("Upscale", "upscale")):
            ann.press(button, ann.photos[0])
            settle()
            batch = Batch.objects.latest("id")
            assert (batch.mode, Input.objects.get(batch=batch).image) == (mode, image)

    def test_where_no_details_are_added_it_says_enlarge(self, ann, studio, able):
        image = drawn(ann)
        small = {"default": 128, "min": 64, "max": 512}
        able.contract_data |= {"width": small, "height": small}
        able.provider = able.Provider.DIFFUSERS
        able.save()
        rows = of_images.buttons(Image.objects.get(pk=image.pk))
        texts = [button.text for row in rows for button in row]
        assert "Enlarge" in texts
        assert "Upscale" not in texts

    def test_what_the_model_can_not_is_not_offered(self, ann, studio, painter):
        drawn(ann)
        texts = [
            key["text"] for row in ann.photos[0]["reply_markup"]["inline_keyboard"] for key in row
        ]
        assert "Again" in texts
        assert not {"Vary", "Upscale"} & set(texts)

    def test_save_keeps_it_in_the_library(self, telegram, ann, alice, studio, painter):
        image = drawn(ann)
        ann.press("Save prompt")
        settle()
        saved = SavedPrompt.objects.get()
        assert (saved.prompt, saved.seed, saved.workspace) == (
            "a red house",
            image.job.seed,
            studio,
        )
        ann.press("Save prompt")
        settle()
        assert SavedPrompt.objects.count() == 1
        assert "already" in telegram.answered[-1][1]

    def test_cancel(self, ann, studio, painter):
        ann.write("/image a red house")
        settle()
        ann.press("Cancel")
        settle()
        assert Job.objects.get().state == "cancelled"
        assert "Cancelled" in ann.texts[-1]

    def test_every_press_is_answered(self, telegram, ann, studio, painter):
        drawn(ann)
        message = ann.photos[0]
        for data in ("nonsense", "again:xyz", "up:" + "0" * 32, "draw:" + "0" * 32, "", "ws:1"):
            ann.press_data(data or "x", message)
        settle()
        assert telegram.presses == {press for press, _text in telegram.answered}
        assert Batch.objects.count() == 1

    def test_in_anothers_hands_they_lead_to_nothing(self, telegram, ann, charlie, studio, painter):
        """Forged: the ids are Alice's, who presses is somebody else."""
        image = drawn(ann)
        eve = linked(telegram, charlie, 66)
        message = telegram.message(eve.chat, {**ann.user, "is_bot": True}, text="forged")
        batch = image.job.batch
        for verb in ("again", "vary", "up", "keep", "file"):
            eve.press_data(f"{verb}:{image.pk.hex}", message)
        eve.press_data(f"stop:{batch.pk.hex}", message)
        eve.press_data(f"ws:{studio.pk.hex}", message)
        eve.write("/save")
        settle()
        assert Batch.objects.count() == 1
        assert not eve.documents
        assert not SavedPrompt.objects.exists()
        assert TelegramLink.objects.of(charlie).workspace is None
        assert eve.texts.count("That is not there any more.") == 7

    def test_who_only_looks_draws_nothing_there(self, telegram, ann, charlie, studio, painter):
        image = drawn(ann)
        Membership.objects.create(workspace=studio, user=charlie, role="viewer")
        eve = linked(telegram, charlie, 66)
        message = telegram.message(eve.chat, {**ann.user, "is_bot": True}, text="forged")
        eve.press_data(f"again:{image.pk.hex}", message)
        settle()
        assert Batch.objects.count() == 1
        assert "look at this workspace" in eve.texts[-1]
        eve.press_data(f"keep:{image.pk.hex}", message)
        settle()
        assert SavedPrompt.objects.get().scope == "personal"


class TestEnhancing:
    def test_the_better_prompt_has_a_button_that_draws_it(self, ann, studio, painter):
        ann.write("/enhance a red house")
        settle()
        better = ann.texts[-1].split("\n\n")[0]
        assert better.startswith("a red house, ")
        assert "•" in ann.texts[-1]  # and says why
        ann.press("Draw it")
        settle()
        assert Batch.objects.get().prompt == better

    def test_that_of_a_picture(self, ann, studio, painter):
        drawn(ann)
        ann.press("Enhance", ann.photos[0])
        settle()
        ann.press("Save it")
        settle()
        assert SavedPrompt.objects.get().prompt.startswith("a red house, ")

    def test_the_current_prompt(self, ann, studio, painter):
        ann.write("/enhance")
        ann.write("/image a red house")
        ann.write("/enhance")
        settle()
        assert "/enhance a red house" in ann.texts[1]
        assert any(text.startswith("a red house, ") for text in ann.texts)


class TestLibrary:
    def test_save_and_prompts(self, ann, alice, studio, painter):
        ann.write("/save a blue house by the sea")
        settle()
        assert "is saved" in ann.texts[-1]
        ann.write("/prompts")
        settle()
        assert "a blue house by the sea" in ann.texts[-1]
        ann.press("1")
        settle()
        assert Batch.objects.get().prompt == "a blue house by the sea"

    def test_nothing_to_save(self, ann, studio, painter):
        ann.write("/save")
        ann.write("/prompts")
        settle()
        assert "no prompt yet" in ann.texts[-2]
        assert "no saved prompt" in ann.texts[-1]

    def test_a_saved_prompt_is_drawn_with_what_is_kept_with_it(self, ann, alice, studio, painter):
        SavedPrompt.objects.create(
            owner=alice,
            scope="personal",
            title="House",
            prompt="a house",
            model="painter",
            width=96,
            height=64,
            num_inference_steps=7,
            seed=11,
        )
        ann.write("/prompts")
        settle()
        ann.press("1")
        settle()
        batch = Batch.objects.get()
        assert (batch.width, batch.num_inference_steps, batch.seed) == (96, 7, 11)

    def test_others_prompts_are_not_there(self, telegram, ann, charlie, alice, studio, painter):
        row = SavedPrompt.objects.create(
            owner=charlie, scope="personal", title="Secret", prompt="a secret"
        )
        ann.write("/prompts")
        settle()
        assert "secret" not in ann.texts[-1].lower()
        ann.press_data(f"saved:{row.pk.hex}", ann.messages[-1])
        settle()
        assert not Batch.objects.exists()

    def test_many_come_in_pages(self, ann, alice, studio, painter):
        for number in range(10):
            SavedPrompt.objects.create(
                owner=alice, scope="personal", title=f"House {number}", prompt=f"house {number}"
            )
        ann.write("/prompts")
        settle()
        assert "House 9" in ann.texts[-1]
        assert "House 1\n" not in ann.texts[-1] + "\n"
        ann.press("Older ones")
        settle()
        assert "House 1" in ann.texts[-1]


class TestWhereItWorks:
    def test_the_workspace_is_chosen(self, ann, alice, studio, painter):
        other = Workspace.found(alice, "Other")
        ann.write("/workspace")
        settle()
        ann.press("Studio")
        settle()
        assert "“Studio”" in ann.texts[-1]
        other.note_use(alice)
        ann.write("/image a red house")
        settle()
        assert Batch.objects.get().workspace == studio

    def test_who_was_put_out_of_it_works_at_home(self, telegram, bob, alice, studio, painter):
        person = linked(telegram, bob, 43)
        TelegramLink.objects.of(bob).choose(workspace=studio)
        Membership.objects.filter(workspace=studio, user=bob).delete()
        person.write("/image a red house")
        settle()
        assert Batch.objects.get().workspace != studio

    def test_it_speaks_their_language(self, telegram, bob, studio, painter):
        from accounts.models import Preference

        Preference.objects.remember(bob, {"language": "de"})
        person = linked(telegram, bob, 43)
        person.write("/image ein rotes Haus")
        settle()
        assert "Abbrechen" in json.dumps(person.messages[-1]["reply_markup"])


class TestTexts:
    def test_long_ones_come_in_parts(self):
        text = "\n".join(f"line {number} " + "x" * 80 for number in range(120))
        parts = saying.split(text)
        assert len(parts) > 1
        assert all(len(part) <= 4096 for part in parts)
        assert "".join(parts).replace("\n", "") == text.replace("\n", "")

    @pytest.mark.parametrize("end", [".", "?", "!”", ".)"])
    def test_a_long_paragraph_is_cut_behind_a_sentence(self, end):
        sentence = "It was a red house with a bird on its roof" + end
        parts = saying.split(" ".join([sentence] * 200))
        assert len(parts) > 1
        assert all(len(part) <= 4096 and part.endswith(end) for part in parts)
        assert " ".join(parts) == " ".join([sentence] * 200)

    def test_without_an_end_it_is_cut_between_words(self):
        assert {part[-4:] for part in saying.split("word " * 2000)} == {"word"}

    def test_what_has_no_gap_is_cut(self):
        assert [len(part) for part in saying.split("x" * 9000)] == [4096, 4096, 808]


def _studio(job):
    return f"/w/{job.batch.workspace.slug}/?batch={job.batch_id}"


def _again(ann, number):
    message = next(
        each for each in reversed(ann.server.chats[ann.id]) if not each["from"]["is_bot"]
    )
    return {"update_id": number, "message": message}
