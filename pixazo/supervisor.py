"""The only place that starts, watches and stops the processes of a desk: web, workers and beat.

Each runs in a process group of its own, so that Ctrl-C reaches the supervisor alone and stopping
is done in one place. One that dies is started again, with growing pauses. Should the supervisor
itself be killed, a guard process (see `guard.py`) ends the groups.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

STOP_SECONDS = 10.0  # what a process gets to stop by itself
STEADY_SECONDS = 60.0  # who lived this long starts again without a pause
LONGEST_PAUSE = 30.0
LOOK_SECONDS = 0.2
CLEAR = "\x1b[0m"


@dataclass(frozen=True)
class Program:
    """What to run and how its lines are marked. `colour` is an ANSI number such as 36."""

    name: str
    argv: Sequence[str]
    colour: int = 37
    env: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs programs until told to stop: `Supervisor(programs).run()` returns when all have ended.

    `ready` is asked again and again until it says True; then `when_ready` is called, once.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        ready: Callable[[], bool] = lambda: True,
        when_ready: Callable[[], None] = lambda: None,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self.children = [Child(program, self.say) for program in programs]
        self.ready = ready
        self.when_ready = when_ready
        self.stop_seconds = stop_seconds
        self.stopping = threading.Event()
        self.killing = False
        self.width = max((len(program.name) for program in programs), default=0)
        self.coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.lock = threading.Lock()

    def run(self) -> None:
        """Start all, watch until SIGINT, SIGTERM or SIGHUP, stop all. Main thread only."""
        before = {
            number: signal.signal(number, self.stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            with Guard(self.stop_seconds) as guard:
                try:
                    self.watch(guard)
                finally:
                    self.end()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def watch(self, guard: "Guard") -> None:
        is_ready = False
        while not self.stopping.is_set():
            for child in self.children:
                if ended := child.look():
                    guard.forget(ended)
                if child.may_start():
                    guard.watch(child.start())
            if not is_ready and self.ready():
                is_ready = True
                self.when_ready()
            self.stopping.wait(LOOK_SECONDS)

    def stop(self, number: int, frame: object) -> None:
        """A second request, by a person who doesn't want to wait, kills at once."""
        self.killing = self.stopping.is_set()
        self.stopping.set()

    def end(self) -> None:
        running = [child for child in self.children if child.is_running()]
        for child in running:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + self.stop_seconds
        while running and time.monotonic() < deadline and not self.killing:
            time.sleep(0.05)
            for child in [child for child in running if not child.is_running()]:
                running.remove(child)
                self.say(child.program, "stopped")
        for child in running:
            self.say(child.program, "did not stop in time and is killed")
        for child in self.children:
            # All groups: a child that ended by itself may have left its own children behind.
            child.signal(signal.SIGKILL)
            child.wait()
        self.say(None, "all stopped")

    def say(self, program: Program | None, line: str) -> None:
        name, colour = (program.name, program.colour) if program else ("pixazo", 32)
        mark = f"{name:<{self.width}} |"
        if self.coloured:
            mark = f"\x1b[{colour}m{mark}{CLEAR}"
        with self.lock:
            try:
                print(mark, line, flush=True)
            except OSError:
                pass  # the terminal is gone; its SIGHUP is on the way


class Child:
    """One program with its present process, if it has one."""

    def __init__(self, program: Program, say: Callable[[Program, str], None]) -> None:
        self.program = program
        self.say = say
        self.process: subprocess.Popen[str] | None = None
        self.reader: threading.Thread | None = None
        self.started = 0.0
        self.deaths = 0
        self.not_before = 0.0

    def may_start(self) -> bool:
        return self.process is None and time.monotonic() >= self.not_before

    def start(self) -> int:
        """Start the process and answer its group."""
        self.process = subprocess.Popen(
            self.program.argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self.started = time.monotonic()
        self.say(self.program, f"started (process {self.process.pid})")
        self.reader = threading.Thread(target=self.relay, args=(self.process,), daemon=True)
        self.reader.start()
        return self.process.pid

    def look(self) -> int | None:
        """Notice a death, set when to start again, and answer the group that ended."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.signal(signal.SIGKILL)  # what it left behind must not work on beside its successor
        group = self.process.pid
        self.process = None
        steady = time.monotonic() - self.started >= STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        pause = 0.0 if self.deaths == 1 else min(2.0 ** (self.deaths - 2), LONGEST_PAUSE)
        self.not_before = time.monotonic() + pause
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        self.say(self.program, f"ended {how}; starts again in {pause:.0f} s")
        return group

    def relay(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.say(self.program, line.rstrip("\n"))

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """To the main process first of all; SIGKILL goes to its whole group."""
        if self.process is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        except ProcessLookupError:
            pass

    def wait(self) -> None:
        if self.process is not None:
            self.process.wait()
        if self.reader is not None:
            self.reader.join(1)


class Guard:
    """A process that outlives a killed supervisor for as long as it takes to end the groups."""

    def __init__(self, stop_seconds: float = STOP_SECONDS) -> None:
        self.stop_seconds = stop_seconds

    def __enter__(self) -> "Guard":
        script = os.path.join(os.path.dirname(__file__), "guard.py")
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-E", script, str(self.stop_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        return self

    def watch(self, group: int) -> None:
        self.tell(f"+ {group}\n")

    def forget(self, group: int) -> None:
        """The number may soon belong to somebody else's processes."""
        self.tell(f"- {group}\n")

    def __exit__(self, *error: object) -> None:
        self.tell("done\n")
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.wait()

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except OSError:
            pass  # somebody killed the guard: the site runs on without it
