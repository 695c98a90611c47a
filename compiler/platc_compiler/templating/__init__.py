"""From templates to data and to text."""
