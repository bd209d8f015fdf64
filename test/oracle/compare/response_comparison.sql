-- Two groups of responders over response_comparison.csv; see response_comparison.R.
\ir setup.sql

create temp table expected (
    data_set integer, conf_level float8, margin float8, strata text, difference float8,
    mn_lower float8, mn_upper float8, sato_lower float8, sato_upper float8, gr_lower float8, gr_upper float8,
    newcombe_lower float8, newcombe_upper float8, caffo_lower float8, caffo_upper float8,
    ratio float8, score_lower float8, score_upper float8, log_lower float8, log_upper float8,
    odds_ratio float8, odds_lower float8, odds_upper float8, exact float8, exact_lower float8, exact_upper float8,
    mid_p float8, mid_p_lower float8, mid_p_upper float8, fisher float8,
    cmh float8, cmh_p float8, plain float8, plain_p float8, score float8, score_p float8);
\copy expected from 'response_comparison.csv' with (format csv, header)

-- The aggregate over the rows that the counts stand for, and one missing response.
create temp table compared as
    select data_set, count(distinct place) as strata, response_comparison(response, is_treated, place::text) as state
    from expected
    cross join string_to_table(strata, ' ') with ordinality as stratum (counts, place)
    cross join lateral (select split_part(counts, ':', 1)::int, split_part(counts, ':', 2)::int,
                               split_part(counts, ':', 3)::int, split_part(counts, ':', 4)::int)
        as n (treated_responders, treated, control_responders, control)
    cross join lateral (
        select i <= treated_responders, true from generate_series(1, n.treated) as i
        union all
        select i <= control_responders, false from generate_series(1, n.control) as i
        union all
        select null, true where place = 1) as rows (response, is_treated)
    group by data_set;

insert into comparison
    select c.*
    from expected join compared using (data_set)
    cross join lateral (values
        ('rate_difference', 'miettinen-nurminen', true, difference, mn_lower, mn_upper),
        ('rate_difference', 'sato', true, difference, sato_lower, sato_upper),
        ('rate_difference', 'greenland-robins', true, difference, gr_lower, gr_upper),
        ('rate_difference', 'newcombe', false, difference, newcombe_lower, newcombe_upper),
        ('rate_difference', 'agresti-caffo', false, difference, caffo_lower, caffo_upper),
        ('rate_ratio', 'miettinen-nurminen', true, ratio, score_lower, score_upper),
        ('rate_ratio', 'mantel-haenszel', true, ratio, log_lower, log_upper),
        ('odds_ratio', 'mantel-haenszel', true, odds_ratio, odds_lower, odds_upper),
        ('odds_ratio', 'exact', false, exact, exact_lower, exact_upper),
        ('odds_ratio', 'mid-p', false, mid_p, mid_p_lower, mid_p_upper))
        as m (name, method, takes_strata, estimate, lower, upper)
    cross join lateral (
        select to_jsonb(case m.name
            when 'rate_difference' then rate_difference(state, conf_level, method)
            when 'rate_ratio' then rate_ratio(state, conf_level, method)
            else odds_ratio(state, conf_level, method) end)) as f (got)
    cross join lateral pg_temp.compare_row(
        m.name || ' ' || method, data_set::text, got,
        jsonb_build_object('missing', 1, 'estimate', m.estimate, 'ci_lower', lower, 'ci_upper', upper)) as c
    where takes_strata or compared.strata = 1;

insert into comparison
    select c.*
    from expected join compared using (data_set)
    cross join lateral (values
        ('noninferiority_test', noninferiority_test(state, margin), score, score_p),
        ('cochran_mantel_haenszel_test', cochran_mantel_haenszel_test(state), cmh, cmh_p),
        ('cochran_mantel_haenszel_test uncorrected', cochran_mantel_haenszel_test(state, false), plain, plain_p))
        as m (name, got, statistic, p_value)
    cross join lateral pg_temp.compare_row(m.name, data_set::text, to_jsonb(got),
        jsonb_build_object('statistic', m.statistic, 'p_value', m.p_value)) as c;

insert into comparison
    select c.*
    from expected join compared using (data_set)
    cross join lateral pg_temp.compare_row('fisher_exact_test', data_set::text,
        jsonb_build_object('p_value', fisher_exact_test(state)), jsonb_build_object('p_value', fisher)) as c
    where compared.strata = 1;

\ir report.sql
