"""Plays days of the queue in seconds: the real claim code, on a database whose clock is ours."""
