-- censored_quantile of both types over censored_quantile.csv; see
-- censored_quantile.R.
\ir setup.sql

create temp table expected (data_set integer, type text, p float8, results text, state text, quantity float8);
\copy expected from 'censored_quantile.csv' with (format csv, header, force_not_null (state))

-- A differing state is an infinite error.
create temp table got as
    select data_set, 'censored_quantile(viral_load)' as subject, qualifier(q) as state, quantity(q) as quantity
    from (select data_set, censored_quantile(result::viral_load, p) as q
          from expected cross join lateral string_to_table(results, ' ') as result
          where type = 'viral_load' group by data_set) as viral_loads
    union all
    select data_set, 'censored_quantile(log_reduction)', qualifier(q), quantity(q)
    from (select data_set, censored_quantile(result::log_reduction, p) as q
          from expected cross join lateral string_to_table(results, ' ') as result
          where type = 'log_reduction' group by data_set) as reductions;

insert into comparison
    select subject, 'state', data_set::text,
           case when coalesce(got.state, '') = expected.state then 0 else 'Infinity'::float8 end
    from got join expected using (data_set)
    union all
    select subject, 'quantity', data_set::text,
           pg_temp.figure_error('quantity', to_jsonb(got), to_jsonb(expected))
    from got join expected using (data_set)
    where coalesce(got.state, '') = expected.state;

\ir report.sql
