"""That a model made a picture, and which: marks in its file, and how a file is known again."""
