"""From text to data with its places, and from data back to text."""
