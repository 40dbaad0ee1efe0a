"""What the providers have in common that ask a service elsewhere."""
