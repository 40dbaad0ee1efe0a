"""`python -m tools.load [gallery|lists|...|all]`: what the site bears, as one Markdown table.

Under `python -m tools.with_services --durable` on PostgreSQL and Redis, else on SQLite. wrk and
Locust run on the same machine, so that half a core is theirs. Nothing fails by time. Locust is in
requirements/load.txt.
"""

import argparse
import json
import os

from tools import ending
from tools.bench.site import BenchSite
from tools.bench.table import markdown
from tools.load.scenes import SCENES, few
from tools.load.stage import Figure, Stage


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__)
    parser.add_argument("scene", nargs="*", default=["all"], choices=[*SCENES, "all"])
    parser.add_argument("--seconds", type=float, default=60.0, help="that a round lasts")
    parser.add_argument("--rounds", type=int, default=3, help="of which the middle one counts")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pictures", type=int, default=100_000, help="that they have together")
    parser.add_argument("--users", type=int, default=100, help="of `mixed`, at the same time")
    parser.add_argument(
        "--connections", type=int, default=8, help="that ask without a pause; p95 grows with them"
    )
    parser.add_argument("--processes", type=int, default=2, help="that serve the web")
    options = parser.parse_args()
    # Whoever ends this, as a limit on its time does, leaves none of its processes behind.
    ending.by_signal()
    wanted = [name for name in SCENES if name in options.scene or "all" in options.scene]
    figures: list[Figure] = []
    with BenchSite(worker=False, web_processes=options.processes) as site:
        begin = options.pictures
        if "gallery" in wanted:
            begin = few(options.people, options.pictures)
        code = f"from tools.load.crowd import gather; gather({options.people}, {begin})"
        crowd = json.loads(site.run(code).strip().splitlines()[-1])
        stage = Stage(
            site,
            crowd,
            options.seconds,
            options.rounds,
            options.users,
            options.pictures,
            options.connections,
        )
        for name in wanted:
            figures += SCENES[name](stage)
    database = "PostgreSQL and Redis" if os.environ.get("DATABASE_URL") else "SQLite"
    rounds = f"{options.rounds} rounds of {options.seconds:g} s, {options.pictures:,} pictures"
    title = (
        f"Load on {database}, {options.processes} web processes, {os.cpu_count()} cores: {rounds}"
    )
    heads = ["scene", "goal", "measured", "CPU for one: web + database"]
    rows = [[figure.scene, figure.goal, figure.measured, figure.cpu] for figure in figures]
    print(markdown(title, heads, rows), flush=True)


if __name__ == "__main__":
    main()
