-- Amendments of the protocol: the row in force with other values of some parameters

create function _virotrial.require_protocol_parameters(study text, changes jsonb) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    known jsonb;
    parameter text;
begin
    select jsonb_object_agg(attname, format_type(atttypid, atttypmod)) into known
    from pg_attribute
    where attrelid = format('%I.protocol', study)::regclass and attnum > 0 and not attisdropped
        and attname not in ('effective_from', 'protocol', 'entered_by', 'entered_at', 'entered_in');
    for parameter in select jsonb_object_keys(changes) loop
        if not known ? parameter then
            raise exception using
                errcode = 'undefined_column',
                message = format('the protocol has no parameter "%s"', parameter),
                hint = format('The parameters are %s.',
                    (select string_agg(name, ', ' order by name) from jsonb_object_keys(known) as name));
        end if;
        begin
            execute format('select jsonb_populate_record(null::%I.protocol, $1)', study)
                using jsonb_build_object(parameter, changes -> parameter);
        exception when data_exception or check_violation then
            raise exception using
                errcode = 'invalid_parameter_value',
                message = format('parameter "%s" of the protocol cannot be %s',
                    parameter, changes -> parameter),
                detail = format('It is of type %s.', known ->> parameter);
        end;
    end loop;
end;
$$;
comment on function _virotrial.require_protocol_parameters(text, jsonb) is 'fails with 42703 for a member that is no parameter of a study''s protocol, and with 22023 for a value that it cannot have by its type';

create function amend_protocol_with(study text, effective_from date, changes jsonb) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    in_force jsonb;
    later date;
