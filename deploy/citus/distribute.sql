-- Spreads every table by the business key over the nodes of a Citus cluster. Run once, on a migrated and quiet database,
-- on the coordinator. Rows of one business lie together, so what belongs to one step stays on one node.

SELECT create_reference_table('migrations');
SELECT create_reference_table('personal_columns');

SELECT create_distributed_table('actors', 'business');
SELECT create_distributed_table('settings', 'business', colocate_with => 'actors');
SELECT create_distributed_table('inbox', 'business', colocate_with => 'actors');
SELECT create_distributed_table('messages', 'business', colocate_with => 'actors');
SELECT create_distributed_table('outbox', 'business', colocate_with => 'actors');
SELECT create_distributed_table('lines', 'business', colocate_with => 'actors');
SELECT create_distributed_table('requests', 'business', colocate_with => 'actors');
SELECT create_distributed_table('receipts', 'business', colocate_with => 'actors');
SELECT create_distributed_table('timers', 'business', colocate_with => 'actors');
SELECT create_distributed_table('customers', 'business', colocate_with => 'actors');
SELECT create_distributed_table('contacts', 'business', colocate_with => 'actors');
SELECT create_distributed_table('proofs', 'business', colocate_with => 'actors');
SELECT create_distributed_table('cases', 'business', colocate_with => 'actors');
SELECT create_distributed_table('bookings', 'business', colocate_with => 'actors');
SELECT create_distributed_table('occupancy', 'business', colocate_with => 'actors');
SELECT create_distributed_table('members', 'business', colocate_with => 'actors');
SELECT create_distributed_table('desk_sessions', 'business', colocate_with => 'actors');
SELECT create_distributed_table('room_topics', 'business', colocate_with => 'actors');
SELECT create_distributed_table('room_messages', 'business', colocate_with => 'actors');
SELECT create_distributed_table('ratings', 'business', colocate_with => 'actors');
SELECT create_distributed_table('campaigns', 'business', colocate_with => 'actors');
SELECT create_distributed_table('campaign_contacts', 'business', colocate_with => 'actors');
SELECT create_distributed_table('leases', 'business', colocate_with => 'actors');
SELECT create_distributed_table('rejections', 'business', colocate_with => 'actors');
SELECT create_distributed_table('quarantine', 'business', colocate_with => 'actors');
SELECT create_distributed_table('processes', 'business', colocate_with => 'actors');
SELECT create_distributed_table('releases', 'business', colocate_with => 'actors');
