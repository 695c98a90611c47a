-- What reports read.
CREATE OR REPLACE VIEW daily AS
SELECT source, date_trunc('day', read_at) AS day, count(*) AS records
FROM records
GROUP BY source, day;
