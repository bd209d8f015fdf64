-- Simulation of a study, continued: laboratory results and adverse events

-- Two laboratories, one reporting in SI units and the other in conventional
-- ones: centre and spread of a healthy result, limits of normal, limits of
-- measurement, digits, and the weeks at which the test is done.
create function _virotrial.simulated_test()
    returns table (test text, laboratory text, unit text,
    centre double precision, spread double precision,
        lln double precision, uln double precision, lowest double precision,
        highest double precision, digits integer, weeks integer[])
    language sql immutable parallel safe
    begin atomic
        select * from (values
            ('HGB', 'Laboratory A', 'g/L', 142.0::double precision, 0.07::double precision,
                125.0::double precision, 165.0::double precision,
                null::double precision, null::double precision, 0, '{0,4,12,24,48}'::integer[]),
            ('HGB', 'Laboratory B', 'g/dL', 14.2, 0.07, 12.5, 16.5, null, null, 1, '{0,4,12,24,48}'),
            ('NEUT', 'Laboratory A', '10*9/L', 3.0, 0.28, 1.8, 6.3, 0.1, null, 2, '{0,4,12,24,48}'),
            ('NEUT', 'Laboratory B', '/mm3', 3000, 0.28, 1800, 6300, 100, null, 0, '{0,4,12,24,48}'),
            ('PLAT', 'Laboratory A', '10*9/L', 210, 0.2, 125, 350, null, null, 0, '{0,4,12,24,48}'),
            ('PLAT', 'Laboratory B', '/mm3', 210000, 0.2, 125000, 350000, null, null, -3, '{0,4,12,24,48}'),
            ('ALT', 'Laboratory A', 'U/L', 27, 0.38, 5, 40, 5, null, 0, '{0,4,12,24,48}'),
            ('ALT', 'Laboratory B', 'U/L', 30, 0.38, 7, 45, 7, 1500, 0, '{0,4,12,24,48}'),
            ('AST', 'Laboratory A', 'U/L', 25, 0.32, 8, 40, 5, null, 0, '{0,4,12,24,48}'),
            ('AST', 'Laboratory B', 'U/L', 24, 0.32, 10, 38, 7, 1500, 0, '{0,4,12,24,48}'),
            ('ALP', 'Laboratory A', 'U/L', 74, 0.22, 40, 125, null, null, 0, '{0,4,12,24,48}'),
            ('ALP', 'Laboratory B', 'U/L', 70, 0.22, 35, 115, null, null, 0, '{0,4,12,24,48}'),
            ('BILI', 'Laboratory A', 'umol/L', 10.5, 0.42, 3.4, 20.5, 3, null, 1, '{0,4,12,24,48}'),
            ('BILI', 'Laboratory B', 'mg/dL', 0.6, 0.42, 0.2, 1.2, 0.2, null, 1, '{0,4,12,24,48}'),
            ('CREAT', 'Laboratory A', 'umol/L', 76, 0.14, 53, 106, null, null, 0, '{0,4,12,24,48}'),
            ('CREAT', 'Laboratory B', 'mg/dL', 0.86, 0.14, 0.6, 1.2, null, null, 2, '{0,4,12,24,48}'),
            ('K', 'Laboratory A', 'mmol/L', 4.2, 0.085, 3.5, 5.1, null, null, 1, '{0,4,12,24,48}'),
            ('K', 'Laboratory B', 'mEq/L', 4.2, 0.085, 3.5, 5.0, null, null, 1, '{0,4,12,24,48}'),
            ('GLUC', 'Laboratory A', 'mmol/L', 5.1, 0.14, 3.9, 6.1, null, null, 1, '{0,12,24,48}'),
            ('GLUC', 'Laboratory B', 'mg/dL', 92, 0.14, 70, 110, null, null, 0, '{0,12,24,48}'),
            ('TRIG', 'Laboratory A', 'mmol/L', 1.6, 0.45, 0.4, 1.7, 0.25, 11.3, 2, '{0,12,24,48}'),
            ('TRIG', 'Laboratory B', 'mg/dL', 142, 0.45, 35, 150, 20, 1000, 0, '{0,12,24,48}'),
            ('CK', 'Laboratory A', 'U/L', 110, 0.5, 25, 190, null, null, 0, '{0,24,48}'),
            ('CK', 'Laboratory B', 'U/L', 110, 0.5, 30, 200, null, 2000, 0, '{0,24,48}'),
            ('QTCFAG', null, 'ms', 412, 0.042, null, null, null, null, 0, '{0,24,48}'),
            ('EGHRMN', null, '/min', 72, 0.15, null, null, null, null, 0, '{0,24,48}')
        ) as catalogue;
    end;
comment on function _virotrial.simulated_test() is 'the numeric tests of a simulated study, in two laboratories';

