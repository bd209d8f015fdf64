-- Lives of subjects: what a site enters of a subject, act by act, and what becomes of it.
--
-- A life is a text of acts that are separated by "; ".  An act is a word of
-- table act and its values: _ stands for a blank in a value.  A day is a study
-- day: test.day_1 is day 1, the day before it day -1.  "! rule" after an act says
-- that the act is refused, and by what: table.rule, or the SQLSTATE.

create temporary table act (word text primary key, statements text);
create temporary table who (study text, code text, site_id text, subject_id text);
create temporary table life (study text, code text, acts text, verdict text, why text,
    primary key (study, code));

create function pg_temp.day(study_day integer) returns date language sql stable
    return current_setting('test.day_1')::date + study_day - case when study_day > 0 then 1 else 0 end;

-- $1 is a value, @1 a day, :who the subject, :site and :study by their names.
create function pg_temp.statements(act text, site text, subject text) returns text
    language plpgsql
as $$
declare
    value constant text[] := string_to_array(act, ' ');
    statements text := (select act.statements from act where word = value[1]);
begin
    if statements is null then
        raise exception 'there is no act "%"', act;
    end if;
    for i in reverse cardinality(value) - 1 .. 1 loop
        if value[i + 1] ~ '^-?[0-9]+$' then
            statements := replace(statements, '@' || i, quote_literal(pg_temp.day(value[i + 1]::integer)));
        end if;
        statements := replace(statements, '$' || i, quote_literal(replace(value[i + 1], '_', ' ')));
    end loop;
    statements := regexp_replace(statements, '\$[0-9]', 'null', 'g');
    return replace(replace(replace(replace(statements, ':who', ':site, :subject'), ':site', quote_literal(site)),
        ':subject', quote_literal(subject)), ':study', quote_literal(current_schema()));
end;
$$;

-- The acts as they came out: with "! rule" after those that were refused.
create function pg_temp.live(code text, acts text) returns text
    language plpgsql
as $$
declare
    act text;
    site text := 'S1';
    subject text := code;
    place text;
    constraint_of text;
    came_out text[];
begin
    foreach act in array string_to_array(acts, '; ') loop
        act := split_part(act, ' ! ', 1);
        if act ~ '^at ' then
            site := split_part(act, ' ', 2);
        else
            begin
                execute pg_temp.statements(act, site, subject);
                if act ~ '^transfers ' then
                    site := split_part(act, ' ', 2);
                    subject := split_part(act, ' ', 3);
                end if;
            exception when others then
                get stacked diagnostics place = table_name, constraint_of = constraint_name;
                if sqlstate = 'P0001' then
                    raise;
                end if;
                act := act || ' ! ' || case when constraint_of <> '' then place || '.' || constraint_of else sqlstate end;
            end;
        end if;
        came_out := came_out || act;
    end loop;
    insert into who values (current_schema(), code, site, subject);
    return array_to_string(came_out, '; ');
end;
$$;

-- What became of the subjects of the study of the search path, in words: the end, and
-- whether the screening failed; Snapshot of week 24 below both thresholds, with y, n or ?
-- for a responder of TLOVR below the lower; deviations; visits that miss something; and
-- what else is to be said.
create procedure pg_temp.judge_lives()
    language plpgsql
as $$
begin
    create temporary table fate as
    with
    snapshot as (
        select site_id, subject_id, string_agg(coalesce(category, '?'), '/' order by threshold desc) as categories
        from snapshot_outcome where visit = 'week 24' group by 1, 2),
    tlovr as (
        select distinct on (site_id, subject_id) site_id, subject_id, case when is_responder then 'y' when not is_responder then 'n' else '?' end as answer
        from tlovr_outcome where visit = 'week 24' order by site_id, subject_id, threshold),
    deviated as (
        select site_id, subject_id, string_agg(distinct rule, ' + ' order by rule) as rules from deviation group by 1, 2),
    missing as (
        select site_id, subject_id, string_agg(visit, ' + ' order by position) as visits
        from (select distinct site_id, subject_id, position, visit from missing_assessment) as one group by 1, 2),
    screened as (
        select distinct on (site_id, subject_id) site_id, subject_id, coalesce(reason, outcome) as outcome
        from screening order by site_id, subject_id, decided desc)
    select who.code, concat_ws(', ',
        case when subject.subject_id is null then 'unknown'
            when subject.enrolled is null then concat_ws(': ', 'not enrolled', screened.outcome)
            else coalesce(subject.reason, subject.outcome, 'in the study') end,
        nullif(concat_ws(' ', snapshot.categories, tlovr.answer), ''), deviated.rules, 'misses ' || missing.visits,
        case when overdue.subject_id is not null then 'overdue' end,
        case when subject.is_treated and not subject.is_per_protocol then 'not per protocol' end, subject.arm) as verdict
    from who
    left join analysis_subject as subject using (site_id, subject_id)
    left join screened using (site_id, subject_id)
    left join snapshot using (site_id, subject_id)
    left join tlovr using (site_id, subject_id)
    left join deviated using (site_id, subject_id)
    left join missing using (site_id, subject_id)
    left join overdue_reconsent as overdue using (site_id, subject_id)
    where who.study = current_schema();
