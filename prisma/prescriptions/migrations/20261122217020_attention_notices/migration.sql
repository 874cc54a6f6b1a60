-- safe while old code runs

-- What waits for a person is told of once. The subgraph itself notes, by its own right, and takes nothing back.

-- CreateTable
CREATE TABLE "attention_notice" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attention_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "attention_notice_subject_id_kind_since_key" ON "attention_notice"("subject_id", "kind", "since");

alter table attention_notice enable row level security;
alter table attention_notice force row level security;
create policy read on attention_notice for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy written on attention_notice for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on attention_notice from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on attention_notice for each statement execute function refuse_change();

-- What a pharmacy told and what is held is asked by the job too: by ids and codes.
create policy read_for_attention on order_event for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy read_for_attention on safety_hold for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
