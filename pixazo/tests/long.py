"""How much a state machine tries: a little, or thousands with HYPOTHESIS_PROFILE=long."""

import os

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def examples(few):
    return 2000 if IS_LONG else few


def steps(few):
    return 30 if IS_LONG else few
