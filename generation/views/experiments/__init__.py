"""The pages of experiments: asked for, looked at, ranked."""
