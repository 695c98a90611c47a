"""Templates to data and to text."""
