"""Stages as layers over the files of this machine: each step of one changes its own layer alone."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools.images.context import context
from tools.images.dockerfile import ROOT, Stage, Step

# What of this machine no image has.
HIDDEN = ("/home", "/srv", "/work", "/var/lib/pixazo", "/var/log/pixazo", "/site", "/opt/pixazo")
OPAQUE = "trusted.overlay.opaque"
PYTHON = "/opt/python"
# How packages are got here is this machine's own affair.
KEPT = re.compile(
    r"(PIP_|UV_|NPM_CONFIG_|npm_config_|SSL_|NODE_|https?_proxy|no_proxy)", re.IGNORECASE
)
PATH = f"{PYTHON}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class StepFailed(SystemExit):
    pass


@dataclass
class Layer:
    stage: Stage
    root: Path  # where it is to be seen whole
    changed: Path  # what it has of its own
    below: list[Path]  # of the stages that it began with, the newest first
    env: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = ""

    def run(self, text: str, extra: dict[str, str] | None = None) -> None:
        command = [*self.chroot(), "/bin/sh", "-ec", f"cd {self.folder}; {text}"]
        if subprocess.call(command, env=self.env | (extra or {})):
            raise StepFailed(f"{self.stage.name}: RUN {text}")

    def chroot(self) -> list[str]:
        return ["chroot", *([f"--userspec={self.user}"] if self.user else []), str(self.root)]

    def path(self, inside: str) -> Path:
        """Where a path of the image is on this machine."""
        return self.root / os.path.join(self.folder, inside).lstrip("/")

    def expanded(self, text: str) -> str:
        return re.sub(r"\$\{?(\w+)\}?", lambda found: self.env.get(found[1], ""), text)


class Builder:
    def __init__(self, folder: Path, stages: dict[str, Stage], python: Path) -> None:
        self.folder, self.stages = folder, stages
        told = "import sys; print(sys.base_prefix); print(sys.version.split()[0])"
        said = subprocess.run([python, "-c", told], capture_output=True, text=True, check=True)
        self.python, version = said.stdout.split()
        print(f"Python {version} stands in for the image's.", flush=True)
        self.layers: dict[str, Layer] = {}

    def build(self, name: str) -> Layer:
        if name in self.layers:
            return self.layers[name]
        stage = self.stages[name]
        base = self.build(stage.base) if stage.base in self.stages else None
        layer = self._mounted(stage, base)
        for step in stage.steps:
            began = time.monotonic()
            self._do(layer, step)
            if step.word in {"RUN", "COPY"}:
                seconds = time.monotonic() - began
                print(f"{name}: {step.word} {step.text[:90]} ({seconds:.1f} s)", flush=True)
        self.layers[name] = layer
        return layer

    def unmount(self) -> None:
        for place in sorted(self.folder.glob("*/root"), reverse=True):
            subprocess.call(["umount", "--recursive", "--lazy", str(place)])

    # --- A stage's beginning ---

    def _mounted(self, stage: Stage, base: Layer | None) -> Layer:
        root, changed, work = (self.folder / stage.name / name for name in ("root", "own", "work"))
        for place in (root, changed, work):
            place.mkdir(parents=True)
        if not base:
            self._hide(changed)
        below = [base.changed, *base.below] if base else []
        lower = ":".join(map(str, [*below, "/"]))
        options = f"lowerdir={lower},upperdir={changed},workdir={work}"
        call("mount", "-t", "overlay", "overlay", "-o", options, str(root))
        for kernels in ("/proc", "/dev", "/sys"):
            call("mount", "--rbind", kernels, f"{root}{kernels}")
        call("mount", "-t", "tmpfs", "none", f"{root}/tmp")
        os.chmod(root / "tmp", 0o1777)
        inside = root / PYTHON.lstrip("/")
        inside.mkdir(parents=True, exist_ok=True)
        call("mount", "--bind", self.python, str(inside))
        env = {name: text for name, text in os.environ.items() if KEPT.match(name)}
        # The last: a Python that is bound to another folder looks for its own library there.
        library = f"{PYTHON}/lib"
        env |= {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "LD_LIBRARY_PATH": library}
        layer = Layer(stage, root, changed, below, env)
        if base:
            layer.env, layer.folder, layer.user = dict(base.env), base.folder, base.user
        return layer

    def _hide(self, changed: Path) -> None:
        """Empty, in this layer and all that begin with it: what is below is not even looked at."""
        for place in HIDDEN:
            inside = changed / place.lstrip("/")
            inside.mkdir(parents=True)
            os.setxattr(inside, OPAQUE, b"y")

    # --- Its steps ---

    def _do(self, layer: Layer, step: Step) -> None:
        if step.word == "ENV":
            for word in step.words:
                name, _, value = word.partition("=")
                layer.env[name] = layer.expanded(value)
        elif step.word == "ARG":
            name, _, value = step.text.partition("=")
            layer.env.setdefault(name, os.environ.get(name, value))
        elif step.word == "WORKDIR":
            layer.folder = step.text
            layer.path("").mkdir(parents=True, exist_ok=True)
        elif step.word == "USER":
            layer.user = step.text
        elif step.word == "RUN":
            layer.run(step.text)
        elif step.word == "COPY":
            self._copy(layer, step)
        elif step.word not in {"EXPOSE", "HEALTHCHECK", "CMD"}:
            raise StepFailed(f"{layer.stage.name}: what is {step.word}?")

    def _copy(self, layer: Layer, step: Step) -> None:
        *sources, target = step.words
        place = layer.path(target)
        if other := step.options.get("from"):
            for source in sources:
                copied(self.build(other).path(source), place)
            return
        files = list(context())
        for source in sources:
            for file in files:
                if source in {".", file}:
                    to = place / file if source == "." or target.endswith("/") else place
                elif file.startswith(f"{source.rstrip('/')}/"):
                    to = place / os.path.relpath(file, source)
                else:
                    continue
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / file, to)
                if mode := step.options.get("chmod"):
                    to.chmod(int(mode, 8))


def copied(source: Path, place: Path) -> None:
    """A folder's content into the folder, a file as that file."""
    place.mkdir(parents=True, exist_ok=True) if source.is_dir() else None
    call("cp", "--archive", f"{source}/." if source.is_dir() else str(source), str(place))


def call(*words: str) -> None:
    if subprocess.call(words):
        sys.exit(f"This machine does not let us: {' '.join(words)}")
