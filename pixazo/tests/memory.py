"""What Python looks through for memory that nobody uses any more."""

import gc


def set_aside():
    """Whatever is there now stays to the end, and is not looked through again.

    Torch and four thousand tests are millions of objects: a look at all of them takes half a
    second, and Python takes one again and again, as does the engine when a model leaves.
    """
    gc.collect()
    gc.freeze()
