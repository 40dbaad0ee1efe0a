"""A workspace as one file, and back: what comes along, what does not, and that it costs nothing."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from billing.models import Account, Hold
from generation import collector
from generation.invariants import violations
from generation.models import Image, ImageTag, Input, Job, PictureComment
from generation.storage import UPLOADS, stored_keys
from generation.tests import hostile
from generation.tests.archives import archive, bring, content, export, look, members
from generation.tests.engine import ask, draw_all
from generation.tests.experiments import begun
from generation.tests.pictures_for_tests import bring as upload
from generation.tests.pictures_for_tests import picture
from pixazo.tests.desk import ROOT
from pixazo.tests.processes import environment
from workspaces.models import SavedPrompt, Scope, Style, Theme, Topic, WordList, Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def furnished(studio, alice, editor):
    """A workspace with something of everything."""
    place = {"scope": Scope.WORKSPACE, "workspace": studio, "owner": alice}
    theme = Theme.objects.create(name="Dusk", base_prompt="soft evening light", **place)
    style = Style.objects.create(name="Ink", positive_prompt="{prompt}, ink", seed=3, **place)
    SavedPrompt.objects.create(
        title="Fox", prompt="a fox", tags=["animal"], theme=theme, style=style, **place
    )
    WordList.objects.create(name="colour", lines="red\nblue", **place)
    Workspace.objects.filter(pk=studio.pk).update(theme=theme)
    other = Topic.objects.create(workspace=studio, name="Harbour", author=alice)
    brought = upload(studio, picture())
    ask(studio, editor, prompt="a red house", count=2)
    draw_all()
    image = Image.objects.order_by("id").first()
    Image.objects.filter(pk=image.pk).update(rating=4, starred=True, alt="A house")
    ImageTag.objects.create(image=image, name="night")
    Topic.objects.filter(pk=other.pk).update(cover=image.pk)
    inputs = [Input(role="source", image=image)]
    ask(studio, editor, topic=other, mode="image", strength=0.5, pictures=inputs, prompt="a boat")
    ask(
        studio,
        editor,
        mode="image",
        strength=0.5,
        pictures=[Input(role="source", upload=brought)],
        prompt="a cat",
    )
    begun(studio, ("seed", "1, 2"))
    draw_all()
    studio.refresh_from_db()
    return studio


def test_what_comes_in_is_what_went_out(furnished, bob, tmp_path):
    first = export(furnished, tmp_path / "one.tar.gz")
    came = bring(first, bob)
    second = export(came, tmp_path / "two.tar.gz")
    assert content(first) == content(second)
    assert (came.name, came.owner) == ("Studio", bob)


def test_its_pictures_cost_nothing_and_nobody_draws_them(furnished, bob, tmp_path):
    holds = Hold.objects.count()
    came = bring(export(furnished, tmp_path / "a.tar.gz"), bob)
    jobs = Job.objects.filter(batch__workspace=came)
    assert set(jobs.values_list("state", "units")) == {(Job.State.SUCCEEDED, 0)}
    assert Hold.objects.count() == holds
    assert violations(idle=True) == []


def test_pictures_bear_their_recipe_their_marks_and_their_family(furnished, bob, tmp_path):
    came = bring(export(furnished, tmp_path / "a.tar.gz"), bob)
    before = Image.objects.filter(workspace=furnished).order_by("id")
    after = Image.objects.filter(workspace=came).order_by("id")
    for one, other in zip(before, after, strict=True):
        assert one.pk != other.pk
        assert (one.recipe_hash, one.sha256) == (other.recipe_hash, other.sha256)
        assert (one.created, one.rating, one.starred) == (
            other.created,
            other.rating,
            other.starred,
        )
        with default_storage.open(one.original) as a, default_storage.open(other.original) as b:
            assert a.read() == b.read()
    assert [tag.name for tag in after[0].tags.all()] == ["night"]
    child = Input.objects.get(batch__workspace=came, image__isnull=False)
    assert child.image == after[0]
    assert came.topics.get(name="Harbour").cover == after[0].pk


def test_pictures_that_came_are_not_vouched_for_and_take_up_room(furnished, bob, tmp_path):
    came = bring(export(furnished, tmp_path / "a.tar.gz"), bob)
    assert set(Image.objects.filter(workspace=came).values_list("is_brought", flat=True)) == {True}
    images, uploads = Image.objects.filter(workspace=came), came.uploads.all()
    files = [key for each in [*images, *uploads] for key in each.keys]
    stored = Account.objects.get(user=bob).stored
    assert stored == sum(default_storage.size(key) for key in files) > 0


def test_comments_come_along_and_name_nobody(furnished, bob, tmp_path):
    image = furnished.images.order_by("id").first()
    there = {"workspace": furnished, "image": image}
    head = PictureComment.objects.create(
        author=furnished.owner, text="More sky?", resolved=now(), **there
    )
    PictureComment.objects.create(author=bob, text="@alice yes", parent=head, **there)
    path = export(furnished, tmp_path / "a")
    came = bring(path, bob)
    assert content(export(came, tmp_path / "b")) == content(path)
    first, answer = PictureComment.objects.filter(workspace=came).order_by("id")
    assert (first.author, first.text, first.created) == (bob, "More sky?", head.created)
    assert (answer.author, answer.parent, answer.image) == (None, first, first.image)


def test_what_is_in_the_trash_stays(furnished, bob, tmp_path):
    Image.objects.filter(workspace=furnished).order_by("id").first().trash()
    Style.objects.get(name="Ink").trash()
    path = export(furnished, tmp_path / "a.tar.gz")
    assert not [name for name in members(path) if name.startswith("styles/")]
    came = bring(path, bob)
    assert came.images.count() == furnished.images.count() - 1


def test_people_read_it_without_us(furnished, tmp_path):
    path = export(furnished, tmp_path / "a.tar.gz")
    subprocess.run(["tar", "-xzf", path, "-C", tmp_path], check=True)
    assert "Pixazo" in (tmp_path / "readme.txt").read_text()
    (style,) = json.loads((tmp_path / "styles/0001.json").read_text())["rows"]
    assert style["name"] == "Ink"
    shown = sorted(each.name for each in (tmp_path / "pictures").iterdir())
    assert shown[0] == "000001-a-house.png"
    listed = json.loads((tmp_path / "manifest.json").read_text())["members"]
    lines = "".join(f"{each['sha256']}  {each['name']}\n" for each in listed)
    subprocess.run(["sha256sum", "-c", "--quiet"], input=lines.encode(), cwd=tmp_path, check=True)


def test_nobodys_ids_are_in_it(furnished, tmp_path):
    text = b"".join(
        raw
        for name, raw in members(export(furnished, tmp_path / "a")).items()
        if name.endswith(".json")
    ).decode()
    for row in (furnished, furnished.owner, *furnished.images.all(), *furnished.batches.all()):
        assert str(row.pk) not in text


def test_a_picture_that_vanishes_meanwhile_is_said_to_be_missing(furnished, bob, tmp_path):
    image = furnished.images.order_by("id").first()
    default_storage.delete(image.original)
    path = export(furnished, tmp_path / "a")
    assert len(json.loads(members(path)["manifest.json"])["missing"]) == 1
    came = bring(path, bob)
    assert came.images.count() == furnished.images.count() - 1


def test_a_second_time_brings_nothing(furnished, alice, tmp_path):
    path = export(furnished, tmp_path / "a")
    before = content(path)
    found = look(path, alice, furnished)
    assert {new for new, _same, _otherwise in found.values()} == {0}
    assert {otherwise for _new, _same, otherwise in found.values()} == {0}
    files = set(stored_keys())
    bring(path, alice, furnished)
    assert content(export(furnished, tmp_path / "b")) == before
    assert set(stored_keys()) == files


@pytest.mark.parametrize(
    ("policy", "styles", "rating", "images"),
    [
        ("skip", {"Ink": "other"}, 1, 0),
        ("replace", {"Ink": "{prompt}, ink"}, 4, 0),
        ("copy", {"Ink": "other", "Ink (2)": "{prompt}, ink"}, 1, 1),
    ],
)
def test_what_is_there_otherwise_is_as_was_chosen(
    furnished, alice, tmp_path, policy, styles, rating, images
):
    path = export(furnished, tmp_path / "a")
    Style.objects.filter(name="Ink").update(positive_prompt="other")
    image = furnished.images.order_by("id").first()
    Image.objects.filter(pk=image.pk).update(rating=1)
    before = furnished.images.count()
    found = look(path, alice, furnished)
    assert (found["Styles"], found["Pictures"][2]) == ((0, 0, 1), 1)
    bring(path, alice, furnished, policy)
    assert dict(furnished.styles.values_list("name", "positive_prompt")) == styles
    image.refresh_from_db()
    assert image.rating == rating
    assert furnished.images.count() == before + images


def test_a_model_that_is_not_here_is_remembered_by_its_name(furnished, bob, tmp_path, painter):
    path = export(furnished, tmp_path / "a")
    type(painter).objects.filter(pk=painter.pk).update(slug="elsewhere")
    came = bring(path, bob)
    batch = came.batches.first()
    assert (batch.model.is_active, batch.model.name) == (False, "Made elsewhere")
    assert batch.jobs.first().image.model_name == "Painter"
    assert content(export(came, tmp_path / "b")) == content(path)


def test_commands_write_and_read_it(furnished, bob, tmp_path, capsys):
    path = tmp_path / "a.tar.gz"
    call_command("export_workspace", str(furnished.pk), str(path))
    call_command("import_workspace", str(path), owner=bob.email, dry_run=True)
    assert bob.workspaces.count() == 0
    call_command("import_workspace", str(path), owner=bob.email)
    came = Workspace.objects.get(pk=capsys.readouterr().out.split()[-1])
    assert came.owner == bob
    other = tmp_path / "b.tar.gz"
    call_command("export_workspace", f"{furnished.owner.username}/{furnished.slug}", str(other))
    assert content(other) == content(path)


def test_commands_refuse_with_a_sentence(furnished, bob, tmp_path):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(CommandError, match="damaged"):
        call_command("import_workspace", str(path), owner=bob.email)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("import_workspace", str(path), owner="nobody@example.org")
    with pytest.raises(CommandError, match="owns no workspace"):
        call_command("import_workspace", str(path), owner=bob.email, into=str(furnished.pk))
    for name in (str(bob.pk), f"{bob.username}/{furnished.slug}", "studio"):
        with pytest.raises(CommandError, match="no workspace"):
            call_command("export_workspace", name, str(path))


def test_the_same_name_becomes_another_one(furnished, alice, tmp_path):
    assert bring(export(furnished, tmp_path / "a"), alice).name == "Studio (2)"


def test_nothing_is_left_where_the_rows_fail(furnished, bob, tmp_path, monkeypatch):
    path = export(furnished, tmp_path / "a")
    files = set(stored_keys()) | set(stored_keys(UPLOADS))

    def fail(*args):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("generation.archive.writing.Brought.write", fail)
    with pytest.raises(RuntimeError):
        bring(path, bob)
    assert bob.workspaces.count() == 0
    assert set(stored_keys()) | set(stored_keys(UPLOADS)) == files


@pytest.mark.crash
@pytest.mark.parametrize("point", ["archive.file", "archive.rows"])
def test_an_import_that_is_killed_leaves_no_rows_and_its_files_are_collected(
    studio, alice, tmp_path, point
):
    (tmp_path / "a").write_bytes(archive(hostile.sound()))
    files = set(stored_keys())
    command = [sys.executable, "manage.py", "import_workspace", str(tmp_path / "a")]
    env = environment(PIXAZO_FAULT=f"{point}:kill")
    died = subprocess.run([*command, "--owner", alice.email], cwd=ROOT, env=env, check=False)
    assert died.returncode == -signal.SIGKILL
    assert list(Workspace.objects.all()) == [studio]
    assert not Image.objects.exists()
    left = set(stored_keys()) - files
    assert left
    collector.remove_orphans(now() + timedelta(minutes=1))
    assert set(stored_keys()) == files
    # And nothing stands in the way of a second try.
    subprocess.run([*command, "--owner", alice.email], cwd=ROOT, env=environment(), check=True)
    assert Image.objects.count() == 1
