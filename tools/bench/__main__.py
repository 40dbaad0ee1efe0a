"""`python -m tools.bench [overhead|submit|lists|all]`: prints one Markdown table per figure.

At a desk it measures SQLite and the embedded broker. Under `python -m tools.with_services` it
measures PostgreSQL and Redis. It fails nothing by time: it exits 0 whenever it could run.
"""

import argparse
import os

from tools.bench import lists, overhead, submit

FIGURES = {"overhead": overhead.measure, "submit": submit.measure, "lists": lists.measure}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("figure", nargs="?", default="all", choices=[*FIGURES, "all"])
    parser.add_argument("--rounds", type=int, default=12, help="repetitions of each figure")
    parser.add_argument(
        "--rows", default="1000,10000,100000", help="sizes of the gallery for `lists`"
    )
    options = parser.parse_args()
    database = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    broker = "Redis" if os.environ.get("REDIS_URL") else "files"
    print(f"# {database}, broker: {broker}, {os.cpu_count()} cores\n", flush=True)
    for name, measure in FIGURES.items():
        if options.figure in (name, "all"):
            print(measure(options) + "\n", flush=True)


if __name__ == "__main__":
    main()
