"""What the site writes down: in lines for a person at a desk, in JSON for machines that gather logs
(docs/monitoring.md). No secret is in either: `redaction.py`."""
