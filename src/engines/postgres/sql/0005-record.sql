-- Where another store decides and this one remembers: how far its stream is taken, a row for each stream.
-- `epoch`: the life of that store whose stream it is; `number`: its last batch that is here; `run_id`: what
-- the store calls itself in this life. Until `lease_until_ms`, by this database's clock, it may decide, and
-- no other life begins.
CREATE TABLE record (
  stream         text COLLATE "C" PRIMARY KEY,
  epoch          bigint NOT NULL,
  number         bigint NOT NULL,
  run_id         text,
  lease_until_ms bigint NOT NULL
) WITH (fillfactor = 50);
