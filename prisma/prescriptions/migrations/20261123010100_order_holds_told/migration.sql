-- safe while old code runs

-- What is held of an order is told to the pharmacy that has it, each time the whole of it. The sequence is of its own, so that no hold overtakes a
-- sending or a withdrawal. No foreign key: its check would lock the order, which whoever sends it has locked already.

-- CreateTable
CREATE TABLE "order_holds_told" (
    "order_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "order_holds_told_pkey" PRIMARY KEY ("order_id")
);

alter table order_holds_told enable row level security;
alter table order_holds_told force row level security;
alter table order_holds_told add check (seq > 0);
-- Whoever places a hold, or lifts one.
create function may_hold() returns uuid[] language sql stable parallel safe
  return may('order:hold') || may('exam:conduct') || may('exam:amend') || may('exam:decide');
create policy told on order_holds_told to goodfaith_prescriptions
  using (clinic_id = any ((select may_hold())::uuid[])) with check (clinic_id = any ((select may_hold())::uuid[]));
revoke update, delete, truncate on order_holds_told from goodfaith_prescriptions;
grant update (seq) on order_holds_told to goodfaith_prescriptions;
