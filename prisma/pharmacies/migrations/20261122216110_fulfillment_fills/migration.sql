-- safe while old code runs

-- An order with refills is filled several times: each fill is filled once, and one at a time is under way.

-- AlterTable
ALTER TABLE "fulfillment" ADD COLUMN     "fill" INTEGER NOT NULL DEFAULT 1;

alter table fulfillment add check (fill >= 1);
drop index fulfillment_live;
create unique index fulfillment_live on fulfillment (order_id) where status in ('RECEIVED', 'CLAIMED', 'DISPENSED');
create unique index fulfillment_once on fulfillment (order_id, fill) where status in ('RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED');
