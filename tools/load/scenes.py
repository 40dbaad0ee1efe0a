"""The scenes: each puts one kind of load on the site and says what came of it."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tools.bench.site import BenchSite
from tools.bench.table import median, milliseconds
from tools.load import streams, weights
from tools.load.drawing import drawing
from tools.load.front import thumbnails
from tools.load.stage import Figure, Stage, said
from tools.load.uploading import uploads
from tools.load.wrk import load

PROMPT = json.dumps({"prompt": "a red house under a full moon, night", "model": "starter"})
STREAMS = 1000
OVERLOAD = 250  # clients at once, five times what the site can answer in its time
CALM_SECONDS = 10


def gallery(stage: Stage) -> list[Figure]:
    """Each person's own, of 24 pictures: among the few that there are by now, and among all."""
    figures = []
    rates = []
    for many in (few(len(stage.crowd), stage.pictures), stage.pictures):
        stage.site.run(f"from tools.load.crowd import have; have({many})")
        seen, cpu = stage.measure(stage.pages("/gallery/"), stage.connections)
        scene = f"Gallery's page, 24 pictures among {many:,}"
        figures.append(Figure(scene, "≥ 60/s, p95 ≤ 250 ms", said(seen, 200), cpu))
        rates.append(seen.rate)
    growth = f"{rates[0] / rates[1] - 1:+.0%} for one"
    return [*figures, Figure("Gallery's page, growing with its table", "≤ 20 %", growth)]


