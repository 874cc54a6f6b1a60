-- safe while old code runs

-- CreateTable
CREATE TABLE "director_work" (
    "id" UUID NOT NULL,
    "engagement_id" UUID NOT NULL,
    "done_on" DATE NOT NULL,
    "minutes" INTEGER NOT NULL,
    "task" TEXT NOT NULL,
    "note" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "director_work_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "director_work_engagement_id_done_on_idx" ON "director_work"("engagement_id", "done_on");

-- AddForeignKey
ALTER TABLE "director_work" ADD CONSTRAINT "director_work_engagement_id_fkey" FOREIGN KEY ("engagement_id") REFERENCES "engagement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table director_work
  add check (task in ('PROTOCOL_REVIEW', 'CHART_REVIEW', 'SUPERVISION', 'INCIDENT', 'TRAINING', 'ONSITE', 'OTHER')),
  add check (minutes between 1 and 1440);

-- Pay is for logged work: what was logged is not rewritten, and only who did it logs it.
create trigger insert_only before update or delete or truncate on director_work for each statement execute function refuse_change();
alter table director_work enable row level security;
alter table director_work force row level security;
revoke update, delete on director_work from goodfaith_physicians;
create policy read on director_work for select to goodfaith_physicians
  using (engagement_id in (select e.id from engagement e
    where e.clinic_id = any ((select may('engagement:arrange'))::uuid[])
      or (e.practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')))));
create policy logged on director_work for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and engagement_id in (select e.id from engagement e
    where e.status <> 'DRAFT' and e.practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer'))));
