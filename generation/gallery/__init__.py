"""Everything a person has made and may see, found again: the gallery's searching and acting."""
