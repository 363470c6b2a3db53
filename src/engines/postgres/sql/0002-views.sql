-- Views for people who report with SQL, described in docs/sql-views.md. They read and decide nothing,
-- and their columns stay as they are from version to version, which the tables do not promise.

-- As the servers see it: `now` never goes back; what ends up to `due` is over. Nothing is, while everybody
-- gets a minute after the store was down.
CREATE VIEW clock AS
SELECT to_timestamp(now_ms / 1000.0) AS now, to_timestamp(due_ms / 1000.0) AS due, due_ms
FROM (
  SELECT now_ms, CASE WHEN now_ms >= not_before_ms THEN now_ms ELSE 0 END AS due_ms
  FROM (
    SELECT GREATEST(
        floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint,
        (SELECT value::bigint FROM meta WHERE key = 'at_ms')
      ) AS now_ms,
      (SELECT value::bigint FROM meta WHERE key = 'due_not_before_ms') AS not_before_ms
  ) AS times
) AS moment;

CREATE VIEW pools AS
SELECT substr(d.id, 6) AS id,
  d.body -> 'data' ->> 'product' AS product,
  d.body -> 'data' ->> 'place' AS place,
  d.body -> 'data' ->> 'home' AS home,
  d.state,
  o.seq AS version,
  b.*,
  to_timestamp((d.body ->> 'createdAtMs')::bigint / 1000.0) AS created_at
FROM document d
JOIN owner o ON o.id = substr(d.id, 6)
CROSS JOIN LATERAL (
  SELECT
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/available'), 0) AS available,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/held'), 0) AS held,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/sold'), 0) AS sold,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/safety'), 0) AS safety,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/returning'), 0) AS returning,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/inspecting'), 0) AS inspecting,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/quarantined'), 0) AS quarantined,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/offered'), 0) AS offered,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/leased'), 0) AS leased,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/in-transit'), 0) AS in_transit,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/supply'), 0) AS supply,
    coalesce(max(balance) FILTER (WHERE a.id = o.id || '/written-off'), 0) AS written_off
  FROM account a WHERE a.owner = o.id
) AS b
WHERE d.kind = 'pool';

CREATE VIEW balances AS
SELECT a.owner AS pool,
  d.body -> 'data' ->> 'product' AS product,
  d.body -> 'data' ->> 'place' AS place,
  substr(a.id, length(a.owner) + 2) AS account,
  a.balance AS quantity
FROM account a
LEFT JOIN document d ON d.id = 'pool:' || a.owner
WHERE NOT starts_with(a.id, '!');

-- One that is due is shown as expired, whether or not somebody has tidied up yet.
CREATE VIEW reservations AS
SELECT d.id,
  CASE WHEN d.due_ms <= (SELECT due_ms FROM clock) THEN 'EXPIRED' ELSE d.state END AS status,
  d.version,
  d.buyer,
  d.reference,
  json_array_length(d.body -> 'data' -> 'lines') AS lines,
  d.body -> 'data' -> 'metadata' AS metadata,
  to_timestamp((d.body ->> 'createdAtMs')::bigint / 1000.0) AS created_at,
  to_timestamp((d.body ->> 'updatedAtMs')::bigint / 1000.0) AS updated_at,
  to_timestamp((d.body ->> 'deadlineMs')::bigint / 1000.0) AS expires_at
FROM document d
WHERE d.kind = 'reservation';

-- `standing`: what the line has on its pool's accounts now, held or sold.
CREATE VIEW reservation_lines AS
SELECT d.id AS reservation,
  l.n::int AS line,
  l.line ->> 'pool' AS pool,
  CASE WHEN d.due_ms <= (SELECT due_ms FROM clock) THEN 'EXPIRED' ELSE d.state END AS status,
  (l.line ->> 'asked')::bigint AS asked,
  coalesce((l.line ->> 'granted')::bigint, c.standing) AS quantity,
  CASE WHEN d.state = 'CONFIRMED'
    THEN c.standing + coalesce((l.line ->> 'returned')::bigint, 0) END AS confirmed,
  coalesce((l.line ->> 'returned')::bigint, 0) AS returned,
  c.standing,
  d.buyer,
  to_timestamp((d.body ->> 'createdAtMs')::bigint / 1000.0) AS created_at
FROM document d
CROSS JOIN LATERAL json_array_elements(d.body -> 'data' -> 'lines') WITH ORDINALITY AS l(line, n)
CROSS JOIN LATERAL (
  SELECT coalesce((d.body -> 'claims' -> (l.n::int - 1) ->> 'quantity')::bigint, 0) AS standing
) AS c
WHERE d.kind = 'reservation';

-- The journal, entry by entry. What no sequencer has seen yet has no position and is not shown.
CREATE VIEW journal AS
SELECT b.first + e.n - 1 AS position,
  to_timestamp((e.entry ->> 'atMs')::bigint / 1000.0) AS at,
  e.entry -> 'events' -> 0 ->> 'type' AS event,
  e.entry -> 'events' -> 0 ->> 'subject' AS subject,
  e.entry -> 'documents' -> 0 ->> 'id' AS document,
  e.entry -> 'request' ->> 'principal' AS principal,
  e.entry -> 'request' ->> 'key' AS idempotency_key,
  e.entry
FROM batch b
CROSS JOIN LATERAL json_array_elements(b.body) WITH ORDINALITY AS e(entry, n)
WHERE b.first IS NOT NULL;

CREATE VIEW movements AS
SELECT j.position,
  m.n::int AS move,
  j.at,
  split_part(m.move ->> 'from', '/', 1) AS from_pool,
  split_part(m.move ->> 'from', '/', 2) AS from_account,
  split_part(m.move ->> 'to', '/', 1) AS to_pool,
  split_part(m.move ->> 'to', '/', 2) AS to_account,
  (m.move ->> 'quantity')::bigint AS quantity,
  j.document,
  j.event,
  j.subject
FROM journal j
CROSS JOIN LATERAL json_array_elements(j.entry -> 'moves') WITH ORDINALITY AS m(move, n)
WHERE NOT starts_with(m.move ->> 'from', '!');

CREATE VIEW limits AS
SELECT substr(d.id, 7) AS id,
  d.body -> 'data' ->> 'per' AS per,
  (d.body -> 'data' ->> 'quantityMax')::bigint AS quantity_max,
  d.body -> 'data' ->> 'period' AS period,
  (d.body -> 'data' ->> 'windowMs')::bigint * interval '1 millisecond' AS sliding_window,
  d.body -> 'data' -> 'scope' AS scope,
  d.version
FROM document d
WHERE d.kind = 'limit';

-- The owner of a buyer's account is `!limit!period!buyer`, the buyer in the encoding of URLs.
CREATE VIEW limit_use AS
SELECT o.part[1] AS limit_id,
  nullif(o.part[2], '') AS period,
  (
    SELECT convert_from(string_agg(
      CASE WHEN c.part[1] LIKE '\%%' THEN decode(substr(c.part[1], 2), 'hex')
        ELSE convert_to(c.part[1], 'UTF8') END, ''::bytea ORDER BY c.n), 'UTF8')
    FROM regexp_matches(o.part[3], '%[0-9A-F]{2}|[^%]+', 'g') WITH ORDINALITY AS c(part, n)
  ) AS buyer,
  -a.balance AS used,
  -a.floor AS quantity_max
FROM account a
CROSS JOIN LATERAL regexp_match(a.owner, '^!([^!]*)!([^!]*)!(.*)$') AS o(part)
WHERE starts_with(a.id, '!') AND a.id = a.owner || '/used';