end;
$$;

insert into act values
('born', 'insert into subject (site_id, subject_id, birth_date, sex) values (:who, $1, $2)'),
('signs', 'insert into consent (site_id, subject_id, signed, version) values (:who, @1, $2)'),
('withdraws', 'update consent set withdrawn = @1 where (site_id, subject_id) = (:who) and withdrawn is null'),
('withdraws_from_treatment', 'update consent set withdrawn_from_treatment = @1 where (site_id, subject_id) = (:who)'),
('withdraws_from_follow_up', 'update consent set withdrawn_from_follow_up = @1 where (site_id, subject_id) = (:who)'),
('withdraws_from_samples', 'update consent set withdrawn_from_samples = @1 where (site_id, subject_id) = (:who)'),
-- what a candidate brings along: four years of treatment that failed, resistance to two drugs
('diagnosed', $$insert into hiv_diagnosis (site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test)
    select :who, @1, diagnosis_guideline, @1, 'Western blot' from protocol$$),
('failed', $$insert into art_history (site_id, subject_id, drug, started, stopped)
        select :who, drug, @1, @2 from unnest(array['AZT', '3TC', 'NVP']) as drug;
    insert into viral_load_result (site_id, subject_id, collected, assay, viral_load)
        values (:who, @1::date - 10, 'Quantiplex 3.0', '120000'), (:who, @1::date + 720, 'Quantiplex 3.0', '20000')$$),
('resistant', $$insert into genotype (site_id, subject_id, collected) values (:who, @1);
    insert into genotype_drug_call (site_id, subject_id, collected, drug, call)
        select :who, @1, drug, 'resistant' from unnest(array[$2, $3]) as drug where drug is not null$$),
('intolerant', 'insert into intolerance (site_id, subject_id, onset, drug, reaction, is_serious) values (:who, @1, $2, $3, true)'),
-- screening
('screened', $$insert into visit (site_id, subject_id, visit, visit_date) values (:who, 'screening', @1);
    insert into viral_load_result (site_id, subject_id, visit, collected, assay, viral_load) select :who, 'screening', @1, assay, $2 from usual_assay;
    insert into cd4_result (site_id, subject_id, visit, collected, cd4_count) select :who, 'screening', @1, $3 where $3 is not null$$),
('excused', $$insert into missing_result (site_id, subject_id, collected, visit, assessment, reason)
    values (:who, @1, (select visit from visit where (site_id, subject_id, visit_date) = (:who, @1)), $2, 'not done')$$),
('fails', $$insert into screening (site_id, subject_id, decided, outcome, reason) values (:who, @1, 'screen failure', $2)$$),
('eligible', $$insert into screening (site_id, subject_id, decided, outcome) values (:who, @1, 'eligible')$$),
('rescreened', $$call rescreen(:study, :who, 'correction: screened again', failure => 'eligibility criteria not met')$$),
('enrolled', 'insert into enrolment (site_id, subject_id, enrolled) values (:who, @1)'),
-- treatment: the first dose, on a background of two drugs
('treated', $$insert into enrolment (site_id, subject_id, enrolled, first_dose) values (:who, @1, @1)
        on conflict (site_id, subject_id) do update set first_dose = @1;
    insert into regimen (site_id, subject_id, drug, started) values (:who, 'TDF', @1), (:who, 'ETR', @1);
    insert into regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day) values (:who, 'RAL', @1, 400, 2)$$),
