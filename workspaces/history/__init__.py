"""Who changed what in a workspace, and the way back (S233)."""
