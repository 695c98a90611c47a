"""Superset's own configuration: superset.apache.org/docs/configuration/configuring-superset."""

import os
from urllib.parse import quote

from celery.schedules import crontab

_PASSWORD = quote(os.environ["DATABASE_PASSWORD"], safe="")
_REDIS = f"redis://{os.environ['REDIS_HOST']}:{os.environ.get('REDIS_PORT', '6379')}"
_DATABASE = f"{os.environ['DATABASE_HOST']}:{os.environ.get('DATABASE_PORT', '5432')}"

SQLALCHEMY_DATABASE_URI = f"postgresql+psycopg2://superset:{_PASSWORD}@{_DATABASE}/superset"
# SECRET_KEY is read from SUPERSET_SECRET_KEY.

# The ingress controller ends TLS.
ENABLE_PROXY_FIX = True
SESSION_COOKIE_SECURE = True
TALISMAN_ENABLED = True


def _cache(prefix: str, timeout: int) -> dict[str, object]:
    return {
        "CACHE_TYPE": "RedisCache",
        "CACHE_DEFAULT_TIMEOUT": timeout,
        "CACHE_KEY_PREFIX": prefix,
        "CACHE_REDIS_URL": f"{_REDIS}/1",
    }


CACHE_CONFIG = _cache("superset_", 300)
DATA_CACHE_CONFIG = _cache("superset_data_", 600)
FILTER_STATE_CACHE_CONFIG = _cache("superset_filter_", 90 * 86400)
EXPLORE_FORM_DATA_CACHE_CONFIG = _cache("superset_explore_", 7 * 86400)
RATELIMIT_STORAGE_URI = f"{_REDIS}/2"


class CeleryConfig:
    """The queue of long queries and reports."""

    broker_url = f"{_REDIS}/0"
    result_backend = f"{_REDIS}/0"
    imports = ("superset.sql_lab", "superset.tasks.scheduler")
    worker_prefetch_multiplier = 1
    task_acks_late = True
    beat_schedule = {
        "reports.scheduler": {
            "task": "reports.scheduler",
            "schedule": crontab(minute="*", hour="*"),
        },
        "reports.prune_log": {
            "task": "reports.prune_log",
            "schedule": crontab(minute=10, hour=0),
        },
    }


CELERY_CONFIG = CeleryConfig