('dosed', $$insert into enrolment (site_id, subject_id, enrolled, first_dose) values (:who, @1, @1);
    insert into regimen (site_id, subject_id, drug, started) values (:who, 'ABC', @1), (:who, '3TC', @1);
    insert into regimen (site_id, subject_id, drug, started, dose_mg, weight_kg, doses_per_day) values (:who, 'DTG', @1, $2, $3, 1)$$),
('takes', 'insert into regimen (site_id, subject_id, started, drug, start_reason) values (:who, @1, $2, $3)'),
('takes_dose', 'insert into regimen (site_id, subject_id, started, drug, dose_mg, weight_kg, doses_per_day) values (:who, @1, $2, $3, $4, $5)'),
('stops', 'update regimen set stopped = @1, stop_reason = $3 where (site_id, subject_id, drug) = (:who, $2) and stopped is null'),
-- visits and what is measured
('week', $$insert into visit (site_id, subject_id, visit, visit_date, deviation_reason) values (:who, 'week ' || $1, @2, $5);
    insert into viral_load_result (site_id, subject_id, visit, collected, assay, viral_load) select :who, 'week ' || $1, @2, assay, $3 from usual_assay;
    insert into cd4_result (site_id, subject_id, visit, collected, cd4_count) values (:who, 'week ' || $1, @2, $4)$$),
('held', $$insert into visit (site_id, subject_id, visit, visit_date) values (:who, $1, @2)$$),
('seen', $$insert into visit (site_id, subject_id, visit, visit_date) values (:who, 'unscheduled ' || @1, @1)$$),
('sample', 'insert into viral_load_result (site_id, subject_id, collected, assay, viral_load) select :who, @1, assay, $2 from usual_assay'),
('sample_by', 'insert into viral_load_result (site_id, subject_id, collected, assay, viral_load) values (:who, @1, $2, $3)'),
('course', $$insert into visit (site_id, subject_id, visit, visit_date) select :who, 'week ' || week, first_dose + 7 * week
        from enrolment cross join usual_course where (site_id, subject_id) = (:who) and week <= $1::integer;
    insert into viral_load_result (site_id, subject_id, visit, collected, assay, viral_load) select :who, visit, visit_date, assay, viral_load
        from visit join usual_course on visit = 'week ' || week cross join usual_assay where (site_id, subject_id) = (:who);
    insert into cd4_result (site_id, subject_id, visit, collected, cd4_count) select :who, visit, visit_date, cd4_count
        from visit join usual_course on visit = 'week ' || week where (site_id, subject_id) = (:who)$$),
('event', $$insert into adverse_event (site_id, subject_id, event_number, onset, term, grade, action_taken, outcome)
    values (:who, 1, @1, $2, 2, coalesce($3, 'DOSE NOT CHANGED'), 'UNKNOWN')$$),
('fatal', $$insert into adverse_event (site_id, subject_id, event_number, onset, ended, term, grade, is_serious, results_in_death, action_taken, outcome, aware_at, reported_at)
    values (:who, 9, @1, @2, $3, 5, true, true, 'NOT APPLICABLE', 'FATAL', @1::date + time '12:00', @1::date + time '18:00')$$),
-- the end
('leaves', $$insert into disposition (site_id, subject_id, ended, outcome, reason) values (:who, @1, 'discontinued', $2)$$),
('dies', $$insert into disposition (site_id, subject_id, ended, outcome, reason) values (:who, @1, 'discontinued', 'death')$$),
('completes', $$insert into disposition (site_id, subject_id, ended, outcome) values (:who, @1, 'completed')$$),
('proves', 'update disposition set ended = @1, reason = $2 where (site_id, subject_id) = (:who)'),
-- corrections, and what a study adds
('version', 'insert into consent_version (valid_from, version, site) values (@1, $2, $3)'),
('transfers', $$call transfer_subject(:study, :who, $1, $2, 'source: moved')$$),
('moves', $$call move_visit(:study, :who, $1, @2, 'transcription')$$),
('first_dose', 'update enrolment set first_dose = @1 where (site_id, subject_id) = (:who)'),
('misfiled', $$call withdraw_entry(:study, 'viral_load_result', jsonb_build_object('site_id', :site, 'subject_id', :subject, 'collected', @1), 'misfiled: of another')$$),
('takes_over', $$call merge_subjects(:study, $1, $2, :who, 'duplicate')$$),
('allocated', 'insert into allocation (site_id, subject_id, allocated, stratum) values (:who, @1, $2)');
