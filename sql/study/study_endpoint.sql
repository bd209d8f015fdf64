-- Endpoints of a study: by which column of its subjects, and up to which day

create function _virotrial.analysis_group(subjects regclass)
    returns table (site_id text, subject_id text, group_value text)
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'analysis_group';
comment on function _virotrial.analysis_group(regclass) is 'the group of each subject in the endpoint views: the column of analysis_subject that the setting virotrial.group_by names; no rows where it names none or site_id, by which the views group then. 42703 for a column that is not there';

create function _virotrial.grouping_column() returns text
    language sql stable parallel safe
    begin atomic
        select coalesce(nullif(current_setting('virotrial.group_by', true), ''), 'site_id');
    end;
comment on function _virotrial.grouping_column() is 'the column of analysis_subject that the endpoint views group subjects by: the setting virotrial.group_by, site_id where it is not set';

-- Without this the planner expects a thousand rows, also where no analysis set is chosen.
create function _virotrial.analysis_member_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'analysis_member_support';
comment on function _virotrial.analysis_member_support(internal) is 'planner support of analysis_member(): one row where no analysis set is chosen, else as many as are enrolled';

create function _virotrial.analysis_member(sets regclass)
    returns table (site_id text, subject_id text, day_1 date)
    language c stable strict parallel safe
    support _virotrial.analysis_member_support
    as 'MODULE_PATHNAME', 'analysis_member';
comment on function _virotrial.analysis_member(regclass) is 'the members of the analysis set that the setting virotrial.analysis_set names, by a study''s view analysis_set; no rows where it names none, or the treated. Whoever calls it needs SELECT on the view';

create function _virotrial.chosen_analysis_set() returns text
    language sql stable parallel safe
    begin atomic
        select coalesce(nullif(current_setting('virotrial.analysis_set', true), ''), 'treated');
    end;
comment on function _virotrial.chosen_analysis_set() is 'the analysis set whose subjects the results are about: the setting virotrial.analysis_set, treated where it is not set';

create function _virotrial.report_rows(study name, endpoint name, data_cut date, group_by name,
    display text, analysis_set text)
    returns setof record
    language c
    as 'MODULE_PATHNAME', 'endpoint_rows';
comment on function _virotrial.report_rows(name, name, date, name, text, text) is 'the rows of endpoint_rows(), for an analysis set';

create function _virotrial.endpoint_rows(study name, endpoint name, data_cut date, group_by name,
    display text default null)
    returns setof record
    language c
    as 'MODULE_PATHNAME', 'endpoint_rows';
comment on function _virotrial.endpoint_rows(name, name, date, name, text) is 'the rows of an endpoint view of a study for a data cut and a grouping, and of one display alone where it is named; the settings are as before when it returns. The view runs as the owner of the study; the caller needs SELECT on it';

create type endpoint_virology_row as (
    "grouping" text, group_value text, visit text, "position" integer, response text,
    threshold double precision, rule text,
    subjects bigint, responders bigint, evaluable bigint, missing bigint, unknown bigint,
    rate double precision, ci_lower double precision, ci_upper double precision,
    reported_rate double precision, reported_ci_lower double precision,
    reported_ci_upper double precision, reported_rule text,
    lowest_rate double precision, lowest_ci_lower double precision,
    highest_rate double precision, highest_ci_upper double precision,
    data_cut date, author text);
comment on type endpoint_virology_row is 'a row of endpoint_virology with the data cut, and who asked';

create function endpoint_virology(study name,
    data_cut date default null, group_by name default null)
    returns setof endpoint_virology_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'endpoint_virology', data_cut, group_by)
            as row ("grouping" text, group_value text, visit text, "position" integer,
                response text, threshold double precision, rule text,
                subjects bigint, responders bigint, evaluable bigint, missing bigint,
                unknown bigint,
                rate double precision, ci_lower double precision, ci_upper double precision,
                reported_rate double precision, reported_ci_lower double precision,
                reported_ci_upper double precision, reported_rule text,
                lowest_rate double precision, lowest_ci_lower double precision,
                highest_rate double precision, highest_ci_upper double precision,
                data_cut date);
    end;
