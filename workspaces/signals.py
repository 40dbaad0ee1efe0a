"""What workspaces announce to the rooms above."""

from django.dispatch import Signal

# Sent after a topic's first prompt has named it: `topic_id`, `name`, `prompt`, and `person_id` of
# whoever wrote it.
topic_named = Signal()

# Sent with `workspace` before it is deleted: end the work in it, each piece in its own transaction.
workspace_closing = Signal()

# Sent with `workspace`, in the transaction that deletes it, while all its rows are still there.
workspace_going = Signal()

# Sent with `workspace` and `user`, who works there no longer: end what they had begun there.
member_gone = Signal()
