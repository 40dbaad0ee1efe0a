"""How whoever runs the site sees that it lives, is ready and does its work (docs/monitoring.md)."""
