-- Analysis of covariance
set extra_float_digits = -4;

-- Snedecor and Cochran, Statistical Methods, 1967, p. 422: leprosy bacilli before and after two
-- drugs (a, d) and a placebo (f).  Published: means 6.715, 6.824 and 10.161, slope 0.987, MSE 16.046
create temp table patient (id int, drug text, before float8, after float8);
insert into patient
select row_number() over (order by drug, place), drug, split_part(pair, ',', 1)::float8, split_part(pair, ',', 2)::float8
from (values ('a', '11,6 8,0 5,2 14,8 19,11 6,4 10,13 6,1 11,8 3,0'), ('d', '6,0 6,2 7,3 8,1 18,18 8,4 19,14 8,9 5,1 15,9'),
    ('f', '16,13 13,10 11,18 9,5 21,23 16,12 12,5 12,16 7,1 12,20')) as v (drug, pairs),
    string_to_table(pairs, ' ') with ordinality as p (pair, place);
create temp table sample as select ancova_sample(after, drug, array[before]) as sample from patient;

select (ancova(sample)).*, ((ancova(sample)).sd ^ 2)::numeric(6, 3) as mse from sample \gx
select m.* from sample, least_squares_means(sample) as m;
select m.* from sample, least_squares_means(sample, 0.9) as m where m."group" = 'f';
select d.* from sample, mean_difference(sample, 'a', 'f') as d \gx
select t.* from sample, noninferiority_test(mean_difference(sample, 'a', 'f'), -8) as t;

-- without covariates, and of two groups: Student's t test
select (mean_difference(ancova_sample(after, drug, '{}'), 'a', 'f')).* from patient where drug <> 'd'
union all
select (mean_difference(mean_tally(after) filter (where drug = 'a'), mean_tally(after) filter (where drug = 'f'), 0.95, 'student')).*
from patient;

-- the same, however rows are put together, and through text
create function pg_temp.rounded(sample ancova_sample) returns text language sql
    return (select string_agg(concat_ws(' ', "group", n, round(least_squares_mean::numeric, 12), round(std_error::numeric, 12)), '; ')
            from least_squares_means(sample));
select pg_temp.rounded(rollup(part)) = (select pg_temp.rounded(sample) from sample) as rolled_up,
    pg_temp.rounded(rollup(part::text::ancova_sample)) = (select pg_temp.rounded(sample) from sample) as through_text
from (select ancova_sample(after, drug, array[before] order by -id) as part from patient group by id % 7) as parts;
-- a shift of a covariate or of the value changes nothing else, and units only what they measure
select a.coefficients = b.coefficients and a.sd = b.sd as shifted, abs(c.coefficients[1] / a.coefficients[1] * 1e30 - 1) < 1e-12 as scaled
from (select (ancova(sample)).* from sample) as a,
    (select (ancova(ancova_sample(1e12 + after, drug, array[before - 1e15]))).* from patient) as b,
    (select (ancova(ancova_sample(after, drug, array[before * 1e30]))).* from patient) as c;

-- what the groups and the covariates before it determine has no slope; lm leaves out the same
create temp table drawn as
select i, (array['a', 'b', 'c'])[1 + i % 3] as "group", (i * 37) % 17 as x, (i * 61) % 23 as y, i % 3 as g from generate_series(1, 30) as i;
-- twice the same, and a constant
select (ancova(ancova_sample(y, "group", array[x, 2 * x + 1, 0.1]))).coefficients from drawn;
select m.* from (select ancova_sample(y, "group", array[x, 2 * x + 1, 0.1]) as sample from drawn) as s, least_squares_means(sample) as m;
-- nearly the same: what a sum of squares of one double would lose
select (a.c[1] + a.c[2] - b.c[1])::numeric(20, 9) as same, (a.c[2] / 1048576 - b.c[2])::numeric(20, 12) as difference
from (select (ancova(ancova_sample(y, "group", array[x, x + 2::float8 ^ -20 * (i % 7)]))).coefficients as c from drawn) as a,
    (select (ancova(ancova_sample(y, "group", array[x, i % 7]))).coefficients as c from drawn) as b;
-- a covariate of the groups: no mean at its overall mean is known, and no difference
select (ancova(ancova_sample(y, "group", array[x, g]))).* from drawn \gx
select m.* from (select ancova_sample(y, "group", array[x, g]) as sample from drawn) as s, least_squares_means(sample) as m;
select (mean_difference(ancova_sample(y, "group", array[x, g]), 'a', 'b')).* from drawn;
-- but of groups that it does not tell apart
select (mean_difference(ancova_sample(y, "group", array[x, (g = 2)::int]), 'a', 'b')).difference::numeric(12, 9),
    (mean_difference(ancova_sample(y, "group", array[x, (g = 2)::int]), 'a', 'c')).difference from drawn;

