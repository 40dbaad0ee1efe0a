"""What somebody types for an axis, or pastes as a list, becomes values or a sentence."""

import pytest

from generation.experiments import rows
from generation.experiments.values import numbers
from pixazo.texts.formulas import harmless


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4, 8, 12", [4, 8, 12]),
        ("4-12 step 2", [4, 6, 8, 10, 12]),
        ("1 to 3", [1, 2, 3]),
        ("12-4 step 4", [12, 8, 4]),
        ("0.2-0.6 step 0.1", [0.2, 0.3, 0.4, 0.5, 0.6]),
        ("-1--0.5 step 0.25", [-1, -0.75, -0.5]),
        ("-1..1", [-1, 0, 1]),
        ("4; 4\n5, 4-6", [4, 5, 6]),
        ("1-10 step 4", [1, 5, 9]),
        (" , ", []),
    ],
)
def test_lists_and_ranges(text, found):
    assert numbers(text, "Steps") == found


@pytest.mark.parametrize(
    "text", ["four", "4-", "1-9 step 0", "1-9 step -1", "1e9", "1-1000000", "9" * 13, "1_0", "٣"]
)
def test_what_is_no_number_is_said(text):
    with pytest.raises(ValueError, match="Steps"):
        numbers(text, "Steps")


def test_an_axis_has_an_end():
    with pytest.raises(ValueError, match="up to 50"):
        numbers(", ".join(map(str, range(51))), "Steps")


def test_lines_are_prompts_with_their_numbers():
    read = rows.read("a house\n\n  a boat, at night \r\na tree")
    assert [(row.line, row.sets) for row in read.rows] == [
        (1, {"prompt": "a house"}),
        (3, {"prompt": "a boat, at night"}),
        (4, {"prompt": "a tree"}),
    ]


def test_a_table_names_its_columns():
    read = rows.read(
        '\ufeffPrompt,Steps,CFG scale,size,mood\n"a house, red",4,7.5,64x96,calm\na boat,,,,\n'
    )
    assert [row.sets for row in read.rows] == [
        {
            "prompt": "a house, red",
            "num_inference_steps": "4",
            "guidance_scale": "7.5",
            "width": "64",
            "height": "96",
        },
        {"prompt": "a boat"},
    ]
    assert read.remarks == ["The column “mood” is not known and was not used."]


@pytest.mark.parametrize(
    "prompt", ["=red", "-40 degrees", "@night", "'=quoted", "''+twice", "'plain'"]
)
def test_what_a_table_made_no_formula_is_read_as_it_was(prompt):
    cell = harmless(prompt)
    assert rows.read(f"prompt,seed\n{cell},7").rows[0].sets == {"prompt": prompt, "seed": "7"}
    assert rows.read(f"{cell}\na boat").rows[0].sets == {"prompt": prompt}


def test_semicolons_and_tabs_separate_as_well():
    assert rows.read("seed;prompt\n7;a house, red").rows[0].sets == {
        "seed": "7",
        "prompt": "a house, red",
    }
    assert rows.read("prompt\tseed\na house\t7").rows[0].sets["seed"] == "7"


def test_bad_rows_are_told_by_their_lines():
    text = 'prompt,size\na house,64x64\n,64x64\n"a\nboat",64\na,b,c,d\na tree,64x64\n"open,64x64\n'
    read = rows.read(text)
    assert [(row.line, bool(row.error)) for row in read.rows] == [
        (2, False),
        (3, True),
        (4, True),
        (6, True),
        (7, False),
        (8, True),
    ]
    assert "no prompt" in read.rows[1].error
    assert "no size" in read.rows[2].error
    assert "4 cells" in read.rows[3].error
    assert "quotation marks" in read.rows[5].error


def test_what_is_no_text_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        rows.read("a\0b")
    with pytest.raises(ValueError, match="characters"):
        rows.read("a" * (rows.LONGEST + 1))
