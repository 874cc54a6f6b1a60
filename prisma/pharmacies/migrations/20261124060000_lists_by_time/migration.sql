-- safe while old code runs

-- A pharmacy's orders and lots, the newest first, from where a page begins.
create index fulfillment_pharmacy_id_received_at_id_idx on fulfillment (pharmacy_id, received_at, id);
create index lot_pharmacy_id_compounded_at_id_idx on lot (pharmacy_id, compounded_at, id);
