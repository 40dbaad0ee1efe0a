"""`python -m tools.images [web]`: goes through the Dockerfile up to that stage, without Docker, and
starts what comes out.

Each stage is a layer over this machine's own files, so only what the image's base would bring is
not shown: Python, Node and Debian are those that are here. As root, on Linux; nothing outside a
temporary folder changes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tools.images.dockerfile import stages
from tools.images.layers import Builder
from tools.images.started import look_at

INSIDE = "PIXAZO_IMAGES_INSIDE"  # of a namespace of our own, whose mounts end with it


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("stage", nargs="?", default="web")
    parser.add_argument("--python", type=Path, help="of which version; by itself one of 3.12")
    chosen = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("unshare"):
        sys.exit("This needs root and Linux: it lays folders over those of the machine.")
    if INSIDE not in os.environ:
        command = ["unshare", "--mount", "--propagation", "private", sys.executable]
        command += ["-m", "tools.images", *sys.argv[1:]]
        return subprocess.call(command, env={**os.environ, INSIDE: "1"})
    folder = Path(tempfile.mkdtemp(prefix="pixazo-images-"))
    # In memory: layers may not lie below one another on one disk.
    subprocess.run(["mount", "-t", "tmpfs", "none", str(folder)], check=True)
    builder = Builder(folder, stages(), chosen.python or newest_python())
    try:
        layer = builder.build(chosen.stage)
        if chosen.stage == "web":
            look_at(layer)
    finally:
        builder.unmount()
        subprocess.call(["umount", "--lazy", str(folder)])
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def newest_python() -> Path:
    """One of the version that the image has, if there is one."""
    homes = sorted(Path.home().glob(".pyenv/versions/3.12*/bin/python"))
    found = shutil.which("python3.12", path="/usr/local/bin:/usr/bin")
    return homes[-1] if homes else Path(found or sys.executable)


if __name__ == "__main__":
    sys.exit(main())
