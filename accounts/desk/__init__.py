"""The help desk: tickets that people ask and staff answer, on pages and by mail."""
