"""What a language model writes is shown, and does nothing."""

import pytest

from chat.markdown import prompt_in, rendered, without_marks


def test_it_shows_what_people_use():
    shown = rendered("**Warm** light, ~~cold~~:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    for part in ("<strong>Warm</strong>", "<s>cold</s>", "<li>one</li>", "<td>2</td>"):
        assert part in shown


def test_headings_are_below_that_of_the_window():
    assert "<h3>Light</h3>" in rendered("# Light")
    assert "<h6>Light</h6>" in rendered("###### Light")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/who-reads.png)",
        '[x](https://a.example/"onmouseover="alert(1))',
        "<https://a.example/'\"><script>alert(1)</script>>",
        "```\n</pre><script>alert(1)</script>\n```",
        '<p style="position:fixed">over all</p>',
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_nothing_of_it_runs_or_is_fetched(text):
    shown = rendered(text)
    for tag in ("<script", "<img", "<style", "<iframe"):
        assert tag not in shown
    for part in ('href="javascript', 'href="data', '"onmouseover="', " onerror=alert(1)>"):
        assert part not in shown
    assert "<p style" not in shown


def test_a_picture_is_a_link_with_its_words():
    shown = rendered("![a boat](https://elsewhere.example/boat.png)")
    assert 'href="https://elsewhere.example/boat.png"' in shown
    assert ">a boat</a>" in shown


def test_links_open_elsewhere_and_tell_nothing():
    shown = rendered("[here](https://a.example)")
    assert 'target="_blank"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_code_has_its_buttons_and_an_unfinished_box_is_one():
    for text in ("```\na <red> house\n```", "```\na <red> house"):
        shown = rendered(text)
        assert "a &lt;red&gt; house" in shown
        assert shown.count("<copy-button>") == shown.count("</pre></div>") == 1


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("Try this:\n\n```text\na red house, **dusk**\n```\nor not", "a red house, **dusk**"),
        ("Try:\n\n> a *red* house\n> at dusk\n\nBye.", "a red house\nat dusk"),
        ("a **red** house", "a red house"),
        ("", ""),
    ],
)
def test_it_finds_the_prompt_in_a_message(text, prompt):
    assert prompt_in(text) == prompt


def test_deep_and_long_ones_come_to_an_end():
    assert rendered("> " * 5000 + "x")
    assert rendered("[" * 5000)
    assert rendered("**a" * 5000)
    assert prompt_in("[a](b" * 40_000 + " ") == "[a](b" * 40_000
    assert rendered("<b>" * 20_000).startswith("<pre>&lt;b&gt;")


def test_what_is_made_to_take_long_is_shown_as_it_was_written():
    wide = "\n".join(["|".join("a" * 900), "|".join("-" * 900), *["a"] * 900])
    for text in ("![[" * 7000, "[" * 9000, wide):
        assert rendered(text).startswith("<pre>")
    table = "\n".join(["|a|b|c|", "|---|---|---|", *["|1|2|3|"] * 300])
    assert "<td>3</td>" in rendered(table)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("# A **red** house", "A red house"),
        ("- _one_ of `my_files`", "one of my_files"),
        ("[See](https://a.example/x) this", "See this"),
        ("2 * 3", "2 3"),
    ],
)
def test_titles_have_no_marks(text, plain):
    assert " ".join(without_marks(text).split()) == plain


@pytest.mark.parametrize("text", ["a" + "_" * 500_000 + "a", "_" * 500_000 + "a", "*_" * 250_000])
@pytest.mark.timeout(60)
def test_no_title_holds_up_others(text):
    """What it looks for takes hours where it looks at a run of lines from each of them."""
    assert len(without_marks(text)) <= len(text)
