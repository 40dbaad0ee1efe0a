"""`python -m pixazo.web --host … --port … [--workers 2]`: the web process, by uvicorn.

It takes uvicorn's words and ends with 0 when it was told to end and everything begun is answered;
uvicorn alone would then end by the signal itself, which supervisors take for a crash.
"""

import signal
import sys

import uvicorn

from pixazo.ending import leave

# What requests may take to be answered once no more are accepted.
FINISH_SECONDS = 30
# What a process that takes another's place may take to begin, before that is given up (SIGHUP).
BEGIN_SECONDS = 90


def main() -> None:
    # Until uvicorn has begun to listen, and after it has finished.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    words = ["--timeout-graceful-shutdown", str(FINISH_SECONDS)]
    words += ["--timeout-worker-healthcheck", str(BEGIN_SECONDS), *sys.argv[1:]]
    try:
        uvicorn.main(["pixazo.asgi:application", *words], prog_name="python -m pixazo.web")
    except SystemExit as ended:
        if ended.code:
            raise
    leave(0)


if __name__ == "__main__":
    main()
