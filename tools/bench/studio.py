"""What a person feels in the studio, in Chromium: first paint, submitting, scrolling, streaming."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tools.bench.site import BenchSite
from tools.bench.table import markdown, median, quantile
from tools.screens import SIZES, browser

BATCHES = (50, 500)
STREAMING = 50
SECONDS = 20.0

# Before any script of the page: what the browser itself notices.
WATCH = """
window.bench = { shifts: 0, tasks: [], events: 0 };
const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({ type, buffered: true });
watch("layout-shift", (shift) => { if (!shift.hadRecentInput) bench.shifts += shift.value; });
watch("longtask", ({ duration }) => bench.tasks.push(duration));
document.addEventListener("live:job", () => (bench.events += 1));
"""
PAINTED = """async () => {
  const entries = performance.getEntriesByName("first-contentful-paint");
  const largest = await new Promise((done) => {
    const observer = new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime));
    observer.observe({ type: "largest-contentful-paint", buffered: true });
  });
  return [entries[0].startTime, largest, bench.shifts];
}"""
# From the key to the frame with a card in the feed: first as sent, then as the server has it.
SUBMIT = """() => new Promise((done) => {
  const cards = document.querySelector("[data-cards]");
  let begin = 0;
  let sent = 0;
  const pressed = ({ timeStamp }) => (begin = timeStamp);
  addEventListener("keydown", pressed, { capture: true });
  const past = () => performance.now() - begin;
  const shown = (note) => requestAnimationFrame(() => setTimeout(() => note(past())));
  const seen = new MutationObserver(() => {
    if (!sent && cards.querySelector(".batch:not([data-known])")) shown((time) => (sent = time));
    if (!cards.querySelector("batch-card:not([data-known])")) return;
    seen.disconnect();
    removeEventListener("keydown", pressed, { capture: true });
    shown((time) => done([sent || time, time]));
  });
  for (const card of cards.querySelectorAll("batch-card")) card.dataset.known = "";
  seen.observe(cards, { childList: true });
})"""
SCROLL = """async () => {
  const place = document.querySelector(".feed");
  const scroller = place.scrollHeight > place.clientHeight + 1 ? place : document.scrollingElement;
  const frame = () => new Promise(requestAnimationFrame);
  scroller.scrollTop = 0;
  for (let wait = 0; wait < 10; wait++) await frame();
  const times = [];
  let last = await frame();
  for (let step = 0; step < 300; step++) {
    scroller.scrollTop += 120;
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  return times;
}"""
TO_THE_END = """async () => {
  const more = () => document.querySelector("feed-more");
  while (more()) {
    more().scrollIntoView();
    more().querySelector("a").click();
    await new Promise((done) => setTimeout(done, 200));
  }
  return [document.querySelectorAll("batch-card").length, document.querySelectorAll("*").length];
}"""


def measure(options: argparse.Namespace) -> str:
    rows: list[list[str]] = []
    with BenchSite(worker=False) as site:
        browser(lambda chromium: _all(chromium, site, options.rounds, rows))
    return markdown("The studio in Chromium", ["", "p50", "p95 or worst", "goal"], rows)


def _all(chromium: Any, site: BenchSite, rounds: int, rows: list[list[str]]) -> None:
    for batches in BATCHES:
        code = f"from tools.bench.fill import fill; fill({4 * batches}, files=True)"
        facts = json.loads(site.run(code).strip().splitlines()[-1])
        page = _page(chromium, site, facts["cookie"])
        rows += _painted(page, rounds, batches)
        rows += _submitted(page, rounds, batches)
        rows += _scrolled(page, batches)
        page.context.close()
    rows += _streamed(chromium, site, facts["cookie"])


def _page(chromium: Any, site: BenchSite, cookie: str) -> Any:
    width, height = SIZES["desk"]
    context = chromium.new_context(viewport={"width": width, "height": height})
    url = f"http://127.0.0.1:{site.port}"
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.add_init_script(WATCH)
    page.goto(f"{url}/w/bench/")
    page.locator("prompt-form:defined").wait_for()
    return page


def _painted(page: Any, rounds: int, batches: int) -> list[list[str]]:
    firsts, largests, shifts = [], [], []
    for _ in range(rounds):
        page.reload()
        page.wait_for_load_state("load")
        page.wait_for_timeout(500)
        first, largest, shift = page.evaluate(PAINTED)
        firsts.append(first)
        largests.append(largest)
        shifts.append(shift)
    return [
        _row(f"first paint, {batches} requests", firsts, "1500 ms"),
        _row(f"largest paint, {batches} requests", largests, ""),
        [f"layout shift, {batches} requests", f"{median(shifts):.4f}", f"{max(shifts):.4f}", "0"],
    ]


def _submitted(page: Any, rounds: int, batches: int) -> list[list[str]]:
    times = []
    prompt = page.locator("#prompt")
    for number in range(rounds):
        prompt.fill(f"a green castle, number {number}")
        page.evaluate(f"void (window.card = ({SUBMIT})())")
        prompt.press("Control+Enter")
        times.append(page.evaluate("window.card"))
    sent, answered = zip(*times, strict=True)
    return [
        _row(f"key to card, {batches} requests", sent, "150 ms"),
        _row(f"key to the server's card, {batches} requests", answered, ""),
    ]


def _scrolled(page: Any, batches: int) -> list[list[str]]:
    page.evaluate("bench.shifts = 0; bench.tasks.length = 0")
    cards, elements = page.evaluate(TO_THE_END)
    loading = page.evaluate("bench.tasks.splice(0)")
    frames = page.evaluate(SCROLL)
    late = sum(frame > 34 for frame in frames)
    return [
        _row(f"a frame while scrolling {cards} requests", frames, "17 ms"),
        [f"frames of {len(frames)} over 34 ms", str(late), "", "0"],
        [f"long tasks while {cards} requests were loaded", *_tasks(loading), "0"],
        ["elements in the page", f"{elements:,}", "", ""],
    ]


def _streamed(chromium: Any, site: BenchSite, cookie: str) -> list[list[str]]:
    site.run(f"from tools.bench.streaming import ask; ask({STREAMING})")
    page = _page(chromium, site, cookie)
    while page.locator("batch-card").count() < STREAMING:
        page.evaluate("document.querySelector('feed-more')?.scrollIntoView()")
        page.wait_for_timeout(200)
    page.evaluate("document.querySelector('.feed').scrollTop = 0")
    page.wait_for_timeout(1000)
    page.evaluate("bench.shifts = 0; bench.tasks.length = 0; bench.events = 0")
    code = f"from tools.bench.streaming import stream; stream({SECONDS})"
    words = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    drawing = subprocess.Popen(words, cwd=site.root, env=site.env, stdout=subprocess.PIPE)
    said, _ = drawing.communicate(timeout=SECONDS + 120)
    page.wait_for_timeout(3000)
    tasks, events, shifts = page.evaluate("[bench.tasks, bench.events, bench.shifts]")
    done = page.locator("job-tile[state=succeeded]").count()
    title = f"while {STREAMING} requests are drawn"
    return [
        [f"long tasks {title}", *_tasks(tasks), "0"],
        [f"layout shift {title}", f"{shifts:.4f}", "", "0"],
        [
            "events told / made, pictures done",
            f"{events} / {said.decode().split()[-1]}, {done}",
            "",
            "",
        ],
    ]


def _row(name: str, times: Sequence[float], goal: str) -> list[str]:
    return [name, f"{median(times):.0f} ms", f"{quantile(times, 0.95):.0f} ms", goal]


def _tasks(tasks: list[float]) -> list[str]:
    return [str(len(tasks)), f"{max(tasks):.0f} ms" if tasks else ""]
