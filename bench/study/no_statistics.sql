-- Makes the planner know as little of the study ral as before its first ANALYZE.
delete from pg_statistic where starelid in (select oid from pg_class where relnamespace = 'ral'::regnamespace);
update pg_class set reltuples = -1, relpages = 0 where relnamespace = 'ral'::regnamespace and relkind = 'r';
