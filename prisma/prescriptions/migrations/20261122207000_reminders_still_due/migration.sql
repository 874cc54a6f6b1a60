-- safe while old code runs

-- A reminder that is handed on late tells of no exam that was cancelled or moved meanwhile.
do $$ begin execute format('grant goodfaith_notice to %I with set true', current_user); end $$;
set role goodfaith_notice;
-- Whether an exam is booked for that time. Its row stays locked to the caller's transaction: who cancels or moves it comes later.
create function prescriptions_notice.still_booked(exam uuid, at timestamptz)
returns boolean language sql volatile security definer set search_path = prescriptions, pg_temp as $$
  select exists (
    select from good_faith_exam e where e.id = still_booked.exam and e.status = 'BOOKED' and e.starts_at = still_booked.at for share of e)
$$;
revoke all on function prescriptions_notice.still_booked(uuid, timestamptz) from public;
grant execute on function prescriptions_notice.still_booked(uuid, timestamptz) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_notice from %I', current_user); end $$;
