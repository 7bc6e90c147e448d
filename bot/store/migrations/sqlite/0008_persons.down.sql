DELETE FROM personal_columns WHERE table_name = 'proofs';
ALTER TABLE cases DROP COLUMN home;
ALTER TABLE contacts DROP COLUMN undone_by;
ALTER TABLE contacts DROP COLUMN means;
DROP TABLE proofs;
