DELETE FROM personal_columns WHERE table_name IN ('customers', 'contacts', 'cases', 'bookings', 'occupancy');
DROP TABLE occupancy;
DROP TABLE bookings;
DROP TABLE cases;
DROP TABLE contacts;
DROP TABLE customers;
