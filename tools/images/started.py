"""Starts the web image as it was made, without a way out, and looks at what it is and has."""

import json
import subprocess
import sys
import time

from tools.images.layers import Layer

UNWANTED = (
    ".env",
    ".git",
    "node_modules",
    "tests",
    "pixazo/tests",
    "docs",
    "tools",
    "data",
    "build-data",
)
HEAVY = ("torch", "diffusers", "transformers", "pytest")
OWN = ["/var/lib/pixazo/media", "/var/lib/pixazo/data", "/var/log/pixazo"]
# As nginx asks it.
HEADERS = {"Host": "pixazo.example", "X-Forwarded-Proto": "https"}
START_SECONDS = 120


def look_at(layer: Layer) -> None:
    for name in UNWANTED:
        refuse(layer.path(name).exists(), f"/site/{name} is in the image.")
    refuse(not list(layer.path("staticfiles").glob("css/*.????????????.css")), "No hashed names.")
    refuse(
        not list(layer.path("staticfiles").rglob("*.css.gz")), "Static files are not compressed."
    )
    heavy = f"import importlib.util as u; print(*filter(u.find_spec, {HEAVY!r}))"
    found = told(layer, ["python", "-c", heavy])
    refuse(bool(found), f"The web image has {found}.")
    user = told(layer, ["id", "-u"])
    refuse(user != "10001", f"It runs as {user}.")
    # Its own files are not its own to change; its volumes are.
    may = 'for each in "$@"; do test -w $each && echo "$each" || true; done'
    writable = told(layer, ["sh", "-c", may, "sh", "/site", "/opt/pixazo", *OWN])
    refuse(writable.split() != OWN, f"It may write to {writable}.")
    starts_and_is_healthy(layer)
    for place in ("/opt/pixazo", "/site"):
        size = told(layer, ["du", "-sm", place]).split()[0]
        print(f"{place}: {size} MB")
    print("It starts, is healthy, and stops when told to.")


def starts_and_is_healthy(layer: Layer) -> None:
    """In a network of its own that leads nowhere."""
    command, check = layer.stage.last("CMD"), layer.stage.last("HEALTHCHECK")
    assert command
    assert check
    inside = [*layer.chroot(), "sh", "-c", 'cd /site && exec "$@"', "sh"]
    up = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    settings = {"PIXAZO_URL": "https://pixazo.example", "PIXAZO_SECRET_KEY": "x" * 60}
    settings["PIXAZO_PROXIES"] = "1"
    process = subprocess.Popen([*up, *inside, *command.words], env=layer.env | settings)
    try:
        looked = json.loads(check.text.partition("CMD ")[2])
        within = ["nsenter", "--target", str(process.pid), "--net"]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.call(
            [*within, *inside, *looked], env=layer.env, stderr=subprocess.DEVNULL
        ):
            refuse(process.poll() is not None, "It ended by itself.")
            refuse(time.monotonic() > deadline, "Its health check never passed.")
            time.sleep(0.5)
        name = next(layer.path("staticfiles").glob("css/*.????????????.css")).name
        asked = f"http://127.0.0.1:8000/static/css/{name}"
        fetch = (
            "import urllib.request as r;"
            f"a = r.urlopen(r.Request('{asked}', headers={HEADERS!r}));"
            "print(a.headers['Cache-Control'])"
        )
        said = told(layer, ["python", "-c", fetch], within)
        refuse("immutable" not in said, f"Its static files say {said}.")
    finally:
        process.terminate()
        code = process.wait(60)
    refuse(code not in {0, -15}, f"Told to stop, it ended with {code}.")


def told(layer: Layer, command: list[str], within: list[str] | None = None) -> str:
    inside = [*(within or []), *layer.chroot(), "sh", "-c", 'cd /site && exec "$@"', "sh", *command]
    return subprocess.run(
        inside, env=layer.env, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()


def refuse(is_wrong: bool, sentence: str) -> None:
    if is_wrong:
        sys.exit(sentence)
