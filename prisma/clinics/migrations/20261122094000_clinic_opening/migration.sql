-- safe while old code runs

-- Old code reads clinics, services and facility licences and writes none of them; what was there before has nobody who recorded it.
alter table "clinic"
  add column "phone" text,
  add column "opened_by" text,
  add column "opened_at" timestamptz(3);
alter table clinic add check (phone ~ '^[+]1[2-9][0-9]{9}$'), add check ((opened_by is null) = (opened_at is null));

alter table "facility_license"
  add column "recorded_by" text,
  add column "recorded_at" timestamptz(3),
  add column "status_since" date,
  add column "status_reason" text,
  add column "status_by" text;
alter table facility_license add check ((recorded_by is null) = (recorded_at is null));

-- CreateTable
CREATE TABLE "device" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "maker" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "serial" TEXT NOT NULL,
    "registration" TEXT,
    "registered_by" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),
    "retired_by" TEXT,
    "retirement_reason" TEXT,

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "device_clinic_id_idx" ON "device"("clinic_id");

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_clinic_id_fkey" FOREIGN KEY ("clinic_id") REFERENCES "clinic"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One thing stands in one clinic at a time, whoever's it is; written large or small it is the same thing.
create unique index device_in_one_place on device (lower(maker), lower(model), lower(serial)) where retired_at is null;
alter table device
  add check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(code) <= 64),
  add check ((retired_at is null) = (retired_by is null) and (retired_at is null) = (retirement_reason is null));

-- An officer opens clinics for an entity that their grant names. Its row is shown to them before the tenancy knows of it.
revoke update, delete, truncate on clinic from goodfaith_clinics;
create policy read_by_openers on clinic for select to goodfaith_clinics
  using (entity_id = any ((select may('clinic:open'))::uuid[]));
create policy opened on clinic for insert to goodfaith_clinics
  with check (entity_id = any ((select may('clinic:open'))::uuid[]) and opened_by = (select acting()));

-- What a clinic offers is offered otherwise, or no longer; the trail has what was.
revoke update, truncate on service_offering from goodfaith_clinics;
grant update (name, modalities) on service_offering to goodfaith_clinics;
create policy offered on service_offering for insert to goodfaith_clinics
  with check (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and requires_exam);
create policy offered_otherwise on service_offering for update to goodfaith_clinics
  using (clinic_id = any ((select may('clinic:arrange'))::uuid[]))
  with check (clinic_id = any ((select may('clinic:arrange'))::uuid[]));
create policy withdrawn on service_offering for delete to goodfaith_clinics
  using (clinic_id = any ((select may('clinic:arrange'))::uuid[]));

-- A licence of the site is recorded as good; what the authority says of it later is written beside it, and a renewal is a licence of its own.
revoke update, delete, truncate on facility_license from goodfaith_clinics;
grant update (status, status_since, status_reason, status_by) on facility_license to goodfaith_clinics;
create policy recorded on facility_license for insert to goodfaith_clinics
  with check (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and recorded_by = (select acting()) and status = 'ACTIVE');
create policy restated on facility_license for update to goodfaith_clinics
  using (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and status <> 'REVOKED')
  with check (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and status_by = (select acting()));

alter table device enable row level security;
alter table device force row level security;
revoke update, delete, truncate on device from goodfaith_clinics;
grant update (retired_at, retired_by, retirement_reason) on device to goodfaith_clinics;
create policy read on device for select
  using (clinic_id = any ((select may('readiness:read'))::uuid[]) or (select everywhere('clinic-facts:read')));
create policy registered on device for insert to goodfaith_clinics
  with check (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and registered_by = (select acting()) and retired_at is null);
create policy retired on device for update to goodfaith_clinics
  using (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and retired_at is null)
  with check (clinic_id = any ((select may('clinic:arrange'))::uuid[]) and retired_by = (select acting()) and retired_at is not null);