-- groups of one, a perfect fit, no degrees of freedom, no such group, no rows
select (ancova(ancova_sample(y, "group" || i, array[x]))).* from drawn where i < 4 \gx
select m.* from (select ancova_sample(y, "group" || i, array[x]) as sample from drawn where i < 4) as s, least_squares_means(sample) as m;
select m.* from (select ancova_sample(y, case i when 1 then 'one' else 'rest' end, array[x]) as sample from drawn) as s, least_squares_means(sample) as m;
select (ancova(ancova_sample(3 * x + g, "group", array[x]))).* from drawn \gx
select (mean_difference(ancova_sample(3 * x + g, "group", array[x]), 'b', 'c')).* from drawn \gx
select (mean_difference(sample, 'a', 'z')).* from sample;
select (mean_difference(sample, 'a', 'a')).* from sample;
select mean_difference(sample, 'a', null) from sample;
select s.sample, (ancova(s.sample)).* from (select ancova_sample(after, drug, array[before]) as sample from patient where false) as s \gx
select ancova_sample(x, g, c) from (values (1, 'a', null), (null, 'a', array[1]), (1, null, array[1]), (1, 'a', array[null::int])) as v (x, g, c);
select ancova_sample(x, g, array[1, x]) from (values (5, 'é"\'), (7, '')) as v (x, g);

-- what is refused
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
    ($$select ancova_sample('NaN', 'a', '{}')$$),
    ($$select ancova_sample(1, 'a', '{Infinity}')$$),
    ($$select ancova_sample(1, 'a', array_fill(1::float8, array[21]))$$),
    ($$select ancova_sample(1, 'a', case when i = 2 then array[1.0, 2] else array[1.0] end) from generate_series(1, 2) as i$$),
    ($$select ancova_sample(x, 'a', '{}') from unnest(array[1e200, -1e200]) as x$$),
    ($$select ancova_sample(1, i::text, '{}') from generate_series(1, 1001) as i$$),
    ($$select ancova_sample(1, repeat('x', 256), '{}')$$),
    ($$select rollup(s) from (select ancova_sample(1, 'a', '{}') as s union all select ancova_sample(1, 'a', '{1}')) as u$$),
    ($$select rollup(s) from (values ('1:missing=0,covariates=0,groups=1,group="a",n=9007199254740992,mean=1,rest=0,products=0,rest=0'::ancova_sample), ('1:missing=0,covariates=0,groups=1,group="a",n=1,mean=1,rest=0,products=0,rest=0')) as v (s)$$),
    ($$select least_squares_means(sample, 1) from sample$$),
    ($$select mean_difference(sample, 'a', 'd', 95) from sample$$),
    ($$select mean_difference(sample, 'a', repeat('x', 256)) from sample$$),
    ($$select noninferiority_test(mean_difference(sample, 'a', 'd'), 'NaN') from sample$$),
    ($$select _virotrial.ancova_sample_accumulate(null, 1, 'a', '{}')$$),
    ($$select _virotrial.ancova_sample_combine(null, null)$$)) as refused(statement)
\gx

-- texts that no rows can have made; the first is one that some have
select pg_temp.error_of(format('select %L::ancova_sample', '1:missing=0,covariates=' || text)) as error, text
from unnest(array['0,groups=1,group="a",n=2,mean=1,rest=0,products=2,rest=0', '1,groups=0', '21,groups=0', '0,groups=-1', '0,groups=1001',
    '0,groups=1,group="a",n=0,mean=1,rest=0,products=0,rest=0', '0,groups=1,group="a",n=1,mean=1,rest=0,products=1,rest=0',
    '0,groups=1,group="a",n=2,mean=1,rest=1,products=1,rest=0', '0,groups=1,group="a",n=2,mean=1,rest=0,products=-1,rest=0',
    '0,groups=1,group="a",n=9007199254740993,mean=1,rest=0,products=1,rest=0', '0,groups=1,group="a",n=2,mean=NaN,rest=0,products=1,rest=0',
    '1,groups=1,group="a",n=2,mean=1,rest=0,mean=1,rest=0,products=1,rest=0,products=3,rest=0,products=4,rest=0',
    '1,groups=1,group="a",n=1,mean=1,rest=0,mean=1,rest=0,products=0,rest=0,products=1e-300,rest=0,products=0,rest=0',
    '0,groups=2,group="b",n=1,mean=1,rest=0,products=0,rest=0,group="a",n=1,mean=1,rest=0,products=0,rest=0',
    '0,groups=2,group="a",n=1,mean=1,rest=0,products=0,rest=0']) with ordinality as texts (text, i) order by i;
