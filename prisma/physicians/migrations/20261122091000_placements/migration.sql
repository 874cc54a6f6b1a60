-- safe while old code runs

-- CreateTable
CREATE TABLE "director_availability" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "roles" TEXT[],
    "states" TEXT[],
    "services" TEXT[],
    "on_site_states" TEXT[],
    "most_clinics" INTEGER NOT NULL,
    "hours_per_month" INTEGER NOT NULL,
    "available_from" DATE NOT NULL,
    "available_until" DATE,
    "status" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "director_availability_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "director_conflict" (
    "availability_id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "director_conflict_pkey" PRIMARY KEY ("availability_id","entity_id")
);

-- CreateTable
CREATE TABLE "placement_request" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "states" TEXT[],
    "services" TEXT[],
    "monthly_volume" INTEGER NOT NULL,
    "device_needs" TEXT[],
    "on_site" TEXT NOT NULL,
    "required_specialties" TEXT[],
    "preferred_specialties" TEXT[],
    "prescribing_model" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "fee_basis" TEXT NOT NULL,
    "notice_days" INTEGER NOT NULL,
    "starts_on" DATE NOT NULL,
    "promised_hours" INTEGER NOT NULL,
    "promised_by" TIMESTAMPTZ(3) NOT NULL,
    "risk_class" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "requested_by" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "placement_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placement_offer" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "offered_at" TIMESTAMPTZ(3) NOT NULL,
    "offered_by" TEXT NOT NULL,
    "offered_by_name" TEXT NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "decline_reason" TEXT,
    "engagement_id" UUID,

    CONSTRAINT "placement_offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placement_document" (
    "id" UUID NOT NULL,
    "offer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "signed_on" DATE NOT NULL,

    CONSTRAINT "placement_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placement_decision" (
    "id" UUID NOT NULL,
    "offer_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "placement_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placement_event" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "mark" INTEGER,
    "matched" INTEGER,
    "offer_id" UUID,

    CONSTRAINT "placement_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "director_availability_practitioner_id_key" ON "director_availability"("practitioner_id");

-- CreateIndex
CREATE INDEX "director_availability_status_idx" ON "director_availability"("status");

-- CreateIndex
CREATE INDEX "placement_request_clinic_id_status_idx" ON "placement_request"("clinic_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "placement_offer_engagement_id_key" ON "placement_offer"("engagement_id");

-- CreateIndex
CREATE INDEX "placement_offer_request_id_idx" ON "placement_offer"("request_id");

-- CreateIndex
CREATE INDEX "placement_offer_practitioner_id_idx" ON "placement_offer"("practitioner_id");

-- CreateIndex
CREATE UNIQUE INDEX "placement_document_offer_id_sha256_key" ON "placement_document"("offer_id", "sha256");

-- CreateIndex
CREATE INDEX "placement_decision_offer_id_idx" ON "placement_decision"("offer_id");

-- CreateIndex
CREATE INDEX "placement_event_request_id_number_idx" ON "placement_event"("request_id", "number");

-- AddForeignKey
ALTER TABLE "director_availability" ADD CONSTRAINT "director_availability_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "director_conflict" ADD CONSTRAINT "director_conflict_availability_id_fkey" FOREIGN KEY ("availability_id") REFERENCES "director_availability"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement_offer" ADD CONSTRAINT "placement_offer_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "placement_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement_offer" ADD CONSTRAINT "placement_offer_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement_offer" ADD CONSTRAINT "placement_offer_engagement_id_fkey" FOREIGN KEY ("engagement_id") REFERENCES "engagement"("id") ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
ALTER TABLE "placement_document" ADD CONSTRAINT "placement_document_offer_id_fkey" FOREIGN KEY ("offer_id") REFERENCES "placement_offer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement_decision" ADD CONSTRAINT "placement_decision_offer_id_fkey" FOREIGN KEY ("offer_id") REFERENCES "placement_offer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement_event" ADD CONSTRAINT "placement_event_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "placement_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table director_availability
  add check (cardinality(roles) > 0 and roles <@ array['MEDICAL_DIRECTOR', 'COLLABORATING_PHYSICIAN']),
  add check (cardinality(states) > 0 and services is not null and on_site_states is not null),
  add check (most_clinics between 1 and 100 and hours_per_month between 1 and 744),
  add check (available_from <= available_until),
  add check (status in ('OPEN', 'PAUSED'));
alter table placement_request
  add check (role in ('MEDICAL_DIRECTOR', 'COLLABORATING_PHYSICIAN')),
  add check (cardinality(states) > 0 and services is not null and device_needs is not null),
  add check (required_specialties is not null and preferred_specialties is not null),
  add check (model in ('FULL_TIME', 'FRACTIONAL', 'RETAINER', 'PER_CASE', 'PER_PRESCRIPTION', 'REMOTE', 'ON_SITE', 'HYBRID')),
  add check (fee_basis in ('FIXED_MONTHLY', 'HOURLY', 'PER_CASE', 'PER_PRESCRIPTION', 'PERCENTAGE')),
  add check (on_site in ('NONE', 'PERIODIC', 'ON_SITE')),
  add check (prescribing_model in ('NOBODY', 'PHYSICIANS', 'NURSE_PRACTITIONERS', 'PHYSICIAN_ASSISTANTS', 'MIXED')),
  add check (notice_days between 0 and 180 and monthly_volume between 0 and 100000),
  add check (promised_hours in (12, 24, 36) and promised_by = requested_at + make_interval(hours => promised_hours)),
  add check (risk_class in ('LOW', 'MODERATE', 'HIGH')),
  add check (status in ('OPEN', 'FILLED', 'WITHDRAWN')),
  add check ((status = 'OPEN') = (closed_at is null));
alter table placement_offer
  add check (status in ('OFFERED', 'ACCEPTED', 'DECLINED')),
  add check ((status = 'OFFERED') = (answered_at is null)),
  add check ((status = 'DECLINED') = (decline_reason is not null)),
  add check ((status = 'ACCEPTED') = (engagement_id is not null));
alter table placement_document
  add check (kind in ('AGREEMENT', 'FEE_VALUATION', 'DUTIES', 'OTHER')),
  add check (sha256 ~ '^[0-9a-f]{64}$');
alter table placement_decision add check (gate = 'OFFER');
alter table placement_event
  add check (kind in ('REQUESTED', 'MATCHED', 'PARKED', 'OFFERED', 'DECLINED', 'ACCEPTED', 'WITHDRAWN', 'ESCALATED', 'LATE')),
  add check (case kind when 'ESCALATED' then mark in (50, 75, 100) and mark is not null when 'LATE' then mark = 100 and mark is not null
    else mark is null end),
  add check ((kind in ('MATCHED', 'PARKED')) = (matched is not null) and (kind <> 'PARKED' or matched = 0) and (kind <> 'MATCHED' or matched > 0)),
  add check ((kind in ('OFFERED', 'DECLINED', 'ACCEPTED')) = (offer_id is not null));

-- One open offer of a request to one person, and one that is accepted. One event of a request and mark, however often a clock comes by.
create unique index placement_offer_one_open on placement_offer (request_id, practitioner_id) where status = 'OFFERED';
create unique index placement_offer_one_accepted on placement_offer (request_id) where status = 'ACCEPTED';
create unique index placement_event_once_a_mark on placement_event (request_id, kind, mark) where mark is not null;
create unique index placement_event_once on placement_event (request_id, kind) where kind in ('REQUESTED', 'ACCEPTED', 'WITHDRAWN');

create trigger insert_only before update or delete or truncate on placement_document for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on placement_decision for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on placement_event for each statement execute function refuse_change();
create trigger not_removed before delete or truncate on placement_request for each statement execute function refuse_change();
create trigger not_removed before delete or truncate on placement_offer for each statement execute function refuse_change();

-- What was asked for and offered stays what it was; a request is closed once, an offer is answered once.
create function refuse_placement_move() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if tg_table_name = 'placement_request' then
    if old.status <> 'OPEN' or (to_jsonb(new) - array['status', 'closed_at']) <> (to_jsonb(old) - array['status', 'closed_at']) then
      raise exception 'a request for a placement is closed once and never rewritten' using errcode = 'check_violation';
    end if;
  elsif old.status <> 'OFFERED' or (to_jsonb(new) - array['status', 'answered_at', 'decline_reason', 'engagement_id'])
      <> (to_jsonb(old) - array['status', 'answered_at', 'decline_reason', 'engagement_id']) then
    raise exception 'an offer is answered once and never rewritten' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger moves before update on placement_request for each row execute function refuse_placement_move();
create trigger moves before update on placement_offer for each row execute function refuse_placement_move();
revoke execute on function refuse_placement_move() from goodfaith_physicians;

-- Row-level security.
alter table director_availability enable row level security;
alter table director_availability force row level security;
alter table director_conflict enable row level security;
alter table director_conflict force row level security;
alter table placement_request enable row level security;
alter table placement_request force row level security;
alter table placement_offer enable row level security;
alter table placement_offer force row level security;
alter table placement_document enable row level security;
alter table placement_document force row level security;
alter table placement_decision enable row level security;
alter table placement_decision force row level security;
alter table placement_event enable row level security;
alter table placement_event force row level security;

revoke update, delete on director_availability, placement_request, placement_offer, placement_document, placement_decision, placement_event
  from goodfaith_physicians;
revoke update on director_conflict from goodfaith_physicians;

-- What a physician publishes is their own. Clinics learn what follows from it, by the right of the service that asks the rules.
create policy own on director_availability to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('availability:publish')))
  with check (practitioner_id = (select engaged_self()) and (select everywhere('availability:publish')));
create policy read_by_service on director_availability for select to goodfaith_physicians using ((select everywhere('authority-facts:read')));
grant update (roles, states, services, on_site_states, most_clinics, hours_per_month, available_from, available_until, status, published_at)
  on director_availability to goodfaith_physicians;
create policy own on director_conflict to goodfaith_physicians
  using (availability_id in (select a.id from director_availability a where a.practitioner_id = (select engaged_self())))
  with check (availability_id in (select a.id from director_availability a where a.practitioner_id = (select engaged_self())));
create policy read_by_service on director_conflict for select to goodfaith_physicians using ((select everywhere('authority-facts:read')));

-- Offers: for the clinic that makes them, and each for its physician. Nobody sees to whom else something was offered.
create policy read on placement_offer for select to goodfaith_physicians
  using (clinic_id = any ((select may('placement:request'))::uuid[]));
create policy own on placement_offer for select to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')));

-- A function of its own, since a request is seen by those who have an offer, and an offer is made of a request that is seen.
create function offered_to_self(request uuid) returns boolean language plpgsql stable parallel safe as $$
begin
  return exists (select 1 from placement_offer o where o.request_id = request and o.practitioner_id = engaged_self());
end $$;

-- Requests: their clinic's, those who watch its clock, and whoever was offered one.
create policy read on placement_request for select to goodfaith_physicians
  using (clinic_id = any ((select may('placement:watch'))::uuid[]) or clinic_id = any ((select may('placement:request'))::uuid[])
    or (select everywhere('authority-facts:read')));
create policy offered on placement_request for select to goodfaith_physicians
  using ((select everywhere('engagement:answer')) and offered_to_self(id));
create policy requested on placement_request for insert to goodfaith_physicians
  with check (status = 'OPEN' and requested_by = (select acting()) and clinic_id = any ((select may('placement:request'))::uuid[]));
create policy withdrawn on placement_request for update to goodfaith_physicians
  using (clinic_id = any ((select may('placement:request'))::uuid[]))
  with check (status = 'WITHDRAWN' and clinic_id = any ((select may('placement:request'))::uuid[]));
create policy filled on placement_request for update to goodfaith_physicians
  using ((select everywhere('engagement:answer')) and offered_to_self(id))
  with check (status = 'FILLED' and exists (
    select 1 from placement_offer o
    where o.request_id = placement_request.id and o.status = 'ACCEPTED' and o.practitioner_id = (select engaged_self())));
-- Its clock holds a request while it writes an event, and changes nothing of it.
create policy held_by_service on placement_request for update to goodfaith_physicians
  using ((select everywhere('hand-off:receive'))) with check (false);
grant update (status, closed_at) on placement_request to goodfaith_physicians;

create policy offered on placement_offer for insert to goodfaith_physicians
  with check (status = 'OFFERED' and offered_by = (select acting()) and clinic_id = any ((select may('placement:request'))::uuid[])
    and practitioner_id is distinct from (select engaged_self())
    and exists (select 1 from placement_request r where r.id = request_id and r.clinic_id = placement_offer.clinic_id and r.status = 'OPEN'));
create policy answered on placement_offer for update to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')))
  with check (practitioner_id = (select engaged_self()) and status in ('ACCEPTED', 'DECLINED'));
grant update (status, answered_at, decline_reason, engagement_id) on placement_offer to goodfaith_physicians;

create policy read on placement_document for select to goodfaith_physicians using (offer_id in (select o.id from placement_offer o));
create policy offered on placement_document for insert to goodfaith_physicians
  with check (offer_id in (select o.id from placement_offer o
    where o.status = 'OFFERED' and o.offered_by = (select acting()) and o.clinic_id = any ((select may('placement:request'))::uuid[])));
-- What was decided carries a stranger's facts: for those who place, once the stranger has become theirs.
create policy read on placement_decision for select to goodfaith_physicians
  using (offer_id in (select o.id from placement_offer o where o.status = 'ACCEPTED' and o.clinic_id = any ((select may('placement:request'))::uuid[])));
create policy written on placement_decision for insert to goodfaith_physicians
  with check (offer_id in (select o.id from placement_offer o
    where o.status = 'OFFERED' and o.offered_by = (select acting()) and o.clinic_id = any ((select may('placement:request'))::uuid[])));

create policy read on placement_event for select to goodfaith_physicians
  using (clinic_id = any ((select may('placement:watch'))::uuid[]) or clinic_id = any ((select may('placement:request'))::uuid[])
    or (select everywhere('authority-facts:read')));
create policy written_by_clinic on placement_event for insert to goodfaith_physicians
  with check (kind in ('REQUESTED', 'OFFERED', 'WITHDRAWN') and clinic_id = any ((select may('placement:request'))::uuid[])
    and exists (select 1 from placement_request r where r.id = request_id and r.clinic_id = placement_event.clinic_id));
create policy written_by_physician on placement_event for insert to goodfaith_physicians
  with check (exists (select 1 from placement_offer o
    where o.id = offer_id and o.request_id = placement_event.request_id and o.clinic_id = placement_event.clinic_id and o.status = placement_event.kind
      and o.practitioner_id = (select engaged_self())));
create policy written_by_clock on placement_event for insert to goodfaith_physicians
  with check (kind in ('MATCHED', 'PARKED', 'ESCALATED', 'LATE') and (select everywhere('hand-off:receive'))
    and exists (select 1 from placement_request r where r.id = request_id and r.clinic_id = placement_event.clinic_id));

-- Whoever accepts an offer writes its engagement, on the very terms of the request and with the very papers of the offer, as their clinic's proposal.
create policy offered on engagement for insert to goodfaith_physicians
  with check (status = 'DRAFT' and practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')) and exists (
    select 1 from placement_offer o join placement_request r on r.id = o.request_id
    where o.engagement_id = engagement.id and o.status = 'ACCEPTED' and o.practitioner_id = engagement.practitioner_id
      and o.offered_by = engagement.proposed_by and r.clinic_id = engagement.clinic_id and r.role = engagement.role and r.model = engagement.model
      and r.states = engagement.states and r.services = engagement.services and r.fee_basis = engagement.fee_basis
      and r.notice_days = engagement.notice_days and r.starts_on = engagement.starts_on and engagement.ends_on is null));
create policy offered on engagement_document for insert to goodfaith_physicians
  with check (engagement_id in (
    select o.engagement_id from placement_offer o join placement_document d on d.offer_id = o.id
    where o.practitioner_id = (select engaged_self()) and d.kind = engagement_document.kind and d.sha256 = engagement_document.sha256
      and d.signed_on = engagement_document.signed_on));
create policy offered on engagement_event for insert to goodfaith_physicians
  with check (kind = 'PROPOSED' and side = 'CLINIC' and number = 1 and engagement_id in (
    select o.engagement_id from placement_offer o
    where o.practitioner_id = (select engaged_self()) and o.offered_by = engagement_event.by and o.offered_by_name = engagement_event.by_name
      and o.offered_at = engagement_event.at));
