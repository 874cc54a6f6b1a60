-- safe while old code runs

-- A clinic's list without a status: the longest waiting first, from where a page begins.
create index order_clinic_id_status_since_id_idx on "order" (clinic_id, status_since, id);
