-- safe while old code runs

-- The national drug code of a preparation as it is packed, where it has one: a facility's label says it (21 USC 353b(a)(10)).
alter table "formulary_item" add column "ndc" text;
alter table formulary_item add constraint formulary_item_ndc_check
  check (ndc ~ '^([0-9]{4}-[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9])$');
create unique index "formulary_item_pharmacy_id_ndc_key" on "formulary_item"("pharmacy_id", "ndc");
grant update (ndc) on formulary_item to goodfaith_pharmacies;
