"""The sources' own addresses, words and shapes, for clients written for them (C17, C27).

Each door here is three lines of thought: their words in, one verb of ours, their words out. What
may be asked, by whom and at what price is the verb's affair: nothing is permitted here that isn't
elsewhere. docs/aliases.md lists them; `tests/test_alias_shapes.py` holds the answers to the shapes.
"""
