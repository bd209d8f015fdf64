-- tobit_regression over tobit_open.csv; see tobit_open.R.
\ir setup.sql

create temp table expected (
    data_set integer, records text, coefficients text, std_errors text, sd float8, log_likelihood float8);
\copy expected from 'tobit_open.csv' with (format csv, header)

create temp table got as
    select data_set, (tobit_regression(split_part(record, ':', 1)::log_reduction,
                                       string_to_array(split_part(record, ':', 2), ';')::float8[])).*
    from expected
    cross join lateral string_to_table(records, ' ') as record
    group by data_set;

-- NULL on one side only is an infinite error
insert into comparison
    select 'open regressions', figure || '_mle', data_set::text,
        case when g is null and e is null then 0 else coalesce(abs(g - e) / greatest(abs(e), spread), 'Infinity') end
    from got
    join expected as e using (data_set)
    cross join lateral (
        select 'coefficient' as figure, g, c as e, s as spread
        from unnest(got.coefficients, string_to_array(btrim(e.coefficients, '{}'), ';', 'NULL')::float8[],
                    string_to_array(btrim(e.std_errors, '{}'), ';', 'NULL')::float8[]) as figures(g, c, s)
        union all
        select 'std_error', g, s, 0
        from unnest(got.std_errors, string_to_array(btrim(e.std_errors, '{}'), ';', 'NULL')::float8[]) as figures(g, s)
        union all
        select 'sd', got.sd, e.sd, 0
        union all
        select 'log_likelihood', got.log_likelihood, e.log_likelihood, 1) as figures;

\ir report.sql
