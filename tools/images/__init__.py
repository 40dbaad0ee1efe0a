"""Goes through the Dockerfile where no Docker is: `python -m tools.images web`."""
