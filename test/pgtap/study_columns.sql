-- The types of the columns of every view, by the catalogue: a censored result
-- keeps its own type, and what stands beside it means what it says.
set client_min_messages = warning;
call create_study('ral');
call simulate_study('ral', subjects => 72, sites => 4, seed => 1);
select no_plan();

create view view_column as
    select c.relname::text as view, a.attname::text as name, a.atttypid as type
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'ral'::regnamespace and c.relkind = 'v';
create view censored_column as
    select view, name, type from view_column where type in ('viral_load'::regtype, 'log_reduction'::regtype, 'lab_value'::regtype);
-- The rows of a view for which a condition holds.
create function rows_where(view text, condition text) returns bigint
    language plpgsql
as $$
declare
    found bigint;
begin
    execute format('select count(*) from ral.%I where %s', view, condition) into found;
    return found;
end;
$$;

select set_eq(
    $$select view, name from view_column
        where type <> all ('{text,numeric,whole_number,float8,int2,int4,int8,boolean,date,timestamptz,viral_load,log_reduction,lab_value}'::regtype[]::oid[])$$,
    $$values ('protocol_period', 'cd4_levels'), ('protocol_period', 'permitted_background_changes'),    -- lists of the protocol
        ('query_status', 'row_key'), ('open_query', 'row_key'), ('_last_verification', 'row_key'), ('_last_verification', 'content'),
        ('source_verification_status', 'row_key'), ('listed_intolerance_period', 'synonyms'),                                                       -- keys and records of any table
        ('_protocol_at_analysis', 'cd4_levels'), ('_protocol_at_analysis', 'permitted_background_changes'),
        ('resistance_algorithm_period', 'algorithm_drugs'), ('resistance_algorithm_period', 'drugs'),
        ('resistance_algorithm_period', 'compiled'), ('_gathered_viral_load', 'results'), ('_visit_viral_load', 'results'), ('subject_listing', 'cells'),                -- what functions take
        ('_genotype_history', 'genes'), ('_genotype_history', 'mutations'),
        ('_genotype_history', 'all_genes'), ('_genotype_history', 'all_mutations'),
        ('_log_reduction_part', 'viral_load'), ('_log_reduction_part', 'reduction'), ('_log_reduction_part', 'sample'),                   -- states
        ('_cd4_part', 'cd4_count'), ('_cd4_part', 'change'), ('_cd4_part', 'changes'), ('_survival_part', 'curve')$$,
    'every column has a plain type or that of a censored value');
-- The text columns of a view that hold a censored result, in one pass over its rows.
create function censored_texts(view text) returns setof text
    language plpgsql
as $$
declare
    found text[];
begin
    execute (select format('select array[%s] from ral.%I',
            string_agg(format($c$case when bool_or(%1$I ~ '^ *([<>]|TND) *[0-9.e+]+ *$') then %1$L end$c$, name), ', '), censored_texts.view)
        from view_column where view_column.view = censored_texts.view and type = 'text'::regtype) into found;
    return query select unnest(array_remove(found, null));
end;
$$;
select set_eq(
    $$select view, censored_texts(view) from (select distinct view from view_column where type = 'text'::regtype and view !~ '^_result_|^_?sdtm_|^adam_') as v$$,   -- analysis_result has all of these; the datasets have a limit as text, beside it what bounds it
    -- the name of a response, such as "< 400"; a figure as a report prints it, beside its value and qualifier
    $$values ('endpoint_virology', 'response'), ('_virology_part', 'response'), ('analysis_result', 'printed')$$,
    'no text column holds a censored value');
select is_empty($$select view, name from view_column where name like '%quantity%'$$, 'no column is a number or a limit');

-- What stands beside a censored value in the views that analysts read
create view companion as
    select view, name, type, name || '_lower' as lower, name || '_upper' as upper,
        case when type = 'viral_load'::regtype then regexp_replace(name, '(^|_)viral_load$', '\1log10_copies') else name || '_exact' end as exact
    from censored_column
    where view ~ '^(analysis|endpoint)_' and (view, name) <> ('analysis_lab', 'value')    -- standard_value has them
        or view = 'hys_law_candidate';
select is_empty(
    $$select view, name, missing from companion cross join lateral unnest(array[lower, upper, exact]) as missing
        where (view, missing, 'float8'::regtype) not in (select * from view_column)$$,
    'beside it are its bounds, and its number if it is exact');
select is(rows_where(view, format('(%2$I, %3$I) is distinct from (lower_bound(%1$I), upper_bound(%1$I))
        or %4$I is distinct from case when not is_censored(%1$I) then %5$s end
        or (%4$I is null) <> (%1$I is null or is_censored(%1$I))', name, lower, upper, exact,
        format(case when type = 'viral_load'::regtype then 'log10_copies(%I)' else 'quantity(%I)' end, name))), 0::bigint,
    format('%s.%s: the bounds are its own, a censored one has no number', view, name))
from companion;
select isnt(rows_where(view, format('is_censored(%I)', name)), 0::bigint, format('%s.%s has censored values here', view, name))
from companion where (view, name) in (('analysis_viral_load', 'viral_load'), ('analysis_viral_load', 'log_reduction'), ('analysis_lab', 'standard_value'));

-- What a BI tool writes: a literal in quotes
select is(rows_where('analysis_viral_load', 'viral_load < ''400'''), rows_where('analysis_viral_load', 'is_below_response_threshold'),
    'a threshold in quotes selects the same rows');
select results_eq(
    $$select response_rate(viral_load < '50') from ral.analysis_viral_load where is_analysis_record$$,
    $$select response_rate(is_below_suppression_threshold) from ral.analysis_viral_load where is_analysis_record$$,
    'and gives the same rate');
select results_eq(
    $$select count(*) from ral.analysis_viral_load where log_reduction > '1.0'$$,
    $$select count(*) from ral.analysis_viral_load where is_above_log_reduction_threshold$$, 'so does a fall');

select results_eq(format($$select distinct data_cut, author from %I('ral', '2009-06-30')$$, endpoint),
    $$values (date '2009-06-30', current_user::text collate "default")$$, 'each row of ' || endpoint || ' has its data cut, and who asked')
from unnest(array['endpoint_virology', 'endpoint_log_reduction', 'endpoint_cd4', 'endpoint_safety', 'discontinuation',
    'time_to_discontinuation', 'safety_finding', 'ecg_finding', 'laboratory_shift', 'laboratory_abnormality']) as endpoint;
select is_empty($$select from ral.endpoint_cd4 where data_cut is not null$$, 'a date without end is no data cut');

-- What a tool generates of the catalogue
select is_empty(
    $$select proname from pg_proc where pronamespace = 'ral'::regnamespace
        and exists (select from pg_class where relnamespace = pronamespace and relname = proname)$$,
    'no function has the name of a table or view, which would be one name in a generated interface');
select is_empty(
    $$select table_name, column_name from information_schema.columns
        where table_schema = 'ral' and column_name in ('entered_by', 'entered_at', 'entered_in')
            and is_nullable = 'NO' and column_default is null
            and table_name in (select relname from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'r')
            and table_name !~ '_history$'$$,
    'a generated form does not ask for who entered a row, and when');

select * from finish();
