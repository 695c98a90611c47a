CREATE INDEX records_by_time ON records (source, read_at);
CREATE INDEX runs_by_start ON runs (pipeline, started_at);
