-- safe while old code runs

-- Whoever verifies orders for a pharmacy sees everything that the answer rests on, whatever else they may read: a suspended account or an
-- open finding that is not seen would let an order pass.
create policy verified on fulfillment for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy verified on clinic_pharmacy_account for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy verified on facility_evidence for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy verified on facility_inspection for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy verified on inspection_finding for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
