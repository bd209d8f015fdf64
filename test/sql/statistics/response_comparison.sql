-- Two groups of responders
set extra_float_digits = -3;

-- Newcombe's example (1998): 56 of 70 against 48 of 80
create temp table trial as
    select i <= 56 as response, true as treated from generate_series(1, 70) as i
    union all
    select i <= 48, false from generate_series(1, 80) as i;
select method, strata, treated, control, missing, round(estimate::numeric, 4) as difference,
    round(ci_lower::numeric, 4) as ci_lower, round(ci_upper::numeric, 4) as ci_upper
from (select response_comparison(response, treated) as state from trial) as state
cross join unnest(array['miettinen-nurminen', 'newcombe', 'agresti-caffo']) as method
cross join lateral rate_difference(state, 0.95, method);
select (odds_ratio(response_comparison(response, treated), 0.95, 'exact')).* from trial;
select fisher_exact_test(response_comparison(response, treated)) from trial;
select (noninferiority_test(response_comparison(response, treated), 0)).* from trial;

-- strata: the names' order, not the rows', is that of the state; missing is what has a NULL
create temp table stratified as
    select response, treated, stratum
    from (values ('b', true, 9, 12), ('b', false, 5, 11), ('a', true, 3, 8), ('a', false, 4, 9))
        as v (stratum, treated, responders, evaluable)
    cross join lateral (select i <= responders as response from generate_series(1, evaluable) as i) as r
    union all values (null, true, 'a'), (true, null, 'a'), (true, true, null);
select response_comparison(response, treated, stratum) from stratified;
select response_comparison(response, treated, stratum order by stratum) from stratified;
select (rate_difference(response_comparison(response, treated, stratum))).* from stratified;
select (cochran_mantel_haenszel_test(response_comparison(response, treated, stratum))).* from stratified;
select (cochran_mantel_haenszel_test(response_comparison(response, treated, stratum), false)).* from stratified;

-- stored states of sites, one of which lacks a stratum, are the whole trial
create temp table site as
    select site, response_comparison(response, treated, stratum) as state
    from (select *, row_number() over (order by stratum, treated, response) % 3 as site from stratified) as s
    group by site
    union all
    select 3, response_comparison(true, true, 'c') union all select 4, response_comparison(null, true, 'c');
select rollup(state) from site;
select bool_and(state::text::response_comparison::text = state::text) as same_text from site;

-- nobody, one group alone, no response, all responses
select response_comparison(response, treated) from trial where false;
select name, d.estimate as difference, d.ci_lower, d.ci_upper, r.estimate as ratio, r.ci_lower, r.ci_upper,
    o.estimate as odds, o.ci_lower, o.ci_upper, fisher_exact_test(state) as fisher
from (values ('nobody', 0, 0, 0, 0), ('treated alone', 2, 3, 0, 0), ('none', 0, 4, 0, 5), ('all', 4, 4, 5, 5),
             ('controls none', 3, 4, 0, 5), ('treated none', 0, 4, 3, 5), ('opposites', 4, 4, 0, 5))
    as v (name, treated_responders, treated, control_responders, control)
cross join lateral (
    select response_comparison(response, is_treated) as state
    from (select i <= treated_responders, true from generate_series(1, treated) as i
          union all
          select i <= control_responders, false from generate_series(1, control) as i) as r (response, is_treated)) as s
cross join lateral rate_difference(state) as d
cross join lateral rate_ratio(state) as r
cross join lateral odds_ratio(state, 0.95, 'exact') as o;
select (noninferiority_test(response_comparison(response, treated), -0.1)).* from trial where treated;

-- a thousand strata, and no more
select (rate_difference(response_comparison(i % 3 = 0, i % 2 = 0, (i % 1000)::text))).strata
from generate_series(1, 5000) as i;

-- what is refused
create function pg_temp.error_of(statement text) returns text language plpgsql as $$
declare
    detail text;
    hint text;
begin
    execute statement;
    return 'none';
exception when others then
    get stacked diagnostics detail = pg_exception_detail, hint = pg_exception_hint;
    return concat(sqlstate, ': ', sqlerrm, E'\n  ' || nullif(detail, ''), E'\n  ' || nullif(hint, ''));
end $$;
create temp table one as select response_comparison(response, treated) as state from trial;
create temp table two as select response_comparison(response, treated, stratum) as state from stratified;
select statement, pg_temp.error_of(statement) as error from (values
    ('select response_comparison(true, true, i::text) from generate_series(1, 1001) as i'),
    ('select response_comparison(true, true, repeat(''x'', 256))'),
    ('select rate_difference(state, 1.0) from one'),
    ('select rate_difference(state, 0.95, ''wald'') from one'),
    ('select rate_difference(state, 0.95, ''newcombe'') from two'),
    ('select rate_difference(state, 0.95, ''agresti-caffo'') from two'),
    ('select rate_ratio(state, 0.95, ''exact'') from one'),
    ('select odds_ratio(state, 0.95, ''wald'') from one'),
    ('select odds_ratio(state, 0.95, ''exact'') from two'),
    ('select odds_ratio(state, 0.95, ''mid-p'') from two'),
    ('select fisher_exact_test(state) from two'),
    ('select noninferiority_test(state, -1) from one'),
    ('select noninferiority_test(state, 1) from one'),
    ('select noninferiority_test(state, ''nan'') from one'),
    ('select ''1:missing=0,strata=1,stratum="",treated_responders=2,treated=1,control_responders=0,control=1''::response_comparison'),
    ('select ''1:missing=0,strata=1,stratum="",treated_responders=0,treated=0,control_responders=0,control=0''::response_comparison'),
    ('select ''1:missing=-1,strata=0''::response_comparison'),
    ('select ''1:missing=0,strata=1001''::response_comparison'),
    ('select ''1:missing=0,strata=2,stratum="b",treated_responders=0,treated=1,control_responders=0,control=1,stratum="a",treated_responders=0,treated=1,control_responders=0,control=1''::response_comparison')) as v (statement);
