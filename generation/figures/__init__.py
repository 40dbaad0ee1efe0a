"""Figures of what the site drew, by the hour and by the day: made, read, shown."""
