"""A workspace as one file (S066, D5): written, looked at, and taken in again. What is in the file
stands in `docs/archive.md`; what of its own goes into it, each room says in `registry`."""
