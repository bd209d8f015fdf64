-- Rank statistics of paired changes
set extra_float_digits = -3;

create temp table cd4_change (subject int, change float8);
insert into cd4_change select i, (i * 37) % 101 - 40 from generate_series(1, 60) as i;
insert into cd4_change values (61, null), (62, 0), (63, 0);

select (hodges_lehmann(change)).* from cd4_change;
select (hodges_lehmann(change, 0.8)).* from cd4_change;
select (wilcoxon_signed_rank(change)).* from cd4_change;
select (wilcoxon_signed_rank(change)).* from cd4_change where subject <= 12;

-- the estimate is the median of the Walsh averages
select percentile_cont(0.5) within group (order by (a.change + b.change) / 2) as median_of_walsh_averages
from cd4_change as a join cd4_change as b on a.subject <= b.subject;

-- none, one, zeroes alone, two infinitely far apart
select (hodges_lehmann(change)).*, (wilcoxon_signed_rank(change)).* from cd4_change where false;
select (hodges_lehmann(change)).*, (wilcoxon_signed_rank(change)).* from cd4_change where change is null;
select (hodges_lehmann(-7.25)).*, (wilcoxon_signed_rank(-7.25)).*;
select (hodges_lehmann(change)).*, (wilcoxon_signed_rank(change)).* from cd4_change where subject > 61;
select (hodges_lehmann(v)).estimate from (values (-8e307), (8e307)) as far(v);
select value_distribution(v) from (values (0.0::float8), (-0.0), (1)) as zeroes(v);

-- rolled up, as text, as binary: the same
create temp table part as
    select subject % 4 as part, value_distribution(change) as distribution from cd4_change group by 1;
select hodges_lehmann(rollup(distribution)) = (select hodges_lehmann(change) from cd4_change) as same_estimate,
       wilcoxon_signed_rank(rollup(distribution)) = (select wilcoxon_signed_rank(change) from cd4_change) as same_test
from part;
select bool_and(distribution::text::value_distribution::text = distribution::text) as same_text from part;
select value_distribution(change) from cd4_change where subject in (1, 2, 31, 61, 62, 63);

-- what is not a change, not a level, not a state
create function pg_temp.error_of(statement text) returns text language plpgsql as $$
declare
    hint text;
begin
    execute statement;
    return 'none';
exception when others then
    get stacked diagnostics hint = pg_exception_hint;
    return concat(sqlstate, ': ', sqlerrm, E'\n  ' || nullif(hint, ''));
end $$;
select statement, pg_temp.error_of(statement) as error from (values
    ($$select hodges_lehmann('NaN'::float8)$$),
    ($$select wilcoxon_signed_rank('-Infinity'::float8)$$),
    ($$select hodges_lehmann(1::float8, 0)$$),
    ($$select hodges_lehmann(9e307)$$),
    ($$select hodges_lehmann(1::float8, null)$$),
    ($$select hodges_lehmann(1::float8, level) from (values (0.9), (0.95)) as levels(level)$$),
    ($$select hodges_lehmann(distribution, 2) from part$$),
    ($$select '1:missing=0,conf_level=0,values=2,value=1,count=1,value=1,count=1'::value_distribution$$),
    ($$select '1:missing=0,conf_level=0,values=1,value=NaN,count=1'::value_distribution$$),
    ($$select '1:missing=0,conf_level=7,values=0'::value_distribution$$),
    ($$select hodges_lehmann('1:missing=0,conf_level=0,values=1,value=1,count=4000000000'::value_distribution)$$),
    ($$select _virotrial.value_distribution_combine(null, null)$$)) as refused(statement)
\gx

-- limits only where the values can reach the level
select n, (hodges_lehmann(v)).ci_lower, (hodges_lehmann(v)).ci_upper, (hodges_lehmann(v)).level,
    (hodges_lehmann(v, 0.5)).ci_lower as lower_50, (hodges_lehmann(v, 0.5)).level as level_50
from generate_series(1, 7) as n, generate_series(1, n) as v
group by n
order by n;
