-- The control limits of a funnel plot of proportions

-- The quantile of a binomial proportion, interpolated between counts: D. J. Spiegelhalter, Funnel
-- plots for comparing institutional performance, Statistics in Medicine 2005; 24: 1185-1202,
-- appendix A.1.1. With r the least count whose cumulative probability P is p or more, and m the
-- probability of r itself, it is (r - (P - p) / m) / n, and 0 where that is less.
create function _virotrial.binomial_quantile(subjects integer, rate double precision,
    probability double precision) returns double precision
    language sql immutable strict parallel safe
    begin atomic
        with term as (
            select count, subjects * ln(1 - rate) + sum(case when count > 0
                then ln((subjects - count + 1) * rate / (count * (1 - rate))) else 0 end)
                over (order by count) as log_mass
            from generate_series(0, subjects) as count
        ),
        -- exp() of less would be an underflow, which is an error
        weighed as (
            select count, case when log_mass > -700 then exp(log_mass) else 0 end as mass
            from term
        ),
        cumulated as (
            select count, mass, sum(mass) over (order by count) as cumulative
            from weighed
        )
        select case when subjects < 1 then null when rate <= 0 then 0 when rate >= 1 then 1
            else (
                select greatest(0, (count - (cumulative - probability) / mass) / subjects)
                from cumulated
                where cumulative >= probability
                order by count
                limit 1) end;
    end;
comment on function _virotrial.binomial_quantile(integer, double precision, double precision) is 'the proportion that a share of samples stays below, interpolated between counts, where each of the subjects has the rate; null for no subject';

create function _virotrial.funnel_limits(subjects integer, rate double precision,
    out lower_95 double precision, out upper_95 double precision,
    out lower_998 double precision, out upper_998 double precision)
    language sql immutable strict parallel safe
    begin atomic
        select 100 * _virotrial.binomial_quantile(subjects, rate, 0.025),
            100 * _virotrial.binomial_quantile(subjects, rate, 0.975),
            100 * _virotrial.binomial_quantile(subjects, rate, 0.001),
            100 * _virotrial.binomial_quantile(subjects, rate, 0.999);
    end;
comment on function _virotrial.funnel_limits(integer, double precision) is 'the control limits of a funnel plot, per cent, for a site of some subjects where the rate of all is known';
