"""Comments, whatever they are about: what every door does with them."""