def few(people: int, pictures: int) -> int:
    """A tenth of them, but so many that everybody has a full page and more to come."""
    return min(pictures, max(pictures // 10, 64 * people))


def studio(stage: Stage) -> list[Figure]:
    seen, cpu = stage.measure(stage.pages(), stage.connections)
    return [Figure("Studio's page, 24 pictures", "≥ 60/s, p95 ≤ 250 ms", said(seen, 200), cpu)]


def lists(stage: Stage) -> list[Figure]:
    figures = []
    for name, path in (("list of 50", "images?limit=50"), ("details", "images/{image}")):
        seen, cpu = stage.measure(stage.by_key(f"/api/v1/{path}"), stage.connections)
        goal = "≥ 150/s, p95 ≤ 150 ms"
        figures.append(Figure(f"API: {name}", goal, said(seen, 200), cpu))
    return figures


def pictures(stage: Stage) -> list[Figure]:
    requests = stage.by_key("/api/v1/images/{image}/file?size=small")
    seen, cpu = stage.measure(requests, stage.connections)
    goal = "≥ 200/s, each permitted by the app"
    return [Figure("Small pictures from the app", goal, said(seen, 200), cpu)]


def submissions(stage: Stage) -> list[Figure]:
    asks = stage.by_key("/api/v1/generate", method="POST", body=PROMPT)
    is_sqlite = not os.environ.get("DATABASE_URL")
    goal = "≥ 20/s, none locked" if is_sqlite else "≥ 60/s, p95 ≤ 200 ms"
    seen, cpu = stage.measure(asks, stage.connections)
    figures = [Figure("Submissions", goal, said(seen, 202), cpu)]
    waiting = int(stage.site.run("from tools.load.crowd import have_waiting; have_waiting(5000)"))
    deep, cpu = stage.measure(asks, stage.connections)
    slower = 1 - deep.rate / seen.rate
    measured = f"{said(deep, 202)}, {slower:+.0%} slower with {waiting:,} waiting"
    return [*figures, Figure("Submissions, a long queue", "≤ 10 % slower", measured, cpu)]


def listening(stage: Stage) -> list[Figure]:
    """A thousand pages on one channel, where something happens each second."""
    code = "from pixazo.events import stream_token; print(stream_token('load'))"
    token = stage.site.run(code).split()[-1]
    seconds = min(stage.seconds, 30.0)
    talk = (
        "import time\nfrom pixazo.events import announce\n"
        f"for number in range({int(seconds) + 30}):\n"
        "    announce('load', 'batch', number); time.sleep(1)\n"
    )
    talker = threading.Thread(target=stage.site.run, args=(talk,))
    talker.start()
    # Before the first page opens, when all are open, and after so long: what opening takes is not
    # what listening takes.
    marks: list[tuple[float, float, float]] = []

    def mark() -> None:
        web = weights.of_session(stage.site.web.pid)
        marks.append((time.monotonic(), weights.seconds(web), weights.megabytes(web)))

    mark()
    paths = [f"/events/?token={token}"] * STREAMS
    heard = streams.listen(stage.site.port, paths, seconds, mark=mark)
    begin, opened, end = marks
    core = (end[1] - opened[1]) / (end[0] - opened[0])
    each = (opened[1] - begin[1]) / STREAMS
    held = end[2] - begin[2]
    talker.join()
    stage.site.stop_web()
    stage.site.start_web()
    begun = time.monotonic()
    back = streams.listen(stage.site.port, paths, 0, patiently=True)
    measured_back = f"{back.opened:,} after {back.settled_at - begun:.1f} s, {back.refused} refused"
    measured = (
        f"{heard.opened:,} open, {heard.refused} refused, {heard.ended} ended; {core:.2f} core,"
        f" {held:+.0f} MB, p99 between two events {heard.p99:.2f} s"
    )
    cpu = f"{1000 * each:.1f} ms to open one"
    goal = "1,000 at ≤ 0.3 core, ≤ 100 MB, p99 ≤ 1.5 s"
    return [
        Figure("Open pages, an event a second", goal, measured, cpu),
        Figure("All of them back after a restart", "≤ 15 s", measured_back),
    ]


def mixed(stage: Stage) -> list[Figure]:
    """Locust's people, each with pauses of their own."""
    with tempfile.TemporaryDirectory(prefix="pixazo-load-") as folder:
        crowd = Path(folder) / "crowd.json"
        crowd.write_text(json.dumps(stage.crowd))
        words = ["--headless", "--only-summary", "--users", str(stage.users)]
        words += ["--spawn-rate", "20", "--run-time", f"{int(stage.seconds)}s"]
        words += ["--host", stage.base, "--csv", f"{folder}/seen", "--stop-timeout", "30"]
        here = Path(__file__).with_name("people.py")
        subprocess.run(
            [sys.executable, "-m", "locust", "-f", str(here), *words],
            env={**os.environ, "PIXAZO_CROWD": str(crowd)},
            check=False,
            capture_output=True,
        )
        rows = list(csv.DictReader((Path(folder) / "seen_stats.csv").open()))
    heads = {"p50": "50%", "p95": "95%"}
    figures = []
    for row in rows:
        if row["Name"] in {"Aggregated", "studio", "small picture", "ask"}:
            measured = ", ".join(f"{name} {row[head]} ms" for name, head in heads.items())
            measured += f", {float(row['Requests/s']):.0f}/s, {row['Failure Count']} failed"
            scene = "all" if row["Name"] == "Aggregated" else row["Name"]
            figures.append(Figure(f"Mixed: {scene}", "p95 ≤ 400 ms, none failed", measured))
    return figures


def overload(stage: Stage) -> list[Figure]:
    """Far more at once than can be answered, then how soon a page is as quick as before."""
    caller = stage.site.connect()
    address, cookie = f"/w/{stage.crowd[0]['slug']}/", stage.crowd[0]["cookie"]

    def page() -> float:
        begun = time.monotonic()
        caller.get(address, Cookie=cookie)
        return time.monotonic() - begun

    usual = median([page() for _ in range(10)])
    asks = stage.by_key("/api/v1/generate", method="POST", body=PROMPT)
    seen = load(stage.base, asks, connections=OVERLOAD, seconds=min(stage.seconds, 20))
    begun = time.monotonic()
    while (took := page()) > 2 * usual and time.monotonic() - begun < CALM_SECONDS * 3:
        pass
    calm = time.monotonic() - begun
    answers = ", ".join(f"{many:,} of {status}" for status, many in sorted(seen.statuses.items()))
    measured = f"{answers}, {seen.broken} broken; a page {milliseconds(took)} after {calm:.1f} s"
    goal = f"sheds with 429 or 503, as before within {CALM_SECONDS} s"
    return [Figure(f"Overload, {OVERLOAD} clients at once", goal, measured)]


def memory(stage: Stage) -> list[Figure]:
    """What a web process holds after ten thousand requests, and after five thousand more; beside
    those that serve are the one that began them and its helper."""
    requests = [*stage.pages("/w/{slug}/feed/"), *stage.by_key("/api/v1/images?limit=10")]
    held = []
    for _ in range(3):
        done = 0
        while done < 5000:
            done += load(stage.base, requests, connections=stage.connections, seconds=20).requests
        each = weights.each(weights.of_session(stage.site.web.pid))
        serving, others = each[: stage.site.web_processes], each[stage.site.web_processes :]
        held.append(sum(serving) / len(serving))
    growth = held[2] / held[1] - 1
    measured = f"{held[1]:.0f} MB a process, {sum(others):.0f} MB beside them, then {growth:+.1%}"
    return [Figure("Memory after 10,000 requests", "≤ 120 MB a process, growth < 2 %", measured)]


def start(stage: Stage) -> list[Figure]:
    """From nothing to the first answer, and to the first page."""
    times = []
    for _ in range(3):
        with BenchSite(worker=False) as other:
            other.stop_web()
            begun = time.monotonic()
            other.start_web()
            other.wait_until_it_answers("/healthz", 0.02)
            ready = time.monotonic() - begun
            begun = time.monotonic()
            other.connect().get("/")
            times.append((ready, time.monotonic() - begun))
    ready, page = (median([pair[at] for pair in times]) for at in (0, 1))
    goal = "≤ 3 s, first page ≤ 500 ms"
    return [Figure("Cold start", goal, f"{ready:.1f} s, first page {milliseconds(page)}")]


SCENES: dict[str, Callable[[Stage], list[Figure]]] = {
    "gallery": gallery,  # the first: it begins among few pictures
    "studio": studio,
    "lists": lists,
    "pictures": pictures,
    "thumbnails": thumbnails,
    "listening": listening,
    "mixed": mixed,
    "uploads": uploads,
    "memory": memory,
    "drawing": drawing,
    "submissions": submissions,
    "overload": overload,
    "start": start,
}
