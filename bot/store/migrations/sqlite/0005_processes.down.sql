DROP TABLE releases;
DROP TABLE processes;
