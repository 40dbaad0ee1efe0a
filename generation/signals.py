"""What the engine tells whoever stands above it: an experiment, that it may go on.

Told after the commit and robustly: nothing that hears of it can undo or hold up what happened.
"""

from django.dispatch import Signal

# A job has ended, in whatever way. Sends `batch_id`.
job_ended = Signal()

# The sweeper looks for what a crash left behind; whoever has something of the kind looks, too.
swept = Signal()
