-- safe while old code runs

-- CreateTable
CREATE TABLE "at_risk_notice" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "rule_id" TEXT NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "at_risk_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "at_risk_notice_subject_id_rule_id_key" ON "at_risk_notice"("subject_id", "rule_id");

alter table at_risk_notice add check (kind in ('EXAM', 'ORDER'));

-- The subgraph itself notes, by its own right, and takes nothing back.
alter table at_risk_notice enable row level security;
alter table at_risk_notice force row level security;
create policy read on at_risk_notice for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy written on at_risk_notice for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on at_risk_notice from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on at_risk_notice for each statement execute function refuse_change();
