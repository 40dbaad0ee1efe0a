"""Experiments: many pictures over axes or from a list, with a budget, and which of them is best.

`plan` says what is asked for would make and take, `create` keeps it, `running` draws it in portions
that are ordinary batches, `ranking` finds the winner from blind votes.
"""
