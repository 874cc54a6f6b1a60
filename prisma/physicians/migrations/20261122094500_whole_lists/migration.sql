-- safe while old code runs

-- AlterTable
ALTER TABLE "verification_run" ADD COLUMN "whole" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "expected_rows" INTEGER;

-- Whether absence from a list proved anything, and how many rows the next one is expected to have: the most that any had so far. Lists from before
-- count as whole where every row could be read and no earlier one had more than twice as many.
alter table verification_run no force row level security;
alter table verification_run disable trigger insert_only;
update verification_run r set
  whole = r.broken_count = 0 and r.row_count * 2 >= so_far.most,
  expected_rows = so_far.most
from (
  select id, max(row_count) over (partition by source, state order by at, id) as most from verification_run
) as so_far
where so_far.id = r.id;
alter table verification_run enable trigger insert_only;
alter table verification_run force row level security;
alter table verification_run add check (not whole or broken_count = 0);

-- A match that was found in part of a list says, once cleared, nothing of the rest: not known, until a whole list was looked through.
alter table exclusion_screening
  drop constraint exclusion_screening_status_check,
  add constraint exclusion_screening_status_check check (status in ('NONE', 'POSSIBLE', 'EXCLUDED', 'UNKNOWN'));
alter policy cleared on exclusion_screening
  with check (status in ('NONE', 'UNKNOWN') and works_at(practitioner_id, (select may('credential:clear'))));

-- What is recorded of somebody is told at each clinic that engages them, whoever recorded it; for three months after, too, since what is found out
-- later may be of when they worked there.
create function engaged_clinics(the_practitioner uuid, the_day date) returns setof uuid language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select distinct e.clinic_id from engagement e
  where e.practitioner_id = the_practitioner and e.status in ('ACTIVE', 'SUSPENDED', 'ENDING')
    and (e.ends_on is null or e.ends_on >= the_day - 90)
$$;

-- Whoever keeps somebody's credentials sees what the lists say of them: without the rows the answer would be "unknown", which is not so.
create policy recording on exclusion_screening for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
