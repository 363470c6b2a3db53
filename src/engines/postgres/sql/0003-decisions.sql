-- Where rows of stock stand in other databases too, a transaction over several of them is decided here:
-- by the row with its id, whichever outcome comes first. `at_ms`: when, by this database's clock.
CREATE TABLE decision (
  id      text COLLATE "C" PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('commit', 'abort')),
  at_ms   bigint NOT NULL
);
