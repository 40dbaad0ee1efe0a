"""The public gallery: what people chose to show to everybody (S318)."""
