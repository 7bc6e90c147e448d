DELETE FROM personal_columns WHERE table_name = 'quarantine';
DROP TABLE quarantine;
DROP TABLE rejections;
