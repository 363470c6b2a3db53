-- Checksums (row-sums.ts), so that damage inside a row is noticed and never replayed. Null: written
-- before there were any.
ALTER TABLE journal ADD COLUMN sum INTEGER;

ALTER TABLE checkpoint_part ADD COLUMN sum INTEGER;
