"""How people are told: in the bell, by mail, at an address of their own."""
