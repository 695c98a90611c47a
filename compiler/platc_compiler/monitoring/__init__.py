"""What is watched on a platform: services, metrics with their users, and the number of series."""
