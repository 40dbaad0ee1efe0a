"""The only place that says which processes the site consists of and how each is started."""

import sys
from collections.abc import Sequence

from django.conf import settings

from pixazo.gpus import Gpu
from pixazo.supervisor import Program

# What is no news at a desk: nothing is collected into a folder, and a container runs as root.
# WhiteNoise reads its files as it does under WSGI, which Django mentions each time.
QUIET = {
    "PYTHONWARNINGS": "ignore:No directory at,ignore:You're running the worker with superuser,"
    "ignore:StreamingHttpResponse must consume synchronous iterators"
}
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "pixazo")
WORKER = (*CELERY, "worker", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")


def web(seconds: int = 3) -> Program:
    """`seconds` is what answers that have begun may take when it is told to end; at a desk Ctrl-C
    should be over soon, and the supervisor waits ten."""
    argv = (
        *(sys.executable, "-m", "pixazo.web"),
        *("--host", settings.HOST, "--port", str(settings.PORT)),
        # Each has its own reader of events, so that pages may hang on any of them.
        *(("--workers", str(settings.WEB_PROCESSES)) if settings.WEB_PROCESSES > 1 else ()),
        *("--timeout-graceful-shutdown", str(seconds), "--no-access-log", "--log-level", "warning"),
    )
    return Program("web", argv, 36, QUIET)


def drawers(gpus: Sequence[Gpu], env: dict[str, str]) -> list[Program]:
    """A worker for each GPU, pinned to it; where there is none, one on what the machine has.

    Prefork: the child may die of a model, the worker lives on.
    """
    if not gpus:
        return [Program("worker", _drawer("gpu"), 35, QUIET | env)]
    names = [_called(gpu, at) for at, gpu in enumerate(gpus)]
    return [
        Program(name, _drawer(name), 35, QUIET | env | _pinned(name, gpu))
        for name, gpu in zip(names, gpus, strict=True)
    ]


def chores(env: dict[str, str], *, lanes: str = "remote,chores") -> Program:
    """Calls to services, and what beat rings for: it must not wait behind a long picture."""
    # Of those two may wait for Telegram (chat/telegram/tasks.py).
    threads = "4" if settings.TELEGRAM_TOKEN else "2"
    argv = (*WORKER, "-n", "chores@%h", "-P", "threads", "-c", threads, "-Q", lanes)
    return Program("chores", argv, 33, QUIET | env)


def beat() -> Program:
    argv = (*CELERY, "beat", "--pidfile=", "--loglevel", "WARNING")
    return Program("beat", argv, 34, QUIET)


def telegram() -> Program:
    """Asks Telegram what people write to the bot, where nobody outside can call this site."""
    argv = (sys.executable, str(settings.BASE_DIR / "manage.py"), "telegram")
    return Program("telegram", argv, 31, QUIET)


def stripe_stand_in() -> Program:
    """Takes Stripe's place where payments are tried out."""
    argv = (
        *(sys.executable, "-m", "billing.stand_in", "--port", str(settings.STRIPE_STAND_IN)),
        *("--webhook", f"http://127.0.0.1:{settings.PORT}/billing/webhook/"),
    )
    return Program("stripe", argv, 32, {"STAND_IN_SECRET": settings.STRIPE_WEBHOOK_SECRETS[0]})


def _called(gpu: Gpu, at: int) -> str:
    """As nvidia-smi counts it; what has no number there is counted by its place among ours."""
    if gpu.number.isdigit():
        return f"gpu{gpu.number}"
    return f"{'mig' if gpu.is_part else 'gpu'}{at}"


def _drawer(name: str) -> tuple[str, ...]:
    return (*WORKER, "-n", f"{name}@%h", "-P", "prefork", "-c", "1", "-Q", "gpu")


def _pinned(name: str, gpu: Gpu) -> dict[str, str]:
    return {
        "PIXAZO_WORKER": name,
        "CUDA_VISIBLE_DEVICES": gpu.number,
        # Otherwise CUDA counts the fastest first, and the numbers are not nvidia-smi's.
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
    }
