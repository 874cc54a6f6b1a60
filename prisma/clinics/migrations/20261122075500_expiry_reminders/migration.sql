-- safe while old code runs

-- CreateTable
CREATE TABLE "reminder_sent" (
    "id" UUID NOT NULL,
    "record_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ends_on" DATE NOT NULL,
    "days_before" INTEGER NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reminder_sent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "reminder_sent_record_id_ends_on_days_before_key" ON "reminder_sent"("record_id", "ends_on", "days_before");

alter table reminder_sent add check (days_before in (90, 60, 30, 14, 7, 1)), add check (record_id ~ '^[a-z]{3}_[0-9a-z]{26}$');

-- The subgraph itself reminds, by its own right; nobody takes a reminder back.
alter table reminder_sent enable row level security;
alter table reminder_sent force row level security;
create policy read on reminder_sent for select to goodfaith_clinics using ((select everywhere('hand-off:receive')));
create policy written on reminder_sent for insert to goodfaith_clinics with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on reminder_sent from goodfaith_clinics;
create trigger insert_only before update or delete or truncate on reminder_sent for each statement execute function refuse_change();
