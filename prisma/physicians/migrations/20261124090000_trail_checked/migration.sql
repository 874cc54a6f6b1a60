-- safe while old code runs

-- Before 1970 there is no moment in an id: all of them are later.
create or replace function first_id_of(at timestamptz) returns uuid language sql stable parallel safe
  return (lpad(to_hex(greatest(0, floor(extract(epoch from at) * 1000))::bigint), 12, '0') || '00000000000000000000')::uuid;

-- Whoever checks the chains also looks for patients that a row names and the list by patient does not.
create policy read_by_sealer on audit_patient for select to goodfaith_physicians_worker using (true);
grant select on audit_patient to goodfaith_physicians_worker;
