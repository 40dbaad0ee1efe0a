"""What stops a backup or a restore, in words for whoever called it."""


class NotPossible(Exception):
    """Nothing was changed that a second try would not do again."""
