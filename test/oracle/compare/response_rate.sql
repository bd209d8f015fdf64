-- response_rate over response_rate.csv; see response_rate.R.
\ir setup.sql

create temp table expected (
    responders bigint, evaluable bigint, conf_level float8, rate float8,
    exact_lower float8, exact_upper float8, wilson_lower float8, wilson_upper float8,
    jeffreys_lower float8, jeffreys_upper float8, mid_p_lower float8, mid_p_upper float8);
\copy expected from 'response_rate.csv' with (format csv, header)

-- Tallies of 2^k equal responses; any count is a rollup of some of them.
create temp table doubled as
    select 0 as k, response, response_tally(response) as tally
    from (values (true), (false)) as v (response)
    group by response;
do $$
begin
    for i in 1 .. 30 loop
        insert into doubled
            select i, response, rollup(tally)
            from doubled cross join generate_series(1, 2)
            where k = i - 1
            group by response;
    end loop;
end
$$;

-- With one, two or three missing responses.
create temp table counted as
    select responders, evaluable, 1 + responders % 3 as missing, rollup(tally) as tally
    from (select distinct responders, evaluable from expected) as counts
    cross join lateral (
        select tally from doubled
        where (case when response then responders else evaluable - responders end >> k) & 1 = 1
        union all
        select response_tally(null::boolean) from generate_series(1, 1 + responders % 3)) as parts
    group by responders, evaluable;

insert into comparison
    select c.*
    from (select * from expected join counted using (responders, evaluable)) as wanted
    cross join lateral (values
        ('exact', exact_lower, exact_upper), ('wilson', wilson_lower, wilson_upper),
        ('jeffreys', jeffreys_lower, jeffreys_upper), ('mid-p', mid_p_lower, mid_p_upper)) as m (method, lower, upper)
    cross join lateral response_rate(tally, conf_level, method) as got
    cross join lateral pg_temp.compare_row(
        'response_rate(tally) ' || method, format('%s/%s %s', wanted.responders, wanted.evaluable, conf_level), to_jsonb(got),
        jsonb_build_object('responders', wanted.responders, 'evaluable', wanted.evaluable,
                           'missing', wanted.missing, 'rate', wanted.rate,
                           'ci_lower', lower, 'ci_upper', upper)) as c;

-- The aggregate itself; no row at all for 0 of 0.
insert into comparison
    select c.*
    from (select expected.*,
                 (select response_rate(i <= responders, expected.conf_level)
                  from generate_series(1, evaluable) as i) as got
          from expected
          where evaluable <= 60) as wanted
    cross join lateral pg_temp.compare_row(
        'response_rate(boolean)', format('%s/%s %s', wanted.responders, wanted.evaluable, conf_level), to_jsonb(got),
        jsonb_build_object('responders', wanted.responders, 'evaluable', wanted.evaluable,
                           'missing', 0, 'rate', wanted.rate,
                           'ci_lower', exact_lower, 'ci_upper', exact_upper)) as c;

\ir report.sql
