"""Feeds what reads strangers' bytes with bytes that nobody thought of."""