create procedure _virotrial.simulate_laboratory(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into reference_range (laboratory, test, unit, lln, uln)
    select laboratory, test, unit, lln, uln
    from _virotrial.simulated_test()
    where laboratory is not null and test <> 'HGB'
    on conflict do nothing;
    insert into reference_range (laboratory, test, sex, unit, lln, uln)
    select laboratory, test, sex, unit, lln * part, uln * part
    from _virotrial.simulated_test()
    cross join (values ('male', 1.0::double precision), ('female', 0.9)) as normal (sex, part)
    where laboratory is not null and test = 'HGB'
    on conflict do nothing;
    analyze reference_range;

    -- A subject's own level, the noise of a day, an excursion now and then, and
    -- in a few subjects an injury of the liver at week 12; the 17th and the 41st
    -- are always among them.
    insert into lab_result (site_id, subject_id, collected, test, visit,
        laboratory, value, unit, fasting)
    with
    drawn as materialized (
        select person.n, person.site_id, person.subject_id, person.sex, visit.visit,
            visit.visit_date, test.*,
            case when test.test in ('GLUC', 'TRIG')
                then _virotrial.simulated_uniform(seed, n, 'fasted ' || visit.visit) end as fasted,
            _virotrial.simulated_uniform(seed, n,
                test.test || ' excursion ' || visit.visit) as excursion,
            visit.week = 12
                and (n in (17, 41)
                or _virotrial.simulated_uniform(seed, n, 'liver injury') < 0.001) as is_injured,
            0.7 * test.spread
                * (_virotrial.simulated_normal(seed, n, test.test)
                + _virotrial.simulated_normal(seed, n,
                test.test || ' ' || visit.visit)) as deviation
        from simulated_visit as visit
        join simulated_person as person using (n)
        join _virotrial.simulated_test() as test
            on coalesce(test.laboratory, '') in ('', case when person.site_number % 2 = 1
                then 'Laboratory A' else 'Laboratory B' end)
            and visit.week = any (test.weeks)
        where person.flaw is null
            and _virotrial.simulated_uniform(seed, n, test.test || ' lost ' || visit.visit) > 0.02
    ),
    measured as materialized (
        select *, round((centre
            * case when test = 'HGB' and sex = 'female' then 0.9::double precision else 1 end
            * exp(least(3, greatest(-3, deviation)))
            * case when is_injured and test in ('ALT', 'AST') then 7 + 5 * excursion
                when is_injured and test = 'BILI' then 5 + excursion
                when excursion < 0.985 then 1
                when test = 'NEUT' then 0.62 - 36 * (1 - excursion)
                when test in ('HGB', 'PLAT') then 0.62 - 22 * (1 - excursion)
                when test = 'K' then case when excursion < 0.9925 then 0.72 else 1.4 end
                when test = 'GLUC' then case when excursion < 0.989 then 0.5 else 2.4 end
                when test in ('QTCFAG', 'EGHRMN') then 1.2
                when test in ('CREAT', 'ALP') then 2.2
                when test = 'CK' then 30
                else 4 + 400 * (1 - excursion) end)::numeric, digits)::double precision as result
        from drawn
    )
    select site_id, subject_id, visit_date, test, visit, laboratory,
        case when result < lowest then lab_value(lowest, '<') when result > highest
            then lab_value(highest, '>') else lab_value(result, '=') end,
        unit,
        case when fasted < 0.9 then true when fasted < 0.95 then false end
    from measured;

    -- dipsticks, stool and the reading of the electrocardiogram
    insert into lab_result (site_id, subject_id, collected, test, visit, laboratory, code)
    select person.site_id, person.subject_id, visit.visit_date, coded.test, visit.visit,
        case when coded.test <> 'INTP' then case when person.site_number % 2 = 1 then 'Laboratory A'
            else 'Laboratory B' end end, coded.code
    from simulated_visit as visit
    join simulated_person as person using (n)
    cross join lateral (values
        ('PROT', '{0,24,48}'::integer[], case
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.86
            then 'NEGATIVE'
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.94 then 'TRACE'
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.98 then '1+'
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.995 then '2+'
                else '3+' end),
        ('OCCBLD_ST', '{0}', case when _virotrial.simulated_uniform(seed, n, 'OCCBLD_ST ' || visit.visit) < 0.96 then 'NEGATIVE' else 'POSITIVE' end),
        ('INTP', '{0,24,48}', case
            when _virotrial.simulated_uniform(seed, n, 'INTP ' || visit.visit) < 0.84 then 'NORMAL'
            when _virotrial.simulated_uniform(seed, n, 'INTP ' || visit.visit) < 0.975
                then 'ABNORMAL NCS'
            when _virotrial.simulated_uniform(seed, n, 'INTP ' || visit.visit) < 0.985
                then 'ABNORMAL CS' else 'NOT EVALUABLE' end)
    ) as coded (test, weeks, code)
    where person.flaw is null and visit.week = any (coded.weeks);
    analyze lab_result;
end;
$$;
comment on procedure _virotrial.simulate_laboratory(text, bigint) is 'part of simulate_study: laboratory results and electrocardiograms';

-- What happens to whom, and when: into a temporary table
create procedure _virotrial.simulate_event_course(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    create temporary table simulated_event on commit drop as
    with
    followed as (
        select person.n, person.site_id, person.subject_id, person.signed, person.first_dose,
            person.left_study, person.reason, disposition.ended
        from simulated_person as person
        join disposition using (site_id, subject_id)
        where person.flaw is null
    ),
    ordinary as materialized (
        select followed.*, kind.term, kind.is_complaint, null::text as test, null::integer as grade,
            'ordinary' as fate,
            kind.term || ' ' || attempt as draw,
            -- early rather than late; some before the first dose, and some after the last
            case when _virotrial.simulated_uniform(seed, n, 'before ' || kind.term || attempt)
                < 0.04
                then first_dose - 1
                    - floor(6 * _virotrial.simulated_uniform(seed, n,
                    'onset ' || kind.term || attempt))::integer
                else first_dose
                    + floor(-90 * ln(_virotrial.simulated_uniform(seed, n, 'onset ' || kind.term
                    || attempt)))::integer end as onset
        from followed
        cross join (values ('nausea', 0.2, true), ('vomiting', 0.09, true),
            ('abdominal pain', 0.08, true), ('abdominal distension', 0.06, true),
            ('diarrhoea', 0.22, true), ('fever', 0.12, true), ('headache', 0.17, true), ('dizziness', 0.1, true), ('fatigue', 0.13, true),
            ('rash', 0.07, false), ('upper respiratory tract infection', 0.14, false), ('insomnia', 0.06, false), ('pneumonia', 0.025, false),
            ('herpes zoster', 0.03, false), ('myalgia', 0.04, false)) as kind (term, frequency, is_complaint)
        cross join generate_series(1, 2) as attempt
        where _virotrial.simulated_uniform(seed, n, kind.term || attempt) < kind.frequency / attempt
    ),
    -- most laboratory results of grade 3 or 4 become events
    abnormal as (
        select followed.*, 'abnormal ' || lower(split_part(lab_test.name, ',', 1)) as term,
            false as is_complaint, result.test, result.grade::integer as grade, 'ordinary' as fate,
            result.test as draw, result.collected as onset
        from followed
        join (
            select distinct on (site_id, subject_id, test) site_id, subject_id, test, collected,
                grade
            from unreported_abnormality
            where grade is not null
            order by site_id, subject_id, test, collected, replicate
        ) as result using (site_id, subject_id)
        join lab_test using (test)
        where _virotrial.simulated_uniform(seed, n, 'reported ' || result.test) < 0.8
    ),
    final as (
        select followed.*,
            case reason when 'death'
                then (array['sepsis', 'myocardial infarction',
                'Pneumocystis pneumonia', 'hepatic failure'])
                [1 + floor(4 * _virotrial.simulated_uniform(seed, n, 'cause'))::integer]
                else (array['rash', 'hepatitis', 'persistent vomiting', 'lactic acidosis'])[1
                    + floor(4 * _virotrial.simulated_uniform(seed, n, 'cause'))::integer]
                    end as term,
            false as is_complaint, null::text as test,
            case reason when 'death' then 5
                else 2 + floor(2.5 * _virotrial.simulated_uniform(seed, n, 'last grade'))::integer
                end as grade,
            case reason when 'death' then 'fatal' else 'withdrawn' end as fate,
                'last event' as draw,
            greatest(first_dose,
                left_study - floor(12 * _virotrial.simulated_uniform(seed, n,
                'last onset'))::integer) as onset
        from followed
        where reason in ('death', 'adverse event')
    ),
    event as (
        select * from ordinary where onset >= signed and onset <= ended
            and (left_study is null or onset <= left_study
            or reason not in ('death', 'consent withdrawn'))
        union all
        select * from abnormal
        union all
        select * from final
    ),
    drawn as materialized (
        select event.*,
            _virotrial.simulated_uniform(seed, n, 'grade ' || draw) as grade_draw,
            _virotrial.simulated_uniform(seed, n, 'serious ' || draw) as serious_draw,
            _virotrial.simulated_uniform(seed, n, 'outcome ' || draw) as outcome_draw,
            _virotrial.simulated_uniform(seed, n, 'date ' || draw) as date_draw,
            _virotrial.simulated_uniform(seed, n, 'report ' || draw) as report_draw
        from event
    ),
    judged as materialized (
        select drawn.*, coalesce(grade, case when grade_draw < 0.62 then 1 when grade_draw < 0.9
            then 2 when grade_draw < 0.98 then 3 else 4 end) as final_grade,
            case when fate = 'fatal' then ended
                else least(ended, onset + 1 + floor(-9 * ln(outcome_draw))::integer) end as resolved
        from drawn
    )
    select n, site_id, subject_id, first_dose, term, is_complaint, test, fate, draw, onset,
        resolved, final_grade as grade, date_draw, report_draw, outcome_draw,
        fate = 'fatal' as is_fatal,
        final_grade = 4 and serious_draw < 0.5 as is_life_threatening,
        final_grade in (3, 4) and serious_draw < 0.3 as requires_hospitalization,
        fate <> 'fatal' and outcome_draw > 0.88 as is_open,
        row_number() over (partition by site_id, subject_id order by onset,
            draw)::integer as event_number
    from judged;
    analyze simulated_event;
end;
$$;
comment on procedure _virotrial.simulate_event_course(text, bigint) is 'part of simulate_study: draws the adverse events into a temporary table';

create procedure _virotrial.simulate_events(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    -- One date in thirty lacks its day, some the month too; one serious event in
    -- five is reported late.
    insert into adverse_event (site_id, subject_id, event_number, term, complaint, test, onset,
        ended, grade, is_serious, results_in_death,
        is_life_threatening, requires_hospitalization, action_taken, outcome, aware_at, reported_at)
    select site_id, subject_id, event_number, term,
        case when is_complaint and term in (select complaint from solicited_complaint)
            then term end,
        test,
        case when fate <> 'ordinary' or test is not null or date_draw < 0.96
            then to_char(onset, 'YYYY-MM-DD')
            when date_draw < 0.992 then to_char(onset, 'YYYY-MM') else to_char(onset, 'YYYY') end,
        case when not is_open then to_char(resolved, 'YYYY-MM-DD') end,
        grade, is_fatal or is_life_threatening or requires_hospitalization, is_fatal,
        is_life_threatening, requires_hospitalization,
        case when fate = 'withdrawn' and exists (select from regimen where regimen.site_id
                = simulated_event.site_id and regimen.subject_id = simulated_event.subject_id
                and regimen.drug in (select study_drug from protocol)) then 'DRUG WITHDRAWN'
            when fate in ('withdrawn', 'fatal') or onset < first_dose
            then 'NOT APPLICABLE' else 'DOSE NOT CHANGED' end,
        case when is_fatal then 'FATAL' when is_open then 'NOT RECOVERED/NOT RESOLVED'
            else 'RECOVERED/RESOLVED' end,
        reported.aware_at,
        reported.aware_at + case when report_draw < 0.8 then report_draw * 28
            else 24 + (report_draw - 0.8) * 400 end * interval '1 hour'
    from simulated_event
    cross join lateral (select case when is_fatal or is_life_threatening or requires_hospitalization
        then (onset + time '08:00' + outcome_draw * interval '30 hours') at time zone 'UTC'
            end as aware_at) as reported;
    analyze adverse_event;

    insert into adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness)
    select event.site_id, event.subject_id, event.event_number, regimen.drug,
        case when event.fate = 'withdrawn' and regimen.drug = protocol.study_drug
            then 'probably related'
            when judged.draw < 0.06 then 'related' when judged.draw < 0.14 then 'probably related'
                when judged.draw < 0.34 then 'possibly related'
            when judged.draw < 0.6 then 'unlikely related' else 'not related' end
    from simulated_event as event
    join regimen using (site_id, subject_id)
    join protocol_period as protocol on event.first_dose >= protocol.effective_from
        and event.first_dose < protocol.effective_before
    cross join lateral (select _virotrial.simulated_uniform(seed, event.n, 'relation ' || event.draw
        || ' ' || regimen.drug) as draw) as judged
    where regimen.started <= event.onset
        and (regimen.drug = protocol.study_drug or judged.draw < 0.9)
        and _virotrial.simulated_uniform(seed, event.n, 'judged ' || event.draw
            || ' ' || regimen.drug) > 0.01;
    analyze adverse_event_relatedness, deviation;
end;
$$;
comment on procedure _virotrial.simulate_events(text, bigint) is 'part of simulate_study: adverse events and their relation to the drugs';

create procedure _virotrial.simulate_safety(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    perform set_config('virotrial.data_cut', '', true);
    call _virotrial.simulate_laboratory(study, seed);
    call _virotrial.simulate_event_course(study, seed);
    call _virotrial.simulate_events(study, seed);
    drop table pg_temp.simulated_event;
end;
$$;
comment on procedure _virotrial.simulate_safety(text, bigint) is 'part of simulate_study: laboratory results and adverse events';
