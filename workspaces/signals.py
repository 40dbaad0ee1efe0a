"""What workspaces announce to the rooms above."""

from django.dispatch import Signal

# Sent with `workspace`, in the transaction that deletes it, while all its rows are still there.
workspace_going = Signal()
