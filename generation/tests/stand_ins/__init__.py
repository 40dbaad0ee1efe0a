"""Services elsewhere, stood in for on this machine: real protocols, and a journal."""
