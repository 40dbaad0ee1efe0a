"""The Model Context Protocol: tools by which language models make, find and look at pictures.

Translates in, calls the verbs that every door calls, translates out. Only `web.py`, `server.py` and
`wire.py` import the SDK, and nothing imports those before the first request: it takes a second.
"""
