"""Writing that survives a kill at any moment, and others who write at the same time."""
