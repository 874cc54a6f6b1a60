-- safe while old code runs

-- AlterTable
ALTER TABLE "engagement" ADD COLUMN     "accepted_at" TIMESTAMPTZ(3),
ADD COLUMN     "fee_basis" TEXT,
ADD COLUMN     "notice_days" INTEGER,
ADD COLUMN     "proposed_by" TEXT,
ADD COLUMN     "services" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "states" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "engagement_document" (
    "id" UUID NOT NULL,
    "engagement_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "signed_on" DATE NOT NULL,

    CONSTRAINT "engagement_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "engagement_event" (
    "id" UUID NOT NULL,
    "engagement_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "reason" TEXT,
    "last_day" DATE,
    "closes" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "engagement_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "engagement_decision" (
    "id" UUID NOT NULL,
    "engagement_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "engagement_decision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "engagement_document_engagement_id_sha256_key" ON "engagement_document"("engagement_id", "sha256");

-- CreateIndex
CREATE UNIQUE INDEX "engagement_event_engagement_id_number_key" ON "engagement_event"("engagement_id", "number");

-- CreateIndex
CREATE INDEX "engagement_decision_engagement_id_at_idx" ON "engagement_decision"("engagement_id", "at");

-- AddForeignKey
ALTER TABLE "engagement_document" ADD CONSTRAINT "engagement_document_engagement_id_fkey" FOREIGN KEY ("engagement_id") REFERENCES "engagement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "engagement_event" ADD CONSTRAINT "engagement_event_engagement_id_fkey" FOREIGN KEY ("engagement_id") REFERENCES "engagement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "engagement_decision" ADD CONSTRAINT "engagement_decision_engagement_id_fkey" FOREIGN KEY ("engagement_id") REFERENCES "engagement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table engagement
  add check (services is not null and states is not null),
  add check (fee_basis in ('FIXED_MONTHLY', 'HOURLY', 'PER_CASE', 'PER_PRESCRIPTION', 'PERCENTAGE')),
  add check (notice_days between 0 and 180);
alter table engagement_document
  add check (kind in ('AGREEMENT', 'FEE_VALUATION', 'DUTIES', 'OTHER')),
  add check (sha256 ~ '^[0-9a-f]{64}$');
alter table engagement_event
  add check (kind in ('PROPOSED', 'ACCEPTED', 'SUSPENDED', 'RESUMED', 'NOTICE')),
  add check (side in ('CLINIC', 'PRACTITIONER')),
  add check ((kind = 'NOTICE') = (last_day is not null)),
  add check (closes is not null);
alter table engagement_decision add check (gate in ('PROPOSE', 'ACCEPT', 'RESUME'));

-- One at a time, by their days: an engagement that a date alone has ended stands in nobody's way, and a renewal may be accepted ahead.
create extension if not exists btree_gist with schema public;
drop index engagement_one_at_a_time;
alter table engagement add constraint engagement_one_at_a_time exclude using gist (
  clinic_id public.gist_uuid_ops with =, practitioner_id public.gist_uuid_ops with =, role public.gist_text_ops with =,
  daterange(starts_on, ends_on, '[]') with &&) where (status in ('ACTIVE', 'SUSPENDED', 'ENDING'));

create trigger insert_only before update or delete or truncate on engagement_document for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on engagement_event for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on engagement_decision for each statement execute function refuse_change();

-- The practitioner who acts, who signs in by their own id; null for anybody else.
create function engaged_self() returns uuid language sql stable parallel safe
  return case when (select acting()) ~ '^prc_[0-7][0-9a-hjkmnp-tv-z]{25}$' then (
    select string_agg(to_hex(substr(bits, 3 + 4 * n, 4)::bit(4)::int), '' order by n)::uuid
    from (
      select string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', substr((select acting()), 5 + c, 1)) - 1)::bit(5)::text, '' order by c) as bits
      from generate_series(0, 25) as c
    ) as whole, generate_series(0, 31) as n
  ) end;

-- Row-level security. The practitioner sees and answers the own engagements wherever they are; the clinic arranges its own.
create policy own on engagement for select to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')));
create policy proposed on engagement for insert to goodfaith_physicians
  with check (status = 'DRAFT' and proposed_by = (select acting()) and clinic_id = any ((select may('engagement:arrange'))::uuid[])
    and practitioner_id is distinct from (select engaged_self()));
create policy answered on engagement for update to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')))
  with check (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')));
create policy arranged on engagement for update to goodfaith_physicians
  using (status <> 'DRAFT' and clinic_id = any ((select may('engagement:arrange'))::uuid[]))
  with check (status <> 'DRAFT' and clinic_id = any ((select may('engagement:arrange'))::uuid[]));
grant insert on engagement to goodfaith_physicians;
grant update (status, starts_on, ends_on, accepted_at) on engagement to goodfaith_physicians;

-- The moves there are, for whoever serves requests. Only its practitioner turns a draft into an engagement.
create function refuse_engagement_move() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if current_user <> 'goodfaith_physicians' then
    return new;
  end if;
  if (old.status, new.status) not in (('DRAFT', 'ACTIVE'), ('ACTIVE', 'SUSPENDED'), ('ACTIVE', 'ENDING'), ('SUSPENDED', 'ACTIVE'),
      ('SUSPENDED', 'ENDING'), ('ENDING', 'SUSPENDED'))
    or (old.status = 'DRAFT' and old.practitioner_id is distinct from engaged_self()) then
    raise exception 'an engagement does not move from % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger moves before update on engagement for each row when (old.status is distinct from new.status)
  execute function refuse_engagement_move();
revoke execute on function refuse_engagement_move() from goodfaith_physicians;

alter table engagement_document enable row level security;
alter table engagement_document force row level security;
alter table engagement_event enable row level security;
alter table engagement_event force row level security;
alter table engagement_decision enable row level security;
alter table engagement_decision force row level security;
revoke update, delete on engagement_document, engagement_event, engagement_decision from goodfaith_physicians;

-- Papers, reasons and dates of notice are for the two sides.
create policy read on engagement_document for select to goodfaith_physicians
  using (engagement_id in (select e.id from engagement e
    where e.clinic_id = any ((select may('engagement:arrange'))::uuid[])
      or (e.practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')))));
create policy proposed on engagement_document for insert to goodfaith_physicians
  with check (engagement_id in (
    select e.id from engagement e where e.status = 'DRAFT' and e.clinic_id = any ((select may('engagement:arrange'))::uuid[])));
create policy read on engagement_event for select to goodfaith_physicians
  using (engagement_id in (select e.id from engagement e
    where e.clinic_id = any ((select may('engagement:arrange'))::uuid[])
      or (e.practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')))));
create policy written on engagement_event for insert to goodfaith_physicians
  with check (by = (select acting()) and engagement_id in (
    select e.id from engagement e
    where case side when 'CLINIC' then e.clinic_id = any ((select may('engagement:arrange'))::uuid[])
      else e.practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')) end));
-- What was decided carries the entity's attestations with their notes: for those who arrange.
create policy read on engagement_decision for select to goodfaith_physicians
  using (engagement_id in (select e.id from engagement e where e.clinic_id = any ((select may('engagement:arrange'))::uuid[])));
create policy written on engagement_decision for insert to goodfaith_physicians
  with check (engagement_id in (
    select e.id from engagement e
    where e.clinic_id = any ((select may('engagement:arrange'))::uuid[])
      or (e.practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')))));

-- One's own insurance, which accepting stands on.
create policy own on insurance_policy for select to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')));

-- A draft is one side's wish: to propose something to somebody opens nobody's credentials.
alter policy read on dea_registration
  using (practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
alter policy read on insurance_policy
  using (practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
alter policy read on board_certification
  using (practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
alter policy read on credential_check
  using (practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[])));
alter policy read on collaborative_agreement
  using (supervisor_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or supervisee_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
