-- safe while old code runs

-- Templates and order sets: what orders of one kind have in common under one version of a protocol, with nothing of a patient.

-- CreateTable
CREATE TABLE "order_template" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "content" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_by" TEXT,
    "retired_at" TIMESTAMPTZ(3),
    "retire_reason" TEXT,

    CONSTRAINT "order_template_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_set" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_by" TEXT,
    "retired_at" TIMESTAMPTZ(3),
    "retire_reason" TEXT,

    CONSTRAINT "order_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_set_item" (
    "set_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "clinic_id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "template_id" UUID NOT NULL,

    CONSTRAINT "order_set_item_pkey" PRIMARY KEY ("set_id","position")
);

-- CreateTable
CREATE TABLE "order_template_favorite" (
    "prescriber" TEXT NOT NULL,
    "template_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_template_favorite_pkey" PRIMARY KEY ("prescriber","template_id")
);

-- CreateTable
CREATE TABLE "order_template_use" (
    "order_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "template_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "order_template_use_pkey" PRIMARY KEY ("order_id")
);

-- CreateIndex
CREATE INDEX "order_template_clinic_id_name_id_idx" ON "order_template"("clinic_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "order_template_id_clinic_id_protocol_id_key" ON "order_template"("id", "clinic_id", "protocol_id");

-- CreateIndex
CREATE INDEX "order_set_clinic_id_name_id_idx" ON "order_set"("clinic_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "order_set_id_clinic_id_protocol_id_key" ON "order_set"("id", "clinic_id", "protocol_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_set_item_set_id_template_id_key" ON "order_set_item"("set_id", "template_id");

-- CreateIndex
CREATE INDEX "order_template_favorite_template_id_idx" ON "order_template_favorite"("template_id");

-- CreateIndex
CREATE INDEX "order_template_use_template_id_idx" ON "order_template_use"("template_id");

-- AddForeignKey
ALTER TABLE "order_set_item" ADD CONSTRAINT "order_set_item_set_id_clinic_id_protocol_id_fkey" FOREIGN KEY ("set_id", "clinic_id", "protocol_id") REFERENCES "order_set"("id", "clinic_id", "protocol_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "order_set_item" ADD CONSTRAINT "order_set_item_template_id_clinic_id_protocol_id_fkey" FOREIGN KEY ("template_id", "clinic_id", "protocol_id") REFERENCES "order_template"("id", "clinic_id", "protocol_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "order_template_favorite" ADD CONSTRAINT "order_template_favorite_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "order_template"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_template_use" ADD CONSTRAINT "order_template_use_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_template_use" ADD CONSTRAINT "order_template_use_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "order_template"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table order_template enable row level security;
alter table order_template force row level security;
alter table order_set enable row level security;
alter table order_set force row level security;
alter table order_set_item enable row level security;
alter table order_set_item force row level security;
alter table order_template_favorite enable row level security;
alter table order_template_favorite force row level security;
alter table order_template_use enable row level security;
alter table order_template_use force row level security;

alter table order_template
  add check (length(trim(name)) between 1 and 120),
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check (num_nonnulls(retired_by, retired_at, retire_reason) in (0, 3)),
  add check (retire_reason in ('REPLACED', 'NOT_USED', 'UNSAFE', 'PROTOCOL_CHANGED'));
alter table order_set
  add check (length(trim(name)) between 1 and 120),
  add check (num_nonnulls(retired_by, retired_at, retire_reason) in (0, 3)),
  add check (retire_reason in ('REPLACED', 'NOT_USED', 'UNSAFE', 'PROTOCOL_CHANGED'));
alter table order_set_item add check (position > 0);
alter table order_template_use add check (digest ~ '^[0-9a-f]{64}$');
create unique index order_template_name_in_use on order_template (clinic_id, lower(name)) where retired_at is null;
create unique index order_set_name_in_use on order_set (clinic_id, lower(name)) where retired_at is null;

create policy read on order_template for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('order-template:read'))::uuid[]));
create policy created on order_template for insert to goodfaith_prescriptions
  with check (created_by = (select acting()) and retired_at is null and clinic_id = any ((select may('order-template:keep'))::uuid[]));
create policy retired on order_template for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('order-template:keep'))::uuid[]))
  with check (retired_by = (select acting()));
create policy read on order_set for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('order-template:read'))::uuid[]));
create policy created on order_set for insert to goodfaith_prescriptions
  with check (created_by = (select acting()) and retired_at is null and clinic_id = any ((select may('order-template:keep'))::uuid[]));
create policy retired on order_set for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('order-template:keep'))::uuid[]))
  with check (retired_by = (select acting()));
create policy read on order_set_item for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('order-template:read'))::uuid[]));
create policy created on order_set_item for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('order-template:keep'))::uuid[]));
revoke update, delete, truncate on order_template, order_set, order_set_item from goodfaith_prescriptions;
grant update (retired_by, retired_at, retire_reason) on order_template, order_set to goodfaith_prescriptions;

-- Nothing of a template changes but that it is retired, once.
create function keep_template() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  retiring constant text[] := array['retired_by', 'retired_at', 'retire_reason'];
begin
  if tg_op = 'DELETE' or old.retired_at is not null or to_jsonb(new) - retiring is distinct from to_jsonb(old) - retiring then
    raise exception '% is kept as written', tg_table_name using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_template before update or delete on order_template for each row execute function keep_template();
create trigger keep_template before update or delete on order_set for each row execute function keep_template();
create trigger keep_as_written before update or delete on order_set_item for each row execute function keep_as_written();

-- Favourites are each prescriber's own.
create policy own on order_template_favorite to goodfaith_prescriptions
  using (prescriber = (select acting()) and clinic_id = any ((select may('order-template:read'))::uuid[]))
  with check (prescriber = (select acting()) and clinic_id = any ((select may('order:draft'))::uuid[]));
revoke update, truncate on order_template_favorite from goodfaith_prescriptions;

create policy read on order_template_use for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('order-template:read'))::uuid[]));
create policy drafted on order_template_use for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('order:draft'))::uuid[]));
revoke update, delete, truncate on order_template_use from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on order_template_use for each row execute function keep_as_written();

-- An order is drafted from a template of its own clinic that is in use, word for word.
create function require_template() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from "order" o join order_template t on t.id = new.template_id
    where o.id = new.order_id and o.clinic_id = new.clinic_id and o.patient_id = new.patient_id and o.status = 'DRAFT'
      and t.clinic_id = o.clinic_id and t.protocol_id = o.protocol_id and t.formulary_item_id = o.formulary_item_id
      and t.service = o.service and t.digest = new.digest and t.retired_at is null
  ) then
    raise exception 'order % is not drafted from this template', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_template before insert on order_template_use for each row execute function require_template();
revoke execute on function keep_template(), require_template() from goodfaith_prescriptions;
