-- safe while old code runs

-- A place in a clinic's list of orders: what a cursor of it names.
create unique index order_clinic_id_status_since_id_key on "order" (clinic_id, status_since, id);
drop index order_clinic_id_status_since_id_idx;
