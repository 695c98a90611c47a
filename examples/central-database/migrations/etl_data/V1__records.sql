-- What the pipeline has read from its sources, and what came of it.
CREATE TABLE records (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  read_at timestamptz NOT NULL DEFAULT now(),
  content jsonb NOT NULL
);
CREATE TABLE runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pipeline text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  records bigint NOT NULL DEFAULT 0
);