begin
    perform _virotrial.require_own_study(study);
    -- Of two amendments at a time one would copy a row that the other one replaces.
    perform _virotrial.require_read_committed(format(
        'the protocol of study "%s" cannot be amended in a transaction that is %s',
        study, current_setting('transaction_isolation')));
    execute format('lock table %I.protocol in share update exclusive mode', study);
    execute format('select to_jsonb(p) from %I.protocol as p
            where p.effective_from <= $1 order by p.effective_from desc limit 1', study)
        into in_force using effective_from;
    execute format('select min(p.effective_from) from %I.protocol as p where p.effective_from > $1',
        study)
        into later using effective_from;
    if in_force is null then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('study "%s" has no protocol that could be amended from %s', study,
                coalesce(effective_from::text, 'a day that is null')),
            hint = 'Name the first day of the amendment, after that of the first row of table protocol.';
    elsif (in_force ->> 'effective_from')::date = effective_from then
        raise exception using
            errcode = 'unique_violation',
            message = format('study "%s" already has a protocol from %s', study, effective_from),
            detail = format('It is "%s".', in_force ->> 'amendment'),
            hint = format('Name another day; or correct that row: update %I.protocol set ... where effective_from = %L',
                study, effective_from);
    elsif in_force || (changes - 'amendment') = in_force then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('nothing of the protocol would change on %s', effective_from),
            detail = coalesce('These are its values already: ' || (
                    select string_agg(format('%s is %s', key, coalesce(value, 'null')), ', '
                        order by key)
                    from jsonb_each_text(changes - 'amendment')) || '.', 'No parameter is named.'),
            hint = format('Name what changes, as in: call amend_protocol(%L, %L, minimum_age => 20)',
                study, effective_from);
    end if;
    perform _virotrial.require_protocol_parameters(study, changes);
    if later is not null then
        raise notice using
            message = format('the protocol from %s on stays as it is', later),
            hint = 'If the change is to last, amend it from that day on, too.';
    end if;
    execute format('insert into %I.protocol select (jsonb_populate_record(p, $1)).*
            from %1$I.protocol as p where p.effective_from = $2', study)
        using jsonb_build_object('amendment', format('amendment of %s', effective_from))
                || changes || jsonb_build_object('effective_from', effective_from),
            (in_force ->> 'effective_from')::date;
end;
$$;
comment on function amend_protocol_with(text, date, jsonb) is 'the same as amend_protocol(), for programs: the parameters are the members of an object, and null is a value';

create procedure amend_protocol(study text, effective_from date,
    amendment text default null,
    needs_approval boolean default null,
    title text default null,
    target_enrolment whole_number default null,
    minimum_age whole_number default null,
    minimum_age_is_strict boolean default null,
    diagnosis_guideline text default null,
    haart_minimum_drugs whole_number default null,
    failure_reduction_weeks whole_number default null,
    failure_reduction_log10 double precision default null,
    failure_detectable_months whole_number default null,
    detection_limit double precision default null,
    resistance_minimum_drugs whole_number default null,
    resistance_minimum_classes whole_number default null,
    intermediate_counts_as_resistant boolean default null,
    intolerance_minimum_drugs whole_number default null,
    intolerance_requires_failure boolean default null,
    screening_limit_days whole_number default null,
    screening_results_before text default null,
    study_drug text default null,
    study_drug_dose_mg double precision default null,
    study_drug_doses_per_day double precision default null,
    background_minimum_drugs whole_number default null,
    background_active_drugs whole_number default null,
    resistance_algorithm text default null,
    resistance_algorithm_version text default null,
    fully_active_level whole_number default null,
    background_judged_by_calls boolean default null,
    cd4_method text default null,
    response_threshold double precision default null,
    suppression_threshold double precision default null,
    log_reduction_threshold double precision default null,
    permitted_background_changes text[] default null,
    background_change_permitted_until text default null,
    viral_load_of_day text default null,
    davg_baseline_on_day_1 boolean default null,
    failure_threshold double precision default null,
    failure_confirmation_days whole_number default null,
    failure_log10_rise double precision default null,
    failure_nonresponse_day whole_number default null,
    blip_limit double precision default null,
    cd4_levels whole_number[] default null,
    toxicity_scheme text default null,
    treatment_emergent_days whole_number default null,
    safety_follow_up_days whole_number default null,
    hys_law_days whole_number default null,
    serious_report_hours whole_number default null)
    language sql
    begin atomic
        select amend_protocol_with(study, effective_from, jsonb_strip_nulls(jsonb_build_object(
            'amendment', amend_protocol.amendment,
            'needs_approval', amend_protocol.needs_approval,
            'title', amend_protocol.title,
            'target_enrolment', amend_protocol.target_enrolment,
            'minimum_age', amend_protocol.minimum_age,
            'minimum_age_is_strict', amend_protocol.minimum_age_is_strict,
            'diagnosis_guideline', amend_protocol.diagnosis_guideline,
            'haart_minimum_drugs', amend_protocol.haart_minimum_drugs,
            'failure_reduction_weeks', amend_protocol.failure_reduction_weeks,
            'failure_reduction_log10', amend_protocol.failure_reduction_log10,
            'failure_detectable_months', amend_protocol.failure_detectable_months,
            'detection_limit', amend_protocol.detection_limit,
            'resistance_minimum_drugs', amend_protocol.resistance_minimum_drugs,
            'resistance_minimum_classes', amend_protocol.resistance_minimum_classes,
            'intermediate_counts_as_resistant', amend_protocol.intermediate_counts_as_resistant,
            'intolerance_minimum_drugs', amend_protocol.intolerance_minimum_drugs,
            'intolerance_requires_failure', amend_protocol.intolerance_requires_failure,
            'screening_limit_days', amend_protocol.screening_limit_days,
            'screening_results_before', amend_protocol.screening_results_before,
            'study_drug', amend_protocol.study_drug,
            'study_drug_dose_mg', amend_protocol.study_drug_dose_mg,
            'study_drug_doses_per_day', amend_protocol.study_drug_doses_per_day,
            'background_minimum_drugs', amend_protocol.background_minimum_drugs,
            'background_active_drugs', amend_protocol.background_active_drugs,
            'resistance_algorithm', amend_protocol.resistance_algorithm,
            'resistance_algorithm_version', amend_protocol.resistance_algorithm_version,
            'fully_active_level', amend_protocol.fully_active_level,
            'background_judged_by_calls', amend_protocol.background_judged_by_calls,
            'cd4_method', amend_protocol.cd4_method,
            'response_threshold', amend_protocol.response_threshold,
            'suppression_threshold', amend_protocol.suppression_threshold,
            'log_reduction_threshold', amend_protocol.log_reduction_threshold,
            'permitted_background_changes', amend_protocol.permitted_background_changes,
            'background_change_permitted_until', amend_protocol.background_change_permitted_until,
            'viral_load_of_day', amend_protocol.viral_load_of_day,
            'davg_baseline_on_day_1', amend_protocol.davg_baseline_on_day_1,
            'failure_threshold', amend_protocol.failure_threshold,
            'failure_confirmation_days', amend_protocol.failure_confirmation_days,
            'failure_log10_rise', amend_protocol.failure_log10_rise,
            'failure_nonresponse_day', amend_protocol.failure_nonresponse_day,
            'blip_limit', amend_protocol.blip_limit,
            'cd4_levels', amend_protocol.cd4_levels,
            'toxicity_scheme', amend_protocol.toxicity_scheme,
            'treatment_emergent_days', amend_protocol.treatment_emergent_days,
            'safety_follow_up_days', amend_protocol.safety_follow_up_days,
            'hys_law_days', amend_protocol.hys_law_days,
            'serious_report_hours', amend_protocol.serious_report_hours)));
    end;
comment on procedure amend_protocol is 'adds an amendment to the protocol of a study: the row in force on a day, with other values of the parameters that are named, as in minimum_age => 20. It applies from that day on; a parameter that is null stays as it is';
