-- Mappings to begin with: what each column of a file may be in a table, by its heading and,
-- of an export of REDCap, by the data dictionary.

-- Words of headings that say which column it is: of a table, those that it has.  Of two, a
-- value comes first: a text beside it is a remark.
create function _virotrial.load_synonyms()
    returns table (word text, name name)
    language sql immutable
    begin atomic
        select word, meant.name::name
        from (values
            ('site_id', '{site,center,centre,site_no,site_number,siteid,clinic}'),
            ('subject_id', '{subject,patient,participant,subjid,usubjid,pid,patid,patient_id,
                subject_no,subject_number,subject_code,patient_no,patient_number,id}'),
            ('collected', '{date,sample_date,date_of_sample,collection_date,specimen_date,
                date_collected,lbdtc,drawn}'),
            ('visit_date', '{date,date_of_visit,svstdtc}'),
            ('visit', '{timepoint,visit_name,visit_code}'),
            ('viral_load', '{vl,hiv_rna,rna,hiv_1_rna,result,copies,copies_ml}'),
            ('reported', '{result,reported_result,result_text,lborres}'),
            ('reported_unit', '{unit,units,result_unit}'),
            ('value', '{result,lborres}'),
            ('unit', '{units,result_unit,lborresu}'),
            ('test', '{test_code,lbtestcd,analyte,parameter}'),
            ('cd4_count', '{cd4,cd4_cells,result}'),
            ('birth_date', '{dob,date_of_birth,brthdtc,birthdate}'),
            ('sex', '{gender}'),
            ('laboratory', '{lab}')) as meant (name, words)
        cross join unnest(meant.words::text[]) as word;
    end;
comment on function _virotrial.load_synonyms() is 'headings that are in use, by the column of a study''s tables that they mean';

