-- safe while old code runs
-- What a decision about an order relies on, locked in one round trip and always in this order, by the caller's own right: nobody amends the
-- patient, revokes the exam, moves the order before or the order itself, or takes a consent back until the transaction ends.
create function lock_order_chart(patient uuid, exam uuid, prior uuid, decided uuid) returns void
language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  perform 1 from patient p where p.id = patient for share;
  perform 1 from good_faith_exam e where e.id = exam for share;
  if prior is not null then
    perform 1 from "order" o where o.id = prior for update;
  end if;
  perform 1 from "order" o where o.id = decided for update;
  perform 1 from consent c where c.patient_id = patient and c.revoked_at is null order by c.id for share;
  perform pg_advisory_xact_lock(hashtextextended('orders of ' || patient, 0));
end $$;
