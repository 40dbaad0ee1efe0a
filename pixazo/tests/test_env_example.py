"""`.env.example` says what `pixazo/settings/` declares, no more and no less (S259, S280)."""

import os
import re
import subprocess
import sys

from pixazo.dotenv import dotenv
from pixazo.settings import env
from pixazo.tests.desk import ROOT
from tools import env_example


def test_it_lists_every_declared_setting_with_type_and_default():
    shown = env_example.FILE.read_text(encoding="utf-8").split("\n\n")[1:]
    # Where tests run on other services, those two settings are not at their defaults anyway.
    assert [part.strip() for part in shown] == [
        env_example.entry(setting) for setting in (*env.declared.values(), *env_example.CONTAINERS)
    ], "Run: python -m tools.env_example"


def test_it_lists_what_the_containers_are_given():
    files = [ROOT / "compose.yaml", *ROOT.glob("deploy/compose.*.yaml")]
    asked = {name for file in files for name in re.findall(r"\$\{(\w+)", file.read_text())}
    listed = {setting.name for setting in env_example.CONTAINERS} | set(env.declared)
    assert asked - listed == set()
    assert len(files) == 3


def test_a_copy_of_it_gives_a_site_that_starts(tmp_path):
    copy = tmp_path / ".env"
    lines = env_example.FILE.read_text(encoding="utf-8").splitlines()
    # Even with every default spelled out, but for what is given in words of another setting.
    copy.write_text(
        "\n".join(line.removeprefix("#") for line in lines if "=PIXAZO_DATA" not in line)
    )
    subprocess.run(
        [sys.executable, "manage.py", "check"],
        check=True,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("PIXAZO_", "DJANGO_"))},
            "PIXAZO_DATA": str(tmp_path),
            "PIXAZO_ENV_FILE": str(copy),
        },
    )


def test_it_reads_names_values_quotes_and_comments(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# a comment\nA=1\n B = two words \nC='quoted'\nURL=x?y=z\nnonsense\n")
    assert dotenv(file) == {"A": "1", "B": "two words", "C": "quoted", "URL": "x?y=z"}
    assert dotenv(tmp_path / "none") == {}
