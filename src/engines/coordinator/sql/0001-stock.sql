-- A part of a store whose home is another database: the numbers and balances of the pools that live here.
-- Everything else, documents and the journal too, is at home. The tables are those of a home.

-- `part`: its name; `home`: the journal that it belongs to.
CREATE TABLE meta (
  key   text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE owner (
  id    text COLLATE "C" PRIMARY KEY,
  seq   bigint NOT NULL DEFAULT 0,
  at_ms bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE account (
  id      text COLLATE "C" PRIMARY KEY,
  owner   text COLLATE "C" NOT NULL,
  balance bigint NOT NULL CHECK (balance BETWEEN -9007199254740991 AND 9007199254740991),
  floor   bigint NOT NULL,
  inflow  bigint NOT NULL,
  prior   bigint NOT NULL,
  CONSTRAINT account_floor CHECK (balance >= LEAST(floor, prior))
) WITH (fillfactor = 50);
CREATE INDEX account_owner ON account (owner);

-- For people who report with SQL. Products and places are known at home.
CREATE VIEW balances AS
SELECT owner AS pool, substr(id, length(owner) + 2) AS account, balance AS quantity FROM account;
