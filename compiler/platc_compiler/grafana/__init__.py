"""Dashboards as Grafana itself has them: the syntax of variables, and dashboards in JSON."""
