-- The endpoint views of the studies trial_<trial> against endpoints_*.csv of the
-- working directory.

create temp table expected_virology (trial text, cut date, visit text, group_value text, response text, rule text, subjects bigint,
    responders bigint, evaluable bigint, missing bigint, unknown bigint, rate float8, ci_lower float8, ci_upper float8,
    reported_rate float8, reported_ci_lower float8, reported_ci_upper float8, lowest_rate float8, lowest_ci_lower float8, highest_rate float8, highest_ci_upper float8);
-- text: a figure can be "skip"
create temp table expected_log_reduction (trial text, cut date, visit text, group_value text, subjects text, n text, missing text, unknown text,
    censored text, mean text, sd text, ci_lower text, ci_upper text, mean_mle text, sd_mle text, mle_ci_lower text, mle_ci_upper text,
    median text, median_qualifier text, median_ci_lower text, median_ci_upper text, viral_loads text, censored_viral_loads text,
    geometric_mean text, geometric_ci_lower text, geometric_ci_upper text,
    geometric_mean_mle text, geometric_mle_ci_lower text, geometric_mle_ci_upper text);
create temp table expected_cd4 (trial text, cut date, visit text, group_value text, subjects bigint, n bigint, missing bigint,
    mean float8, sd float8, ci_lower float8, ci_upper float8, median float8, median_ci_lower float8, median_ci_upper float8,
    hodges_lehmann float8, hodges_lehmann_ci_lower float8, hodges_lehmann_ci_upper float8, signed_rank_p_value float8,
    cd4_counts bigint, mean_cd4_count float8);
\copy expected_virology from 'endpoints_virology.csv' with (format csv, header)
\copy expected_log_reduction from 'endpoints_log_reduction.csv' with (format csv, header)
\copy expected_cd4 from 'endpoints_cd4.csv' with (format csv, header)

create temp table asked as select distinct trial, coalesce(cut, 'infinity') as cut from expected_cd4;

-- A state is compared as a number, so that it counts as a figure.
create function pg_temp.figures(whole jsonb) returns jsonb
    language sql immutable
    return (select jsonb_object_agg(key, case when key = 'median_qualifier' then to_jsonb(position(value #>> '{}' in '<=>')) else value end)
        from jsonb_each(whole - array['trial', 'cut', 'visit', 'group_value', 'response', 'rule']) where value #>> '{}' is distinct from 'skip');

insert into comparison
    select c.*
    from asked
    cross join lateral endpoint_virology(('trial_' || trial)::name, asked.cut) as got
    full join (select *, coalesce(cut, 'infinity') as cut_day from expected_virology) as expected
        on expected.trial = asked.trial and expected.cut_day = asked.cut and expected.visit = got.visit
        and expected.group_value = got.group_value and expected.response = got.response and expected.rule = got.rule
    cross join lateral (
        select * from pg_temp.compare_row('endpoint_virology', concat_ws(', ', expected.trial, expected.cut, expected.visit, expected.group_value, expected.response, expected.rule),
        coalesce(pg_temp.figures(to_jsonb(got)), '{}'), pg_temp.figures(to_jsonb(expected) - 'cut_day'))
        -- a row that nobody expects
        union all
        select 'endpoint_virology', 'subjects', concat_ws(', ', asked.trial, got.visit, got.group_value), 'Infinity' where expected.trial is null) as c
    where got.rule is distinct from 'snapshot';
insert into comparison
    select c.*
    from asked
    cross join lateral endpoint_log_reduction(('trial_' || trial)::name, asked.cut) as got
    full join (select *, coalesce(cut, 'infinity') as cut_day from expected_log_reduction) as expected
        on expected.trial = asked.trial and expected.cut_day = asked.cut and expected.visit = got.visit and expected.group_value = got.group_value
    cross join lateral (
        select * from pg_temp.compare_row('endpoint_log_reduction', concat_ws(', ', expected.trial, expected.cut, expected.visit, expected.group_value),
        coalesce(pg_temp.figures(to_jsonb(got) || jsonb_build_object('median', quantity(got.median))), '{}'), pg_temp.figures(to_jsonb(expected) - 'cut_day'))
        -- a row that nobody expects
        union all
        select 'endpoint_log_reduction', 'subjects', concat_ws(', ', asked.trial, got.visit, got.group_value), 'Infinity' where expected.trial is null) as c;
insert into comparison
    select c.*
    from asked
    cross join lateral endpoint_cd4(('trial_' || trial)::name, asked.cut) as got
    full join (select *, coalesce(cut, 'infinity') as cut_day from expected_cd4) as expected
        on expected.trial = asked.trial and expected.cut_day = asked.cut and expected.visit = got.visit and expected.group_value = got.group_value
    cross join lateral (
        select * from pg_temp.compare_row('endpoint_cd4', concat_ws(', ', expected.trial, expected.cut, expected.visit, expected.group_value),
        coalesce(pg_temp.figures(to_jsonb(got)), '{}'), pg_temp.figures(to_jsonb(expected) - 'cut_day'))
        -- a row that nobody expects
        union all
        select 'endpoint_cd4', 'subjects', concat_ws(', ', asked.trial, got.visit, got.group_value), 'Infinity' where expected.trial is null) as c;
