-- safe while old code runs

-- That an exam's cover is about to end, or has ended, is told by a job, which opens no chart. The role that asks of what is in flight reads the day
-- and nothing else of the exam, for the subgraph's own hand-offs alone.
do $$ begin execute format('grant goodfaith_at_risk to %I with set true', current_user); end $$;
grant select (valid_until) on good_faith_exam to goodfaith_at_risk;
grant select (valid_until) on exam_director_decision to goodfaith_at_risk;
create policy cover_told on exam_director_decision for select to goodfaith_at_risk using ((select everywhere('hand-off:receive')));

set role goodfaith_at_risk;
-- The last day on which an exam may be relied upon: of a deferred one, as its director decided. Null where it has none, or for anybody else.
create function prescriptions_at_risk.cover_end(exam uuid) returns date
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select coalesce((select d.valid_until from exam_director_decision d where d.exam_id = e.id and d.outcome = 'APPROVED'), e.valid_until)
  from good_faith_exam e where e.id = exam and (select everywhere('hand-off:receive'))
$$;
revoke all on function prescriptions_at_risk.cover_end(uuid) from public;
grant execute on function prescriptions_at_risk.cover_end(uuid) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_at_risk from %I', current_user); end $$;
