-- safe while old code runs

-- CreateTable
CREATE TABLE "parcel_news" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "shipment_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "parcel_news_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "parcel_news_order_id_seq_key" ON "parcel_news"("order_id", "seq");

-- AddForeignKey
ALTER TABLE "parcel_news" ADD CONSTRAINT "parcel_news_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table parcel_news enable row level security;
alter table parcel_news force row level security;

alter table parcel_news add check (seq > 0);
alter table parcel_news add check (kind in ('SHIPPED', 'RESHIPPED', 'DELIVERED', 'LOST', 'SPOILED', 'EXCURSION', 'USABLE'));
create index parcel_news_gone on parcel_news (clinic_id, at) where kind in ('LOST', 'SPOILED');

-- What was told is added to and never changed; the other side alone tells it.
create policy read_by_clinic on parcel_news for select to goodfaith_prescriptions using (clinic_id = any ((select may('order:read'))::uuid[]));
create policy read_by_service on parcel_news for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy told on parcel_news for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on parcel_news from goodfaith_prescriptions;
