"""Where this installation lies, and what its environment says: all other settings ask here."""

import os
from pathlib import Path

from pixazo.dotenv import dotenv
from pixazo.env import Env, WrongSetting

BASE_DIR = Path(__file__).resolve().parent.parent.parent
_said = {name: text for name, text in os.environ.items() if text}  # make exports empty ones, too
env = Env(dotenv(Path(os.environ.get("PIXAZO_ENV_FILE", BASE_DIR / ".env"))) | _said)

DATA = env.path(
    "PIXAZO_DATA",
    BASE_DIR / "data",
    "Folder for the database, pictures, models and logs.",
    shown="./data",
)
try:
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise WrongSetting(
        f"PIXAZO_DATA must be a folder, and {DATA} can't be made: {error.strerror}."
    ) from None
