"""Writes `.env.example` from the settings that were declared: `python -m tools.env_example`."""

import os
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap

from pixazo.env import Setting

FILE = Path(__file__).resolve().parent.parent / ".env.example"
HEAD = """\
# Every setting of Pixazo, with its type and default. A copy of this file named .env works as it is;
# take the # from a line to change it. Variables of the environment win over the file.
"""
# What no process of the site reads, but what brings it up in containers (docs/deploy.md).
CONTAINERS = (
    Setting("PIXAZO_DOMAIN", "text", "", "Containers: the name of the site's host."),
    Setting("COMPOSE_PROFILES", "text", "cpu", "Containers: what draws, cpu or gpu."),
    Setting("POSTGRES_PASSWORD", "secret", "", "Containers: of the database, made up once."),
    Setting("REDIS_PASSWORD", "secret", "", "Containers: of Redis, made up once."),
    Setting("PIXAZO_VERSION", "text", "latest", "Containers: the tag of the site's images."),
    Setting(
        "PIXAZO_PRIVATE_ADDRESS",
        "text",
        "",
        "Containers on several machines: the first one's address in the private network.",
    ),
    Setting(
        "PIXAZO_MEDIA_FOLDER",
        "folder",
        "",
        "Containers on a machine that only draws: where the first one's pictures are mounted.",
    ),
)


def main() -> None:
    # The defaults are asked for, so neither this machine's variables nor its .env may speak.
    for name in list(os.environ):
        if name.startswith(
            ("PIXAZO_", "DATABASE_", "REDIS_", "EMAIL_", "MODEL_", "STRIPE_", "PORT")
        ):
            del os.environ[name]
    os.environ["PIXAZO_ENV_FILE"] = os.devnull
    from pixazo.settings import env

    FILE.write_text(text(env.declared.values()), encoding="utf-8")


def text(settings: Iterable[Setting]) -> str:
    return HEAD + "".join(f"\n{entry(setting)}\n" for setting in (*settings, *CONTAINERS))


def entry(setting: Setting) -> str:
    about = wrap(f"{setting.help} ({setting.type})", 98)
    return "\n".join([*(f"# {line}" for line in about), f"#{setting.name}={setting.default}"])


if __name__ == "__main__":
    main()
