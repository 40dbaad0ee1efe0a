"""Measures the service around the pipeline, as ratios to a floor taken in the same run."""