comment on function endpoint_virology(name, date, name) is 'the view endpoint_virology of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id)';

create type endpoint_log_reduction_row as (
    "grouping" text, group_value text, visit text, "position" integer,
    subjects bigint, n bigint, missing bigint, unknown bigint, censored bigint,
    mean double precision, sd double precision, ci_lower double precision,
    ci_upper double precision,
    mean_mle double precision, sd_mle double precision, mle_ci_lower double precision,
    mle_ci_upper double precision,
    median log_reduction, median_lower double precision, median_upper double precision,
    median_exact double precision, median_qualifier text, median_ci_lower double precision,
    median_ci_upper double precision,
    viral_loads bigint, censored_viral_loads bigint,
    geometric_mean double precision, geometric_ci_lower double precision,
    geometric_ci_upper double precision,
    geometric_mean_mle double precision, geometric_mle_ci_lower double precision,
    geometric_mle_ci_upper double precision,
    data_cut date, author text);
comment on type endpoint_log_reduction_row is 'a row of endpoint_log_reduction with the data cut, and who asked';

create function endpoint_log_reduction(study name,
    data_cut date default null, group_by name default null)
    returns setof endpoint_log_reduction_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'endpoint_log_reduction', data_cut, group_by)
            as row ("grouping" text, group_value text, visit text, "position" integer,
                subjects bigint, n bigint, missing bigint, unknown bigint, censored bigint,
                mean double precision, sd double precision, ci_lower double precision,
                ci_upper double precision,
                mean_mle double precision, sd_mle double precision, mle_ci_lower double precision,
                mle_ci_upper double precision,
                median log_reduction, median_lower double precision, median_upper double precision,
                median_exact double precision, median_qualifier text,
                median_ci_lower double precision, median_ci_upper double precision,
                viral_loads bigint, censored_viral_loads bigint,
                geometric_mean double precision, geometric_ci_lower double precision,
                geometric_ci_upper double precision,
                geometric_mean_mle double precision, geometric_mle_ci_lower double precision,
                geometric_mle_ci_upper double precision,
                data_cut date);
    end;
comment on function endpoint_log_reduction(name, date, name) is 'the view endpoint_log_reduction of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id)';

create type endpoint_cd4_row as (
    "grouping" text, group_value text, visit text, "position" integer,
    subjects bigint, n bigint, missing bigint,
    mean double precision, sd double precision, ci_lower double precision,
    ci_upper double precision,
    median double precision, median_ci_lower double precision, median_ci_upper double precision,
    hodges_lehmann double precision, hodges_lehmann_ci_lower double precision,
    hodges_lehmann_ci_upper double precision,
    signed_rank_p_value double precision, cd4_counts bigint, mean_cd4_count double precision,
    not_evaluable bigint, censored_counts bigint,
    data_cut date, author text);
comment on type endpoint_cd4_row is 'a row of endpoint_cd4 with the data cut, and who asked';

create function endpoint_cd4(study name, data_cut date default null, group_by name default null)
    returns setof endpoint_cd4_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'endpoint_cd4', data_cut, group_by)
            as row ("grouping" text, group_value text, visit text, "position" integer,
                subjects bigint, n bigint, missing bigint,
                mean double precision, sd double precision, ci_lower double precision,
                ci_upper double precision,
                median double precision, median_ci_lower double precision,
                median_ci_upper double precision,
                hodges_lehmann double precision, hodges_lehmann_ci_lower double precision,
                hodges_lehmann_ci_upper double precision,
                signed_rank_p_value double precision, cd4_counts bigint,
                mean_cd4_count double precision,
                not_evaluable bigint, censored_counts bigint,
                data_cut date);
    end;
comment on function endpoint_cd4(name, date, name) is 'the view endpoint_cd4 of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id)';
