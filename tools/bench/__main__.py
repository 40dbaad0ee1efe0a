"""`python -m tools.bench [overhead|submit|lists|search|studio|...|all]`: a Markdown table each.

At a desk it measures SQLite and the embedded broker; under
`python -m tools.with_services --durable` PostgreSQL and Redis. It fails nothing by time: it exits 0
whenever it could run.
"""

import argparse
import os

from tools import ending
from tools.bench import (
    archive,
    cancel,
    lists,
    overhead,
    pipeline,
    queue,
    recover,
    search,
    storm,
    studio,
    submit,
)

FIGURES = {
    "overhead": overhead.measure,
    "submit": submit.measure,
    "lists": lists.measure,
    "search": search.measure,
    "cancel": cancel.measure,
    "recover": recover.measure,
    "queue": queue.measure,
    "pipeline": pipeline.measure,
    "archive": archive.measure,
    "studio": studio.measure,
    "storm": storm.measure,
}


def main() -> None:
    # Whoever is told to stop stops what it started, too.
    ending.by_signal()
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("figure", nargs="?", default="all", choices=[*FIGURES, "all"])
    parser.add_argument("--rounds", type=int, default=12, help="repetitions of each figure")
    parser.add_argument(
        "--rows", default="1000,10000,100000", help="sizes of the gallery for `lists`"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=0.0,
        help="width and depth of `pipeline`'s models and sides of its pictures, 1 being the true"
        " ones; without it 1 on a GPU and an eighth elsewhere",
    )
    parser.add_argument("--steps", type=int, default=0, help="of `pipeline`; else the usual")
    parser.add_argument("--options", default="{}", help="of `pipeline`: a model's options, as JSON")
    parser.add_argument("--processes", default="1,2", help="numbers of web processes for `submit`")
    parser.add_argument("--clients", default="1,8,32", help="of `submit`, at the same time")
    parser.add_argument(
        "--pictures", type=int, default=1000, help="that one request of `submit` asks for"
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
