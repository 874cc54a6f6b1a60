-- safe while old code runs

-- A claim is kept by signs of its examiner. Without one for some minutes it counts as none, and what was claimed waits again where it stood.

-- AlterTable
ALTER TABLE "good_faith_exam" ADD COLUMN     "claim_kept_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "exam_claim_return" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "returned_at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "returned_by" TEXT NOT NULL,

    CONSTRAINT "exam_claim_return_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "waiting_notice" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "minutes" INTEGER NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "waiting_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "exam_claim_return_exam_id_returned_at_idx" ON "exam_claim_return"("exam_id", "returned_at");

-- CreateIndex
CREATE UNIQUE INDEX "waiting_notice_exam_id_minutes_key" ON "waiting_notice"("exam_id", "minutes");

-- AddForeignKey
ALTER TABLE "exam_claim_return" ADD CONSTRAINT "exam_claim_return_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waiting_notice" ADD CONSTRAINT "waiting_notice_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

create index good_faith_exam_claimed on good_faith_exam (requested_at, id) where status = 'HELD';
alter table exam_claim_return
  add check (reason in ('CALLED_AWAY', 'PATIENT_NOT_READY', 'TECHNICAL_FAILURE', 'CONFLICT_OF_INTEREST', 'OUT_OF_SCOPE', 'SILENT'));
alter table waiting_notice add check (minutes > 0);

-- Row-level security.
alter table exam_claim_return enable row level security;
alter table exam_claim_return force row level security;
alter table waiting_notice enable row level security;
alter table waiting_notice force row level security;

create policy read on exam_claim_return for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy returned on exam_claim_return for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:conduct'))::uuid[]) and returned_by = (select acting()));
-- The subgraph itself finds claims that fell silent, and who has waited for long, by its own right; it takes nothing back.
create policy found_silent on exam_claim_return for insert to goodfaith_prescriptions
  with check ((select everywhere('hand-off:receive')) and reason = 'SILENT');
create policy read on waiting_notice for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy written on waiting_notice for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on exam_claim_return, waiting_notice from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on exam_claim_return for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on waiting_notice for each statement execute function refuse_change();

-- Jobs go over the queue of every clinic. Row-level security hides rows and not columns, so a role of its own reads where an exam stands in the
-- queue and nothing of who waits or what for, and may do one thing: put back what a silent examiner has claimed.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_queue') then
    create role goodfaith_queue nologin nosuperuser nobypassrls noinherit;
  end if;
  execute format('grant goodfaith_queue to %I with set true', current_user);
end $$;
create schema prescriptions_queue;
grant usage on schema prescriptions to goodfaith_queue;
grant select (id, clinic_id, status, requested_at, examiner_id, claimed_at, claim_kept_at) on good_faith_exam to goodfaith_queue;
grant update (status, examiner_id, claimed_at, claim_kept_at) on good_faith_exam to goodfaith_queue;
grant execute on function everywhere(text) to goodfaith_queue;
create policy queued on good_faith_exam for select to goodfaith_queue using ((select everywhere('hand-off:receive')));
create policy put_back on good_faith_exam for update to goodfaith_queue
  using (status = 'HELD' and (select everywhere('hand-off:receive')))
  with check (status = 'REQUESTED' and examiner_id is null);

-- Puts back what was claimed and has had no sign since: at most so many, and none that somebody is changing at this moment.
create function prescriptions_queue.put_back(silent_before timestamptz, most integer)
returns table (id uuid, clinic_id uuid, examiner_id uuid, claimed_at timestamptz)
language sql security definer set search_path = prescriptions, pg_temp as $$
  with silent as (
    select e.id, e.examiner_id, e.claimed_at from good_faith_exam e
    where e.status = 'HELD' and coalesce(e.claim_kept_at, e.claimed_at) <= silent_before
    order by e.requested_at, e.id limit most for update skip locked
  )
  update good_faith_exam e set status = 'REQUESTED', examiner_id = null, claimed_at = null, claim_kept_at = null
  from silent s where e.id = s.id
  returning e.id, e.clinic_id, s.examiner_id, s.claimed_at
$$;

-- Who waits since that moment or before.
create function prescriptions_queue.waiting(silent_before timestamptz, since timestamptz)
returns table (id uuid, clinic_id uuid, requested_at timestamptz)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select e.id, e.clinic_id, e.requested_at from good_faith_exam e
  where (e.status = 'REQUESTED' or (e.status = 'HELD' and coalesce(e.claim_kept_at, e.claimed_at) <= silent_before)) and e.requested_at <= since
$$;

alter schema prescriptions_queue owner to goodfaith_queue;
alter function prescriptions_queue.put_back(timestamptz, integer) owner to goodfaith_queue;
alter function prescriptions_queue.waiting(timestamptz, timestamptz) owner to goodfaith_queue;
set role goodfaith_queue;
revoke all on schema prescriptions_queue from public;
revoke all on all functions in schema prescriptions_queue from public;
grant usage on schema prescriptions_queue to goodfaith_prescriptions;
grant execute on function prescriptions_queue.put_back(timestamptz, integer) to goodfaith_prescriptions;
grant execute on function prescriptions_queue.waiting(timestamptz, timestamptz) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_queue from %I', current_user); end $$;
