-- safe while old code runs

-- Who follows a parcel of an order also counts what the clinical side is told of it.
create policy followed on hand_off_head using (exists (
  select 1 from shipment s where s.order_id = hand_off_head.order_id and s.clinic_id = any ((select may('shipment:follow'))::uuid[])));
