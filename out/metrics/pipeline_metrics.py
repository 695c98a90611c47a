"The metrics of pipeline-metrics, as platform.yaml declares them."

# Written by platc from platform.yaml: change it there, not here.

from prometheus_client import Gauge

data_quality_score = Gauge(
    "data_quality_score",
    "Data quality score (0-1)",
    ["checkpoint", "date"],
)

lambda_reconciliation_discrepancy = Gauge(
    "lambda_reconciliation_discrepancy",
    "Discrepancy between speed and batch layers",
    ["metric", "user_tier"],
)

pipeline_ingestion_rate_records_per_second = Gauge(
    "pipeline_ingestion_rate_records_per_second",
    "Rate of records ingested per second",
    ["component", "topic"],
)

pipeline_processing_lag_seconds = Gauge(
    "pipeline_processing_lag_seconds",
    "Processing lag in seconds",
    ["layer", "component"],
)
