ALTER TABLE contacts DROP COLUMN linked_by;
ALTER TABLE actors DROP COLUMN came_at;
