"""Finds every text that people read, and brings the catalogues in `locale/` up to date."""
