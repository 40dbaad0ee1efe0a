#!/usr/bin/env python
"""Django's command line for Pixazo."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixazo.settings")
    from django.core.management import execute_from_command_line

    from pixazo.env import WrongSetting

    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(f"A setting is wrong: {error}")


if __name__ == "__main__":
    main()
