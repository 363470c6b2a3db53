-- All that Holdfast keeps, in a schema of its own. Ids compare byte by byte (collation "C"), as the
-- rules compare them. Times are milliseconds since 1970 UTC.

-- `journal_id`; `position` of the last entry that has one; `at_ms`: the latest time given out;
-- `alive_ms`: when a server was last seen; `due_not_before_ms`: nothing is due before.
CREATE TABLE meta (
  key   text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

-- Servers that are at work, and when each was last seen.
CREATE TABLE server (
  id       text COLLATE "C" PRIMARY KEY,
  alive_ms bigint NOT NULL
);

-- A pool, or a buyer under a limit. Its row is the lock of all its accounts: every transaction that
-- touches one of them raises `seq`, so that the row is written anyway.
CREATE TABLE owner (
  id    text COLLATE "C" PRIMARY KEY,
  seq   bigint NOT NULL DEFAULT 0,
  at_ms bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- A floor binds whoever gives, not whoever receives: an account that stands below its floor may go up.
-- Stated again beneath the locks, with `prior`, the balance before.
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

-- `due_ms`: when it falls due; null for never, and for an undecided one. `live_ms`: when it was created,
-- while somebody may still ask for it by a request; null once it is final. `passes_on_to`: the pool that
-- gets what is released in this one.
CREATE TABLE document (
  id           text COLLATE "C" PRIMARY KEY,
  kind         text COLLATE "C" NOT NULL,
  version      integer NOT NULL CHECK (version > 0),
  state        text NOT NULL,
  final        boolean NOT NULL,
  due_ms       bigint,
  live_ms      bigint,
  buyer        text COLLATE "C",
  reference    text COLLATE "C",
  owners       text[] COLLATE "C",
  passes_on_to text COLLATE "C",
  body         json NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX document_due ON document (due_ms, id) WHERE due_ms IS NOT NULL;
CREATE INDEX document_live ON document (live_ms) WHERE live_ms IS NOT NULL;
CREATE INDEX document_kind ON document (kind, id) WHERE kind <> 'reservation';
CREATE INDEX document_buyer ON document (buyer, id) WHERE buyer IS NOT NULL;
CREATE INDEX document_reference ON document (reference, id) WHERE reference IS NOT NULL;
CREATE INDEX document_owners ON document USING gin (owners) WHERE owners IS NOT NULL;
CREATE INDEX document_passes ON document (passes_on_to) WHERE passes_on_to IS NOT NULL;

-- What a document's end gives back, by the account that it reaches: a release by its pool's available
-- account. Undecided ones have the deadline 2^53 - 1.
CREATE TABLE claim (
  account   text COLLATE "C" NOT NULL,
  due_ms    bigint NOT NULL,
  document  text COLLATE "C" NOT NULL,
  tentative boolean NOT NULL,
  PRIMARY KEY (account, due_ms, document)
);
CREATE INDEX claim_tentative ON claim (account, document) WHERE tentative;

-- The journal: the accepted transactions of a batch. `ord` is drawn while its locks are held, so that it
-- orders what conflicts; the sequencer gives `first`, the position of its first entry, in that order.
CREATE SEQUENCE batch_id;
CREATE SEQUENCE batch_ord;
CREATE TABLE batch (
  id     bigint PRIMARY KEY,
  ord    bigint NOT NULL,
  first  bigint UNIQUE,
  count  integer NOT NULL CHECK (count > 0),
  at_ms  bigint NOT NULL,
  body   json NOT NULL
) WITH (fillfactor = 90);
-- The default takes 3 ms for a batch of 200, a sixth of what writing it takes; not every server has this.
DO $$ BEGIN
  ALTER TABLE batch ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
CREATE INDEX batch_unsequenced ON batch (ord) WHERE first IS NULL;
CREATE INDEX batch_at ON batch (at_ms);

CREATE TABLE request (
  principal text COLLATE "C" NOT NULL,
  key       text COLLATE "C" NOT NULL,
  batch     bigint NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX request_batch ON request (batch);

-- Once an hour: when the oldest live document was created. What was asked before that, a day ago, is
-- about documents that have been final for a day. `forgotten_ms`: requests of batches before are gone.
CREATE TABLE live_since (
  hour         bigint PRIMARY KEY,
  oldest_ms    bigint NOT NULL,
  forgotten_ms bigint
);
