-- safe while old code runs

-- A neighbour that is told of a suspended engagement is told since when.
create policy facts on engagement_event for select to goodfaith_physicians using ((select everywhere('authority-facts:read')));