create function _virotrial.load_propose(study name, table_name text, file_name text,
        header text[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    target constant regclass := _virotrial.load_target(study, table_name, file_name);
begin
    create temporary table load_proposal on commit drop as
        with guess as (
            select distinct on (given.place) given.place, given.heading, known.name
            from unnest(header) with ordinality as given (heading, place)
            left join _virotrial.load_synonyms() as synonym
                on synonym.word = _virotrial.load_name(given.heading)
            left join _virotrial.load_columns(target) as known
                on known.name in (_virotrial.load_name(given.heading), synonym.name)
            order by given.place, known.name = _virotrial.load_name(given.heading) desc nulls last,
                known.name = 'value' desc nulls last, known.place
        )
        select 0 as place, 'table' as kind, relname::text as name, '' as value, '' as detail
        from pg_class where oid = target
        union all
        select guess.place, 'column', heading, coalesce(guess.name::text, ''),
            case when known.is_date then 'YYYY-MM-DD' else '' end
        from guess
        left join _virotrial.load_columns(target) as known using (name)
        union all
        select 10000 + known.place, 'constant', known.name, '', ''
        from _virotrial.load_columns(target) as known
        where known.is_needed and known.name not in (
            select guess.name from guess where guess.name is not null);
end;
$$;
comment on function _virotrial.load_propose(name, text, text, text[]) is 'makes a temporary table of a mapping to begin with: each column of a file with the column of the table that its heading names or means, if any, and the columns that are needed and have none';

-- What a heading means the study may know though no program does: by the mappings of files
-- that came in, by the comments of its columns, and by the words that it has for a column.
create function _virotrial.load_words("table" regclass)
    returns table (name name, word text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
begin
    for known in
        select column_of.name, other.relation::regclass as relation
        from _virotrial.load_columns("table") as column_of
        join pg_class as target on target.oid = "table"
        join pg_namespace on pg_namespace.oid = target.relnamespace
        join _virotrial.study_relation(nspname) as other
            on other.kind in ('configuration', 'site') or other.name = 'subject'
        join pg_constraint on conrelid = other.relation and contype = 'p'
        join pg_attribute on attrelid = other.relation and attname = column_of.name
            and attnum = any (conkey)
        where other.relation <> "table" and not column_of.is_date
            and column_of.type = format_type(atttypid, atttypmod)
            and has_table_privilege(other.relation, 'select')
    loop
        return query execute format('select distinct %L::name, %I::text from %s', known.name,
            known.name, known.relation);
    end loop;
    return query
        select attname, found.parts[1]
        from pg_constraint
        join pg_attribute on attrelid = conrelid and attnum = all (conkey)
        cross join regexp_matches(pg_get_constraintdef(pg_constraint.oid),
            '''([^'']+)''::text', 'g') as found (parts)
        where conrelid = "table" and contype = 'c'
            and pg_get_constraintdef(pg_constraint.oid) like '%= ANY%';
end;
$$;
comment on function _virotrial.load_words(regclass) is 'the words that a study has for columns of a table: its sites, subjects, visits, assays, tests and units, and what a CHECK permits';

-- The columns of a file of which the proposal says nothing, and what a clerk wrote of them before.
create function _virotrial.load_mapped_before("table" regclass)
    returns table (heading text, name name, detail text, file_name text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format('select distinct on (line.name) line.name,
            nullif(line.value, '''')::name, line.detail, delivered.name
        from %I.delivered_file as delivered
        cross join _virotrial.load_mapping(delivered.mapping) as line
        where delivered.table_name = $1 and delivered.verdict <> ''refused''
            and line.kind = ''column''
        order by line.name, delivered.delivered_file_id desc',
        (select relnamespace::regnamespace::name from pg_class where oid = "table"))
        using (select relname::text from pg_class where oid = "table");
end;
$$;
comment on function _virotrial.load_mapped_before(regclass) is 'what each heading was in the last file of a table that came in, with the format of its dates';

create function _virotrial.load_meanings("table" regclass, sample text[])
    returns table (place integer, name name, detail text)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    with cell as materialized (
        select distinct sample[number][1]::integer as place, sample[number][2] as value
        from generate_series(1, coalesce(array_length(sample, 1), 0)) as number
        where sample[number][2] <> ''
    ),
    word as materialized (select * from _virotrial.load_words("table")),
    dated as (
        select cell.place,
            case when form = 'ISO' then 'YYYY-MM-DD'
                when bool_or(part[1]::integer > 12) then 'DD' || form || 'MM' || form || 'YYYY'
                when bool_or(part[3]::integer > 12) then 'MM' || form || 'DD' || form || 'YYYY' end
                as format
        from cell
        cross join regexp_match(value, '^(\d\d?)([./-])(\d\d?)\2\d{4}$') as part
        cross join lateral (select case when value ~ '^\d{4}-\d\d-\d\d$' then 'ISO'
            else part[2] end) as written (form)
        where form is not null
        group by cell.place, form
        having count(*) = (select count(*) from cell as other where other.place = cell.place)
    )
    select cell.place, known.name, null
    from cell
    cross join (select distinct word.name from word) as known
    group by cell.place, known.name
    having bool_and(exists (select from word
        where word.name = known.name and word.word = cell.value))
    union all
    select dated.place, known.name, dated.format
    from dated
    cross join _virotrial.load_columns("table") as known
    where known.is_date;
$$;
comment on function _virotrial.load_meanings(regclass, text[]) is 'what the columns of a file may be in a table by what stands in them: all of their cells are words that the study has for it, or dates; the sample is an array of lines, each the place of a column and a cell';

-- Two columns that are mapped to one are written together, as "<" and "50" are, and so would
-- be a result and who reported it.
create function _virotrial.load_propose_shared() returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    with shared as (
        update pg_temp.load_proposal set kind = '#column'
            where kind = 'column' and value in (
                select value from pg_temp.load_proposal where kind = 'column' and value <> ''
                group by value having count(*) > 1)
            returning place, name, value
    )
    insert into pg_temp.load_proposal
        select place, format('# "%s" may be %s, and so may another column.', name, value) from shared;
$$;
comment on function _virotrial.load_propose_shared() is 'puts lines of a proposed mapping behind a # where several headings would become one column';

-- Nobody is to load a file by what was guessed: it waits behind a # for who confirms it.
create function _virotrial.load_propose_unknown(study name, table_name text, file_name text,
        sample text[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    target constant regclass := _virotrial.load_target(study, table_name, file_name);
begin
    update pg_temp.load_proposal as proposed
        set kind = 'column ', value = coalesce(before.name, ''),
            detail = coalesce(before.detail, '')
        from _virotrial.load_mapped_before(target) as before
        where proposed.kind = 'column' and before.heading = proposed.name
            and (before.name is null or before.name in (
                select known.name from _virotrial.load_columns(target) as known));
    update pg_temp.load_proposal as proposed set value = known.name
        from _virotrial.load_columns(target) as known
        where proposed.kind = 'column' and proposed.value = ''
            and lower(btrim(proposed.name)) = lower(col_description(target, known.place));
    update pg_temp.load_proposal as proposed set detail = coalesce(meant.detail, '')
        from _virotrial.load_meanings(target, sample) as meant
        where proposed.kind = 'column' and proposed.place = meant.place
            and proposed.value = meant.name and proposed.detail <> '';
    with meaning as materialized (
        select meant.place, meant.name, meant.detail, count(*) over (partition by meant.place) as n,
            count(*) over (partition by meant.name) as of_name
        from _virotrial.load_meanings(target, sample) as meant
        join pg_temp.load_proposal as proposed on proposed.place = meant.place
            and proposed.kind = 'column' and proposed.value = ''
        where meant.name not in (select value from pg_temp.load_proposal)
    ),
    unknown as (
        update pg_temp.load_proposal as proposed
            set kind = '#column', value = coalesce(meaning.name, ''),
                detail = coalesce(meaning.detail, '')
            from pg_temp.load_proposal as same
            left join meaning on meaning.place = same.place and meaning.n = 1
                and meaning.of_name = 1
            where proposed.place = same.place and proposed.kind = 'column' and same.value = ''
            returning proposed.place, proposed.name
    )
    insert into pg_temp.load_proposal
        select place, format('# "%s" is not known. It has: %s', name, coalesce((
            select string_agg(left(translate(value, E'\r\n', '  '), 40), ' | ' order by first)
            from (select sample[number][2] as value, min(number) as first
                from generate_series(1, coalesce(array_length(sample, 1), 0)) as number
                where sample[number][1] = place::text and sample[number][2] <> ''
                group by 1 order by 2 limit 5) as seen), 'nothing'))
        from unknown;
    perform _virotrial.load_propose_shared();
    update pg_temp.load_proposal set kind = 'column' where kind = 'column ';
    delete from pg_temp.load_proposal as needed
        where kind = 'constant' and exists (select from pg_temp.load_proposal as given
            where given.kind like '%column' and given.value = needed.name);
end;
$$;
comment on function _virotrial.load_propose_unknown(name, text, text, text[]) is 'says in a proposed mapping what the study knows of headings that mean nothing to load_propose(): as a file before had them, or as a comment of a column; what is only probable by the cells, or unknown, as lines that a # keeps from being read, with cells';

-- The fields of a data dictionary of REDCap: an array of lines, each a field, its form, its
-- label and its choices, such as "1, Female | 2, Male".
create function _virotrial.load_fields(dictionary text[])
    returns table (place integer, field text, form text, label text, choices text)
    language sql immutable strict
    begin atomic
        select place, dictionary[place][1], dictionary[place][2], dictionary[place][3],
            dictionary[place][4]
        from generate_series(1, coalesce(array_length(dictionary, 1), 0)) as place;
    end;
comment on function _virotrial.load_fields(text[]) is 'the fields of a data dictionary';

create function _virotrial.load_choices("table" regclass, field text, choices text)
    returns table (place bigint, code text, word text)
    language sql stable strict
    begin atomic
        select part.place, btrim(split_part(part.choice, ',', 1)),
            -- the word of the table, where it has one
            case when exists (select from pg_constraint where conrelid = "table" and contype = 'c'
                    and strpos(pg_get_constraintdef(oid),
                        quote_literal(lower(meant.label)) || '::text') > 0)
                then lower(meant.label) else meant.label end
        from regexp_split_to_table(choices, '[|]') with ordinality as part (choice, place)
        cross join lateral (select btrim(substr(part.choice, strpos(part.choice, ',') + 1)))
            as meant (label)
        where strpos(part.choice, ',') > 0;
    end;
comment on function _virotrial.load_choices(regclass, text, text) is 'the codes of a field of REDCap, each with the word that a table has for it';

create function _virotrial.load_require_form(dictionary text[], form text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from _virotrial.load_fields(dictionary) as known
            where known.form = load_require_form.form) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = case when form is null then 'a data dictionary has several forms'
                else format('the data dictionary has no form "%s"', form) end,
            detail = format('Its forms are: %s.', (
                select string_agg(distinct known.form, ', ')
                from _virotrial.load_fields(dictionary) as known)),
            hint = 'Say whose fields are meant: --form=NAME.';
    end if;
end;
$$;
comment on function _virotrial.load_require_form(text[], text) is 'fails with 22023 unless a data dictionary has a form of this name';

-- An export of REDCap has the fields of all forms in each line, and the name of the event.
create function _virotrial.load_propose_form(study name, table_name text, file_name text,
        header text[], dictionary text[], form text) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    target constant regclass := _virotrial.load_target(study, table_name, file_name);
    has_visit constant boolean := exists (
        select from _virotrial.load_columns(target) where name = 'visit');
begin
    perform _virotrial.load_require_form(dictionary, form);
    perform _virotrial.load_propose(study, table_name, file_name, header);
    -- the names of fields mean little: their labels are looked up, too, and other forms left out
    update pg_temp.load_proposal as proposed set value = coalesce(meant.name, ''),
            detail = case when meant.is_date then 'YYYY-MM-DD' else '' end
        from (
            select distinct on (given.heading) given.heading, known.name, known.is_date
            from unnest(header) as given (heading)
            left join _virotrial.load_fields(dictionary) as field on field.field = given.heading
            left join _virotrial.load_synonyms() as synonym on synonym.word in (
                _virotrial.load_name(given.heading), _virotrial.load_name(field.label))
            left join _virotrial.load_columns(target) as known
                on (field.form = load_propose_form.form and known.name in (
                        _virotrial.load_name(given.heading), _virotrial.load_name(field.label),
                        synonym.name))
                or known.name = case given.heading when 'redcap_event_name' then 'visit'
                    when 'redcap_data_access_group' then 'site_id'
                    when header[1] then 'subject_id' end
            order by given.heading, known.name = _virotrial.load_name(given.heading)
                desc nulls last, known.name = 'value' desc nulls last, known.place
        ) as meant
        where proposed.kind = 'column' and proposed.name = meant.heading;
    delete from pg_temp.load_proposal as needed
        where kind = 'constant' and exists (select from pg_temp.load_proposal as given
            where given.kind = 'column' and given.value = needed.name);
    insert into pg_temp.load_proposal
        select 10000 + known.place, 'constant', known.name, '', ''
        from _virotrial.load_columns(target) as known
        where known.is_needed and not exists (select from pg_temp.load_proposal as given
            where given.value = known.name or given.kind = 'constant' and given.name = known.name)
        union all
        select 20000, 'only', form || '_complete', '', '' where form || '_complete' = any (header)
        union all
        select 21000 + field.place * 100 + choice.place, 'word', field.field, choice.code,
            choice.word
        from _virotrial.load_fields(dictionary) as field
        join pg_temp.load_proposal as given on given.kind = 'column' and given.name = field.field
        cross join lateral _virotrial.load_choices(target, field.field, field.choices) as choice
        where given.value <> '';
    if has_visit and 'redcap_event_name' = any (header) then
        execute format('insert into pg_temp.load_proposal
            select 9000000 + min(position), ''word'', ''redcap_event_name'',
                _virotrial.load_name(visit) || ''_arm_1'', visit
            from %I.visit_definition group by visit', study);
    end if;
    perform _virotrial.load_propose_shared();
end;
$$;
comment on function _virotrial.load_propose_form(name, text, text, text[], text[], text) is 'makes a temporary table of a mapping for an export of REDCap, as load_propose() does: of the fields of one form, with the words for their codes and for the names of events';
