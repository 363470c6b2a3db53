-- What a server knows of a batch of another one whose entries nobody there needs: how many documents more
-- are live after it, and whether it writes any that is named by its kind, which everybody needs. Of
-- batches from before this nothing is known: they are read.
ALTER TABLE batch
  ADD COLUMN lives integer,
  ADD COLUMN named boolean NOT NULL DEFAULT true;
