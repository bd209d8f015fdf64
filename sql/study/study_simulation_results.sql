-- Simulation of a study: the results of the visits

create procedure _virotrial.simulate_results(study text, seed bigint, of_screening boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    create temporary table simulated_held on commit drop as
    select * from simulated_visit where is_screening = of_screening;
    insert into visit (site_id, subject_id, visit, visit_date, deviation_reason)
    select site_id, subject_id, visit, visit_date, deviation_reason
    from simulated_held
    join simulated_person using (n);
    analyze simulated_held, visit, deviation;

    -- A fall that deepens; some who respond rebound after week 24.  One sample
    -- in fifty is lost; a few of week 48 were measured by the assay's successor.
    -- The laboratories of two sites in three write a text.
    insert into viral_load_result (site_id, subject_id, collected, visit, assay, viral_load,
        reported)
    select site_id, subject_id, visit_date, visit, measured.assay, measured.viral_load,
        case site_number % 3
            when 1 then replace(replace(measured.viral_load::text, '<', '< '), '>', '> ')
            when 2 then coalesce(round(log10_copies(measured.viral_load)::numeric, 2) || ' log',
                case when qualifier(measured.viral_load) = '<' then 'LDL'
                    else measured.viral_load::text end) end
    from simulated_held
    join simulated_person using (n)
    cross join _virotrial.simulated_assay(study) as used
    cross join lateral (select case when flaw = 'failure cannot be known' then 'Quantiplex 2.0'
        when week = 48 and used.assay = 'Quantiplex 3.0' and _virotrial.simulated_uniform(seed, n, 'successor') < 0.03
            then 'VERSANT 3.0' else used.assay end as assay) as chosen
    cross join lateral (select chosen.assay,
        case when flaw = 'failure cannot be known' then viral_load(500, '<')
            else _virotrial.simulated_viral_load(case when flaw = 'no treatment failure' then 1.5
                else log10_copies - fall * (1 - exp(-0.23 * week))
                    + case when week > 26 and response > 0.92 then 1.9 else 0 end
                    + 0.13 * _virotrial.simulated_normal(seed, n, 'assay ' || visit) end,
                case chosen.assay when used.assay then used.lower_limit else 75 end,
                used.upper_limit)
            end as viral_load
        offset 0) as measured
    where _virotrial.simulated_uniform(seed, n, 'lost sample ' || visit) > 0.02;

    -- cells per microlitre; one count in twenty is not done
    insert into cd4_result (site_id, subject_id, collected, visit, cd4_count)
    select site_id, subject_id, visit_date, visit,
        least(1500, greatest(3, round(cells + gain * 120 * (1 - exp(-0.09 * week)) * case
            when response < 0.22 then 0.4 else 1 end
            + 25 * _virotrial.simulated_normal(seed, n, 'count ' || visit))))
    from simulated_held
    join simulated_person using (n)
    where visit <> 'unscheduled' and _virotrial.simulated_uniform(seed, n, 'haemolysed ' || visit)
        > 0.05;
    -- what became of the others, where the site says so; at screening it must
    insert into missing_result (site_id, subject_id, assessment, collected, visit, reason)
    select site_id, subject_id, expected.assessment, visit_date, visit,
        (array['rejected', 'insufficient', 'invalid', 'not done'])[1 + floor(4
            * _virotrial.simulated_uniform(seed, n, expected.assessment || visit))::integer]
    from simulated_held
    join simulated_person using (n)
    cross join (values ('viral load'), ('CD4')) as expected (assessment)
    left join viral_load_result using (site_id, subject_id, visit)
    left join cd4_result using (site_id, subject_id, visit)
    where case expected.assessment when 'CD4' then cd4_result.cd4_count is null
            and visit <> 'unscheduled'
        else viral_load_result.viral_load is null end
        and (of_screening or _virotrial.simulated_uniform(seed, n, 'why not ' || visit) < 0.8);
    analyze viral_load_result, cd4_result, missing_result, deviation;
    drop table pg_temp.simulated_held;
end;
$$;
comment on procedure _virotrial.simulate_results(text, bigint, boolean) is 'part of simulate_study: the visits of screening or all others, with viral loads, CD4 counts and results that did not come';

create procedure _virotrial.simulate_dispositions(study text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    -- who is not seen at the last visit is lost to follow-up when its window closes
    insert into disposition (site_id, subject_id, ended, outcome, reason)
    select site_id, subject_id,
        coalesce(left_study, visit.visit_date, first_dose + last.window_last_day::integer - 1),
        case when left_study is null and visit.visit_date is not null then 'completed'
            else 'discontinued' end,
        case when left_study is not null then reason when visit.visit_date is null
            then 'lost to follow-up' end
    from simulated_person
    cross join (select visit, window_last_day from visit_definition order by position desc,
        effective_from limit 1) as last
    left join visit using (site_id, subject_id, visit)
    where flaw is null;
    analyze disposition;
end;
$$;
comment on procedure _virotrial.simulate_dispositions(text) is 'part of simulate_study: the end of each subject''s part';
