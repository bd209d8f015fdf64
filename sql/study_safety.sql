-- The tables of the primary endpoint as functions: of a study, a data cut and a grouping

create function set_analysis(study name, data_cut date, "grouping" name) returns void
    language plpgsql volatile parallel unsafe
as $$
declare
    known text;
begin
    if not exists (select from pg_catalog.pg_trigger join pg_catalog.pg_class on pg_class.oid = tgrelid
            join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
            where nspname = set_analysis.study and relname = 'rule' and tgname = 'rules_changed_insert') then
        raise exception using
            errcode = 'invalid_schema_name',
            message = format('there is no study "%s"', study);
    end if;
    if data_cut is not null then
        perform set_config('virotrial.data_cut', case when isfinite(data_cut) then to_char(data_cut, 'YYYY-MM-DD') else '' end, true);
    end if;
    perform set_config('virotrial.grouping', coalesce("grouping"::text, ''), true);
    select string_agg(attname, ', ' order by attnum) into known
    from pg_catalog.pg_attribute
    where attrelid = to_regclass(format('%I.analysis_subject', study)) and attnum > 0 and not attisdropped;
    if "grouping" <> all (string_to_array(known, ', ')) then
        raise exception using
            errcode = 'undefined_column',
            message = format('analysis_subject has no column "%s" to group by', "grouping"),
            hint = format('It has %s.', known);
    end if;
end;
$$;
comment on function set_analysis(name, date, name) is 'sets the data cut (null: leaves it) and the grouping that the views read, until the function that calls this ends, if that sets a parameter of its own';

create function endpoint_safety(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, "position" integer, event_set text, term text, maximum_grade integer, population bigint, subjects bigint, subjects_unknown
        bigint, percent double precision, percent_ci_lower double precision, percent_ci_upper double precision, percent_ci_upper_with_unknown double
        precision, events bigint, events_unknown bigint, first_event_person_years double precision, first_event_rate double precision,
        first_event_rate_ci_lower double precision, first_event_rate_ci_upper double precision, person_years double precision, event_rate double
        precision, event_rate_ci_lower double precision, event_rate_ci_upper double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.endpoint_safety order by subgroup, position, term nulls first, maximum_grade nulls first', study);
end;
$$;
comment on function endpoint_safety(name, date, name) is 'the view endpoint_safety of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): treatment-emergent adverse events: subjects and events with exact limits';

create function laboratory_shift(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, panel text, test text, test_name text, direction text, baseline_grade text, worst_grade text, subjects bigint,
        baseline_subjects bigint, percent double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.laboratory_shift order by subgroup, panel, test, direction, baseline_grade, worst_grade', study);
end;
$$;
comment on function laboratory_shift(name, date, name) is 'the view laboratory_shift of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): shifts of toxicity grade from baseline';

create function laboratory_abnormality(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, panel text, test text, test_name text, direction text, minimum_grade integer, maximum_grade integer, evaluable bigint,
        subjects_unknown bigint, subjects bigint, percent double precision, percent_ci_lower double precision, percent_ci_upper double precision,
        worsened bigint, worsened_percent double precision, worsened_percent_ci_lower double precision, worsened_percent_ci_upper double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.laboratory_abnormality order by subgroup, panel, test, direction, minimum_grade, maximum_grade', study);
end;
$$;
comment on function laboratory_abnormality(name, date, name) is 'the view laboratory_abnormality of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): subjects with laboratory results of grade 3 or 4';

create function hys_law_candidate(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, site_id text, subject_id text, is_candidate boolean, test text, collected date, study_day integer, times_uln double
        precision, times_uln_qualifier text, bilirubin_collected date, bilirubin_times_uln double precision, phosphatase_collected date,
        phosphatase_times_uln double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.hys_law_candidate order by subgroup, site_id, subject_id', study);
end;
$$;
comment on function hys_law_candidate(name, date, name) is 'the view hys_law_candidate of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): candidates of Hy''s law';

create function ecg_finding(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, "position" integer, test text, finding text, evaluable bigint, subjects_unknown bigint, subjects bigint, percent double
        precision, percent_ci_lower double precision, percent_ci_upper double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.ecg_finding order by subgroup, position', study);
end;
$$;
comment on function ecg_finding(name, date, name) is 'the view ecg_finding of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): findings in electrocardiograms';

create function discontinuation(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, "position" integer, cause text, population bigint, subjects bigint, percent double precision, percent_ci_lower double
        precision, percent_ci_upper double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.discontinuation order by subgroup, position', study);
end;
$$;
comment on function discontinuation(name, date, name) is 'the view discontinuation of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): discontinuations by cause';

create function time_to_discontinuation(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, days integer, at_risk bigint, discontinued bigint, censored bigint, remaining double precision, std_error double precision,
        remaining_ci_lower double precision, remaining_ci_upper double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.time_to_discontinuation order by subgroup, days', study);
end;
$$;
comment on function time_to_discontinuation(name, date, name) is 'the view time_to_discontinuation of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): the time to discontinuation';

create function death(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, site_id text, subject_id text, died date, study_day integer, days_since_last_dose integer, is_on_treatment boolean,
        fatal_events text, is_related boolean)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.death order by subgroup, site_id, subject_id', study);
end;
$$;
comment on function death(name, date, name) is 'the view death of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): deaths';

create function safety_finding(study name, data_cut date default null, "grouping" name default null)
    returns table (subgroup text, "position" integer, finding text, population bigint, subjects bigint, subjects_unknown bigint, percent double precision,
        percent_ci_lower double precision, percent_ci_upper double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $$
begin
    execute format('select %I.set_analysis($1, $2, $3)', (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'))
        using study, data_cut, "grouping";
    return query execute format('select * from %I.safety_finding order by subgroup, position', study);
end;
$$;
comment on function safety_finding(name, date, name) is 'the view safety_finding of a study, of data up to a day (null: the setting virotrial.data_cut), in the subgroups of a column of analysis_subject (null: everybody): deaths and candidates of Hy''s law, counted';
