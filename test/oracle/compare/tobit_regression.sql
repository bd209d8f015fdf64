-- tobit_regression over tobit_regression.csv; see tobit_regression.R.
\ir setup.sql

create temp table expected (
    data_set integer, records text, n bigint, censored bigint,
    coefficients text, std_errors text, sd float8, log_likelihood float8);
\copy expected from 'tobit_regression.csv' with (format csv, header)

create temp table got as
    select data_set, (tobit_regression(split_part(record, ':', 1)::log_reduction,
                                       string_to_array(split_part(record, ':', 2), ';')::float8[])).*
    from expected cross join lateral string_to_table(records, ' ') as record
    group by data_set;

-- A coefficient is judged against its standard error where that is larger.
insert into comparison
    select 'tobit_regression', figure || '_mle', data_set::text,
           coalesce(abs(g - e) / greatest(abs(e), spread), 'Infinity')
    from got join expected as e using (data_set)
    cross join lateral (
        select 'coefficient' as figure, g, c as e, s as spread
        from unnest(got.coefficients, string_to_array(btrim(e.coefficients, '{}'), ';')::float8[],
                    string_to_array(btrim(e.std_errors, '{}'), ';')::float8[]) as figures(g, c, s)
        union all
        select 'std_error', g, s, 0
        from unnest(got.std_errors, string_to_array(btrim(e.std_errors, '{}'), ';')::float8[]) as figures(g, s)
        union all
        select 'sd', got.sd, e.sd, 0
        union all
        select 'log_likelihood', got.log_likelihood, e.log_likelihood, 1) as figures
    union all
    select 'tobit_regression', 'n', data_set::text, abs(got.n - e.n) + abs(got.censored - e.censored)
    from got join expected as e using (data_set);

\ir report.sql
