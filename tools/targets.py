"""Measures what is pressed on a page: what is smaller than a finger, with its size."""

from pathlib import Path

LEAST = 44  # CSS pixels, WCAG 2.5.5
# A function of that number, for the page to run.
SMALL = Path(__file__).with_suffix(".js").read_text()
