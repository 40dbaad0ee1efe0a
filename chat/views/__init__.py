"""The fragments of the assistant's window in the studio."""
