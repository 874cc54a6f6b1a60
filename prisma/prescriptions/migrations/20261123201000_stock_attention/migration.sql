-- safe while old code runs

-- What waits of a clinic's stock is asked by the job too: by ids and states, and no patient is in it.
create policy read_for_attention on office_stock_order for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
