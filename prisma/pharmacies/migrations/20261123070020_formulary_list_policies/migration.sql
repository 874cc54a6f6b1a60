-- safe while old code runs

-- The same rights, asked once a statement and not once a row: a list has thousands.
drop policy made on formula_ingredient;
create policy made on formula_ingredient for insert
  with check (formula_id in (select f.id from formula f where f.pharmacy_id = any ((select may('formulary:keep'))::uuid[])));
drop policy made on formula_excipient;
create policy made on formula_excipient for insert
  with check (formula_id in (select f.id from formula f where f.pharmacy_id = any ((select may('formulary:keep'))::uuid[])));
drop policy offered on formulary_item;
create policy offered on formulary_item for insert
  with check (pharmacy_id = any ((select may('formulary:keep'))::uuid[])
    and (formula_id, pharmacy_id) in (select f.id, f.pharmacy_id from formula f where f.pharmacy_id = any ((select may('formulary:keep'))::uuid[])));
