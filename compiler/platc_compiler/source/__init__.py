"""Text to data with its places, and data back to text."""
