"""One target, by which lines of ours are reached: `python -m tools.fuzz.guided NAME SECONDS`."""

import sys
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any

from tools.fuzz import kept

OURS = [
    "pixazo.decoding",
    "pixazo.outgoing",
    "workspaces.archive",
    "workspaces.prompts",
    "generation.providers.diffusers.header",
    "chat.markdown",
]


def main() -> None:
    atheris: Any = import_module("atheris")
    name, seconds = sys.argv[1], sys.argv[2]
    with atheris.instrument_imports(include=OURS):
        from tools.fuzz.targets import ready, seeds, target

        ready()
        aim, known = target(name), [*seeds(name)]
        for data in known:  # what is imported late is imported here
            aim(data)
    artifacts = kept.FOLDER / name
    artifacts.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        for number, data in enumerate(known):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(data)
        options = [
            f"-max_total_time={seconds}",
            "-max_len=20000",
            "-timeout=20",  # of a busy machine; the target itself counts the seconds of computing
            "-rss_limit_mb=1024",
            f"-artifact_prefix={artifacts}/",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *options, folder, str(artifacts)], aim)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
