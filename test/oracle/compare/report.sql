-- Largest error of each figure, and an exception if one exceeds its tolerance:
-- counts and states exact, likelihood 1e-6, everything else 1e-9.
create temp view report as
    select subject, figure, count(*) as compared, max(error) as largest_error,
           (array_agg(data_set order by error desc))[1] as worst_data_set,
           case when figure in ('responders', 'evaluable', 'missing', 'n', 'censored', 'state',
                                'median_censored', 'patients', 'with_result', 'below_limit',
                                'population', 'subjects', 'subjects_unknown', 'events', 'events_unknown', 'worsened',
                                'baseline_subjects', 'at_risk', 'discontinued') then 0
                when figure like '%mle%' then 1e-6
                else 1e-9 end as tolerance
    from comparison
    group by subject, figure;

\pset format unaligned
\pset footer off
table report order by subject, figure;

do $$
declare
    failures text;
begin
    if not exists (select from report) then
        raise exception 'nothing was compared';
    end if;
    select string_agg(format('%s %s: %s (data set %s)', subject, figure, largest_error, worst_data_set), E'\n')
    into failures
    from report
    where largest_error > tolerance;
    if failures is not null then
        raise exception 'figures differ from the expected ones' using detail = failures;
    end if;
end
$$;
