"""Stories share a desk: each has people of its own, whichever files meet at one."""

import re
from collections import Counter
from pathlib import Path

ENTERS = re.compile(r"""(?<![.\w])(?:sign_in|made|prompt|new)\(["']([\w-]+)["']""")


def test_no_two_stories_have_one_person():
    told = "".join(
        path.read_text("utf-8") for path in Path(__file__).parent.glob("test_stories*.py")
    )
    names = Counter(ENTERS.findall(told))
    assert len(names) > 30
    assert [name for name, count in names.items() if count > 1] == []
