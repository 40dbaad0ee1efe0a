"""Debian packages that tests need: `python -m tools.debian chromium` installs what is missing.

Only as root, as in CI; anybody else reads the command to type.
"""

import os
import shutil
import subprocess
import sys
from glob import glob

# What is looked for -> the package that brings it.
PACKAGES = {
    "chromium": "chromium",
    "fail2ban-regex": "fail2ban",
    "nginx": "nginx",
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "wrk": "wrk",
}
ELSEWHERE = {
    "chromium": ("chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "redis-server": ("valkey-server",),
}


def main() -> None:
    ensure(*sys.argv[1:])


def ensure(*programs: str) -> None:
    """Install the packages of those programs that this machine lacks, or end with a sentence."""
    missing = [PACKAGES[name] for name in programs if not find(name)]
    if not missing:
        return
    command = f"apt-get update && apt-get install -y {' '.join(missing)}"
    if not shutil.which("apt-get"):
        sys.exit(f"The tests need {' and '.join(missing)}: please install them and try again.")
    if os.geteuid() != 0:
        sys.exit(f"The tests need {' and '.join(missing)}: sudo sh -c '{command}'")
    print(f"Installing {', '.join(missing)} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    keep_debian_from_starting_services()
    for step in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing],
    ):
        if subprocess.call(step, env=environment, stdin=subprocess.DEVNULL):
            sys.exit(f"Installing {', '.join(missing)} failed. By hand: {command}")
    if still := [name for name in programs if not find(name)]:
        sys.exit(f"Installed, but not found: {', '.join(still)}.")


def find(program: str) -> str | None:
    """The path of a program, newest PostgreSQL first; Debian keeps its programs off the PATH."""
    for name in (program, *ELSEWHERE.get(program, ())):
        if path := shutil.which(name):
            return path
    versions = sorted(glob(f"/usr/lib/postgresql/*/bin/{program}"), key=version, reverse=True)
    return versions[0] if versions else None


def version(path: str) -> int:
    return int(path.split("/")[4])


def keep_debian_from_starting_services() -> None:
    """The tests start private ones; PostgreSQL's package would make and start a cluster."""
    folder = "/etc/postgresql-common"
    settings = f"{folder}/createcluster.conf"
    if not os.path.exists(settings):
        os.makedirs(folder, exist_ok=True)
        with open(settings, "w") as file:
            file.write("create_main_cluster = false\n")


if __name__ == "__main__":
    main()
