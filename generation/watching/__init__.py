"""What readiness stands on, and what the engine is counted by (docs/monitoring.md)."""
