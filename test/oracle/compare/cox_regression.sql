-- cox_regression over cox_regression.csv, by strata and, where there is one, over rows; see cox_regression.R.
\ir setup.sql

create temp table expected (
    data_set integer, kind text, times text, events text, strata text, covariates text, n bigint, event_count bigint,
    coefficients text, std_errors text, robust_std_errors text, null_log_likelihood float8, log_likelihood float8);
\copy expected from 'cox_regression.csv' with (format csv, header)

create temp table subject as
    select data_set, subject.time::float8, subject.event = '1' as event, translate(subject.covariates, ';', ',')::float8[] as covariates, stratum
    from expected
    cross join lateral unnest(string_to_array(times, ' '), string_to_array(events, ' '),
        string_to_array(covariates, ' '), string_to_array(strata, ' ')) as subject("time", event, covariates, stratum);
create temp table got as
    select data_set, 'in strata' as way, (cox_regression(array_agg(sample))).*
    from (select data_set, cox_sample("time", event, covariates) as sample from subject group by data_set, stratum) as s
    group by data_set
    union all
    select data_set, 'over rows', (cox_regression("time", event, covariates)).*
    from subject group by data_set having count(distinct stratum) = 1;

-- NULL on one side only is an infinite error; a coefficient is judged against its standard error
insert into comparison
    select kind || ' ' || way, figure || '_mle', data_set::text,
        case when g is null and e is null then 0 else coalesce(abs(g - e) / greatest(abs(e), spread, 1e-300), 'Infinity') end
    from got
    join expected as e using (data_set)
    cross join lateral (
        select 'coefficient' as figure, g, c as e, s as spread
        from unnest(got.coefficients, translate(e.coefficients, ';', ',')::float8[], translate(e.std_errors, ';', ',')::float8[]) as figures(g, c, s)
        union all
        select 'std_error', g, s, 0 from unnest(got.std_errors, translate(e.std_errors, ';', ',')::float8[]) as figures(g, s)
        union all
        select 'robust_error', g, s, 0 from unnest(got.robust_std_errors, translate(e.robust_std_errors, ';', ',')::float8[]) as figures(g, s)
        union all
        select 'null_log_likelihood', got.null_log_likelihood, e.null_log_likelihood, 1
        union all
        select 'log_likelihood', got.log_likelihood, e.log_likelihood, 1
        union all
        select 'count', got.n + got.events / 1e6, e.n + e.event_count / 1e6, 0) as figures;

\ir report.sql
