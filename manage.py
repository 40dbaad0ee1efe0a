#!/usr/bin/env python
"""Django's command line for Pixazo."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
    from django.core.management import execute_from_command_line
    from django.db import Error

    from pixazo.env import WrongSetting
    from pixazo.stored import Away

    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(f"A setting is wrong: {error}")
    except (Error, Away) as error:
        sys.exit(_in_words(error))


def _in_words(error: Exception) -> str:
    """Raises the error again where a traceback was asked for or says more."""
    from pixazo.at_the_prompt import sentence

    said = "" if "--traceback" in sys.argv else sentence(error)
    if not said:
        raise error
    return said


if __name__ == "__main__":
    main()
