"""Draws a small captioned world, trains the starter model on it, and measures what came of it."""
