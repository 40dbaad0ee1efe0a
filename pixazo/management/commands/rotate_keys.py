"""`manage.py rotate_keys`: put what is encrypted under the newest of PIXAZO_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pixazo.rotation import rotate


class Command(BaseCommand):
    help = "Encrypt all stored keys anew with the newest key; older ones can then be taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = rotate()
        self.stdout.write(f"{counts['renewed']} renewed, {counts['new']} were so already.")
        if counts["unreadable"]:
            raise CommandError(
                f"{counts['unreadable']} can't be read with any of the keys: keep the older ones"
                " until those that they belong to were typed in anew."
            )
