-- two samples: the Hodges-Lehmann shift and the rank-sum test

create function pg_temp.distribution(variadic numbers float8[]) returns value_distribution language sql
    return (select value_distribution(v) from unnest(numbers) as v);

-- stats::wilcox.test(c(1.1, 2.2, 3.3, 0.4), c(10.1, 7.2, 5.3, 6.4)), and the other way round
select (wilcoxon_rank_sum(pg_temp.distribution(1.1, 2.2, 3.3, 0.4), pg_temp.distribution(10.1, 7.2, 5.3, 6.4))).*,
    (wilcoxon_rank_sum(pg_temp.distribution(10.1, 7.2, 5.3, 6.4), pg_temp.distribution(1.1, 2.2, 3.3, 0.4))).*;
select (hodges_lehmann_shift(pg_temp.distribution(1.1, 2.2, 3.3, 0.4), pg_temp.distribution(10.1, 7.2, 5.3, 6.4))).*;

-- too few values: no limits; one and none: no test, or an empty one
select name, (hodges_lehmann_shift(treated, control)).*, (wilcoxon_rank_sum(treated, control)).statistic,
    (wilcoxon_rank_sum(treated, control)).p_value
from (values ('one each', pg_temp.distribution(3), pg_temp.distribution(1)),
    ('three each', pg_temp.distribution(3, 4, 5), pg_temp.distribution(1, 2, 6)),
    ('four each', pg_temp.distribution(3, 4, 5, 6), pg_temp.distribution(1, 2, 7, 8)),
    ('all alike', pg_temp.distribution(4, 4, 4), pg_temp.distribution(4, 4)),
    ('apart, each alike', pg_temp.distribution(5, 5, 5), pg_temp.distribution(4, 4)),
    ('none treated', pg_temp.distribution(null), pg_temp.distribution(1, 2)),
    ('none at all', pg_temp.distribution(variadic array[]::float8[]), pg_temp.distribution(variadic array[]::float8[]))) as sample (name, treated, control);
-- the level is reached exactly by the smallest difference
select (hodges_lehmann_shift(pg_temp.distribution(3, 4), pg_temp.distribution(1, 2), conf_level)).*
from unnest(array[0.6, 2 / 3.0, 0.67]) as conf_level;

-- many values: the differences are those of the cross join; the groups change places
with draw as (
    select case when i % 3 = 0 then round(abs(hashint4(i)) % 900 / 7.0) else abs(hashint4(i)) % 100000 / 77.0 end as value,
        i % 5 < 2 as treated
    from generate_series(1, 700) as i),
state as (
    select value_distribution(value) filter (where treated) as t, value_distribution(value) filter (where not treated) as c
    from draw),
difference as (
    select percentile_cont(0.5) within group (order by a.value - b.value) as median
    from draw as a, draw as b where a.treated and not b.treated),
pair as (
    select sum(case when a.value > b.value then 1 when a.value = b.value then 0.5 else 0 end) as statistic
    from draw as a, draw as b where a.treated and not b.treated)
select (hodges_lehmann_shift(t, c)).estimate = median as as_sorted,
    (wilcoxon_rank_sum(t, c)).statistic = statistic as as_counted,
    (hodges_lehmann_shift(c, t)).ci_upper = -(hodges_lehmann_shift(t, c)).ci_lower as turned_over,
    (wilcoxon_rank_sum(c, t)).p_value = (wilcoxon_rank_sum(t, c)).p_value as two_sided,
    (wilcoxon_rank_sum(c, t)).statistic + (wilcoxon_rank_sum(t, c)).statistic = 280 * 420 as shared
from state, difference, pair;

-- a billion values in one group are neither listed nor paired
select (hodges_lehmann_shift(treated, control)).estimate, (wilcoxon_rank_sum(treated, control)).p_value
from (values ('1:missing=0,conf_level=0,values=2,value=1,count=1000000000,value=5,count=1'::value_distribution,
    pg_temp.distribution(1, 2, 3))) as sample (treated, control);

\set VERBOSITY terse
select hodges_lehmann_shift(pg_temp.distribution(1), pg_temp.distribution(2), 1);
select hodges_lehmann_shift(pg_temp.distribution(1e308), pg_temp.distribution(2));
select wilcoxon_rank_sum('1:missing=0,conf_level=0,values=1,value=1,count=4000000000', pg_temp.distribution(2));
