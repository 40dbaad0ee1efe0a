"""The gallery at 1k, 10k and 100k pictures: its first page, a page deep down, and searches."""

import argparse
import json

from tools.bench.lists import median_of
from tools.bench.site import BenchSite
from tools.bench.table import markdown, milliseconds

# What is asked for, by what people read for it.
ASKED = {
    "first page": "",
    "90 % deep": "after={deep}",
    "a word in all": "q=house",
    "a word in few": "q=17",
    "a word in none": "q=nowhere",
    "words, shape, rating": "q=red+moon&shape=square&rating=4",
    "best rated": "order=rating",
}


def measure(options: argparse.Namespace) -> str:
    rows = []
    with BenchSite(worker=False) as site:
        for size in (int(size) for size in options.rows.split(",")):
            code = f"from tools.bench.fill import fill; fill({size})"
            facts = json.loads(site.run(code).strip().splitlines()[-1])
            caller, times = site.connect(), []
            for query in ASKED.values():
                path = f"/gallery/?{query.format(deep=facts['deep_image'])}"
                times.append(median_of(caller, path, facts["cookie"], options.rounds))
            rows.append([f"{size:,}", *(milliseconds(time) for time in times)])
    return markdown(f"Gallery, median of {options.rounds}", ["pictures", *ASKED], rows)
