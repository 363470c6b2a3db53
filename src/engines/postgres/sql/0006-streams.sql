-- Of a store that comes in several streams: in which of them an owner, a document or a request lives, and
-- from which it is rebuilt. Null where there is one stream, or none.
ALTER TABLE owner ADD COLUMN stream text COLLATE "C";
ALTER TABLE document ADD COLUMN stream text COLLATE "C";
ALTER TABLE request ADD COLUMN stream text COLLATE "C";
