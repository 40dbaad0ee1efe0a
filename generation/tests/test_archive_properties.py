"""Whatever is in a workspace: exported, taken in and exported again it is the same."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.tests import hostile
from generation.tests.archives import archive, bring, content, export, part
from generation.tests.pictures_for_tests import as_bytes, picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
NAME = TEXT.filter(lambda text: text.strip())
WORD = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
NUMBER = st.integers(0, 10**6)
FRACTION = st.floats(0, 100, allow_subnormal=False)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def when(tick):
    return (BEGIN + timedelta(seconds=tick, microseconds=tick)).isoformat()


def numbered(rows, first=1):
    """Each with its number, made one after the other."""
    return [
        {"number": number, "created": when(number)} | row for number, row in enumerate(rows, first)
    ]


@st.composite
def workspaces(draw):
    """The rows of one, section by section, in which references lead to what is there."""
    themes = draw(some(name=NAME, base_prompt=NAME))
    styles = draw(some(name=NAME, positive_prompt=TEXT))
    presets = {
        "themes": [each | {"description": "", "is_begun_with": False} for each in themes],
        "styles": [
            each
            | {"negative_prompt": "", "guidance_scale": 3.5, "num_inference_steps": None}
            | {"seed": 7, "model": "", "position": 0}
            for each in styles
        ],
    }
    prompts = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "title": NAME,
                    "prompt": NAME,
                    "negative_prompt": TEXT,
                    "tags": st.lists(WORD, max_size=3, unique=True),
                    "theme": among(themes),
                    "style": among(styles),
                    "width": st.none() | NUMBER,
                    "guidance_scale": st.none() | FRACTION,
                }
            ),
            max_size=2,
        )
    )
    rest = {"model": "", "height": None, "num_inference_steps": None, "seed": None}
    presets["prompts"] = [each | rest for each in prompts]
    lists = draw(st.lists(st.fixed_dictionaries({"name": WORD, "lines": NAME}), max_size=2))
    topics = draw(st.lists(st.fixed_dictionaries({"name": TEXT}), min_size=1, max_size=3))
    topics = [each | {"last_used": when(5)} for each in topics]
    asked = draw(st.lists(requests(len(topics), themes), min_size=1, max_size=3))
    return presets | {"lists": lists, "topics": topics, "requests": asked}


def some(**parts):
    return st.lists(st.fixed_dictionaries(parts), max_size=2)


def among(rows):
    return st.sampled_from([None, *range(1, len(rows) + 1)])


@st.composite
def requests(draw, topics, themes):
    images = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "alt": TEXT,
                    "rating": st.integers(0, 5),
                    "starred": st.booleans(),
                    "tags": st.lists(WORD, max_size=3, unique=True).map(sorted),
                    "draw_seconds": FRACTION,
                    "remark": TEXT,
                }
            ),
            min_size=1,
            max_size=2,
        )
    )
    template = draw(
        st.none()
        | st.fixed_dictionaries(
            {"prompt": TEXT, "style": st.fixed_dictionaries({"name": NAME})},
            optional={
                "theme": st.fixed_dictionaries(
                    {"name": NAME, "id": among(themes).map(lambda at: f"archive:themes/{at}")}
                )
            },
        )
    )
    return {
        "topic": draw(st.integers(1, topics)),
        "prompt": draw(TEXT),
        "seed": draw(NUMBER),
        "corrections": draw(st.lists(TEXT, max_size=2)),
        "template": template,
        "role": draw(st.sampled_from([None, "source", "mask", "reference"])),
        "pictures": images,
    }


def whole(known):
    """The archive of these rows; each picture has pixels of its own."""
    files, shown, number = {}, {}, 0
    asked = []
    for place, each in enumerate(known["requests"]):
        row = copy.deepcopy(hostile.REQUEST) | {name: each[name] for name in each if name != "role"}
        # From the first picture of the request before.
        before = asked[-1]["pictures"][0]["number"] if asked else None
        used = {"role": each["role"], "position": 0, "picture": before, "upload": None}
        row["inputs"] = [used] if each["role"] else []
        row["verifies"] = before if place == 2 else None
        images = []
        for index, image in enumerate(each["pictures"]):
            number += 1
            name = f"pictures/{number:06d}.png"
            shown[name] = as_bytes(picture(40 + number, 32))
            facts = {"number": number, "file": name, "index": index, "created": when(number)}
            images.append(copy.deepcopy(hostile.PICTURE) | image | facts | {"cover_of": None})
        row["pictures"] = images
        asked.append(row)
    for section, rows in known.items():
        rows = numbered(asked if section == "requests" else rows)
        if rows:
            files[f"{section}/0001.json"] = part(section, *rows)
    return archive(files | shown)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(known=workspaces())
def test_a_workspace_comes_out_as_it_went_in(known, alice, bob, painter, tmp_path):
    (tmp_path / "a").write_bytes(whole(known))
    first = bring(tmp_path / "a", alice)
    one = content(export(first, tmp_path / "b"))
    second = bring(tmp_path / "b", bob)
    assert content(export(second, tmp_path / "c")) == one
    # It was not empty, either.
    assert [row["prompt"] for row in one["requests"]] == [
        row["prompt"] for row in known["requests"]
    ]
    assert [row["name"] for row in one["topics"]] == [row["name"] for row in known["topics"]]
    tags = [[image["tags"] for image in row["pictures"]] for row in one["requests"]]
    assert tags == [[image["tags"] for image in row["pictures"]] for row in known["requests"]]
    first.delete_with_everything()
    second.delete_with_everything()
