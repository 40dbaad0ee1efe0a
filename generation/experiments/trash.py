"""An experiment put into the trash; its pictures stay. The collector deletes it in the end."""

from generation.models import Experiment


def put(experiment: Experiment) -> bool:
    """What waits is cancelled, what is being drawn is finished. False if it was there already."""
    if not experiment.put_away():
        return False
    for job in experiment.waiting_jobs():
        job.cancel()
    experiment.settle()
    return True
