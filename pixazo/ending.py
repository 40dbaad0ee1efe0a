"""The last moment of a process that has done all it had to.

Python then takes everything apart, module by module: half a second of a core for nothing, which on
a busy machine is long enough for a supervisor to lose its patience and kill.
"""

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End at once, after what was registered for the end: logs are written, errors are sent.
    Threads are not waited for: who calls this has done so for as long as it wanted."""
    try:
        atexit._run_exitfuncs()  # noqa: SLF001  there is no other way to
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # whoever read it is gone
                stream.flush()
        os._exit(code)
