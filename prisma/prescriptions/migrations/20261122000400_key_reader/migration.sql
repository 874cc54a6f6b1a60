-- safe while old code runs

-- The platform's sealed key is opened for somebody who signs, never for a connection that acts for nobody.
drop policy opened on signing_key_secret;
create policy opened on signing_key_secret for select to goodfaith_prescriptions
  using ((select acting()) is not null and sub in ((select acting()), 'goodfaith'));
