"""What people read, in their languages: catalogues are read, compiled and handed to pages."""
