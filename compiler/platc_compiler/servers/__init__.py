"""What Prometheus and Alertmanager refuse of their own configuration, at which place."""
