"""The description of all doors under `/api/v1/`, as an OpenAPI document and as a page to read.

Each room says in `api/described.py` what its doors take and answer; `document.py` puts it together
with what the addresses and the doors say themselves.
"""
