"""Addresses that are answered without asking who reads: that would ask the database."""

# Streams hold no connection of it, and one page says that it is away.
WITHOUT_DATABASE = ("/events/", "/status/", "/status.json")
