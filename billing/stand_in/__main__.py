"""`python -m billing.stand_in`: the stand-in as a program of its own, until Ctrl-C."""

import argparse
import os
import sys
import threading

from billing.stand_in.server import StandIn


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for Stripe, on this machine only.")
    parser.add_argument("--port", type=int, default=8020)
    parser.add_argument("--webhook", default="", help="where events are sent")
    secret = os.environ.get("STAND_IN_SECRET", "whsec_stand_in")
    parser.add_argument("--secret", default=secret, help="what they are signed with")
    parser.add_argument(
        "--delay", type=float, default=10, help="seconds until delayed money arrives"
    )
    given = parser.parse_args()
    with StandIn(given.webhook, given.secret, port=given.port, delay=given.delay) as stand_in:
        sys.stdout.write(f"The stand-in for Stripe is at {stand_in.url}: no money moves.\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
