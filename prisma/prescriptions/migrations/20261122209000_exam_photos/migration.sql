-- safe while old code runs

-- Photographs of an exam, by digest: where the pictures themselves lie is for whoever keeps them. What was added by mistake is withdrawn before the
-- exam is over; from then on nothing is added and nothing withdrawn.

-- CreateTable
CREATE TABLE "exam_photo" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "consent_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    "body_site" TEXT NOT NULL,
    "body_site_display" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_photo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_photo_withdrawal" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "photo_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "withdrawn_by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_photo_withdrawal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "exam_photo_consent_id_idx" ON "exam_photo"("consent_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_photo_exam_id_position_key" ON "exam_photo"("exam_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "exam_photo_withdrawal_photo_id_key" ON "exam_photo_withdrawal"("photo_id");

-- AddForeignKey
ALTER TABLE "exam_photo" ADD CONSTRAINT "exam_photo_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_photo" ADD CONSTRAINT "exam_photo_consent_id_fkey" FOREIGN KEY ("consent_id") REFERENCES "consent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_photo_withdrawal" ADD CONSTRAINT "exam_photo_withdrawal_photo_id_fkey" FOREIGN KEY ("photo_id") REFERENCES "exam_photo"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_photo
  add check (position > 0),
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check (media_type in ('image/jpeg', 'image/png', 'image/heic', 'image/webp')),
  add check (size > 0 and size <= 26214400),
  add check (taken_at <= added_at),
  add check (body_site ~ '^[1-9][0-9]{5,17}$' and length(trim(body_site_display)) > 0);
alter table exam_photo_withdrawal
  add check (reason in ('WRONG_PATIENT', 'WRONG_SITE', 'POOR_QUALITY', 'PATIENT_REQUEST', 'OTHER'));

alter table exam_photo enable row level security;
alter table exam_photo force row level security;
alter table exam_photo_withdrawal enable row level security;
alter table exam_photo_withdrawal force row level security;

-- A photograph is chart.
create policy read on exam_photo for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy added on exam_photo for insert to goodfaith_prescriptions
  with check (added_by = (select acting()) and clinic_id = any ((select may('exam:amend'))::uuid[]));
create policy read on exam_photo_withdrawal for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy withdrawn on exam_photo_withdrawal for insert to goodfaith_prescriptions
  with check (withdrawn_by = (select acting()) and clinic_id = any ((select may('exam:amend'))::uuid[]));
revoke update, delete, truncate on exam_photo, exam_photo_withdrawal from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on exam_photo for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on exam_photo_withdrawal for each row execute function keep_as_written();

-- Of an exam that is not over, of its own patient, who has agreed to be photographed.
create function require_open_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e join consent c on c.id = new.consent_id
    where e.id = new.exam_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id
      and e.status in ('REQUESTED', 'HELD', 'BOOKED', 'IN_PROGRESS')
      and c.clinic_id = new.clinic_id and c.patient_id = new.patient_id and c.kind = 'PHOTOGRAPHY' and c.revoked_at is null
  ) then
    raise exception 'exam % takes no such photograph', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_open_exam before insert on exam_photo for each row execute function require_open_exam();

create function require_photo_of_open_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from exam_photo p join good_faith_exam e on e.id = p.exam_id
    where p.id = new.photo_id and p.clinic_id = new.clinic_id and p.patient_id = new.patient_id
      and e.status in ('REQUESTED', 'HELD', 'BOOKED', 'IN_PROGRESS')
  ) then
    raise exception 'photograph % is not withdrawn any more', new.photo_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_open_exam before insert on exam_photo_withdrawal for each row execute function require_photo_of_open_exam();
revoke execute on function require_open_exam(), require_photo_of_open_exam() from goodfaith_prescriptions;
