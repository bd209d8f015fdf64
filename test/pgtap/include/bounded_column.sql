-- The columns of a study whose values have bounds: dates, times and numbers.
create view bounded_column as
    select c.oid::regclass as "table", c.relname::text as name, a.attname::text as "column", a.atttypid::regtype::text as type
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'ral'::regnamespace and c.relkind = 'r'
        and a.atttypid in ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'real'::regtype, 'float8'::regtype, 'numeric'::regtype)
        and a.attname not in ('entered_at', 'seen_at')   -- set by the database, whatever a statement says: below
        and c.relname not in ('change', 'seal', 'exchange_seal', 'arrival', 'site_feed', 'quarantine') and c.relname !~ '_history$'   -- the database alone writes them
        and c.relname <> 'simulated_candidate';       -- left by simulate_study; no view reads it
