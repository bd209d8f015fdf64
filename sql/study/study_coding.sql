-- Coding: dictionaries from the user's files, and the terms that are coded to them

create function _virotrial.dictionary_lines(dictionary text, file text, content text,
    form text, lack text)
    returns table (line bigint, text text)
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong bigint;
begin
    return query
    select lines.line, lines.text
    from string_to_table(replace(content, e'\r', ''), e'\n') with ordinality as lines (text, line)
    where lines.text <> '';
    select min(lines.line) into wrong
    from string_to_table(replace(content, e'\r', ''), e'\n') with ordinality as lines (text, line)
    where lines.text <> '' and lines.text !~ form;
    if wrong is not null or coalesce(content, '') !~ '[^[:space:]]' then
        raise exception using
            errcode = 'invalid_text_representation',
            message = format('%s is no file of %s', file, dictionary),
            detail = case when wrong is null then 'It is empty.'
                else format('Line %s %s.', wrong, lack) end,
            hint = format('Give the text of the file as %s has it.', dictionary);
    end if;
end;
$$;
comment on function _virotrial.dictionary_lines(text, text, text, text, text) is 'the lines of a file of a dictionary; 22P02 where one is not of the form, a regular expression';

create function _virotrial.meddra_lines(file text, content text, fields integer)
    returns table (field text[])
    language sql immutable
    begin atomic
        select string_to_array(lines.text, '$')
        from _virotrial.dictionary_lines('MedDRA', file, content,
            format('^([^$]*[$]){%s}', fields - 1),
            format('has fewer than %s fields', fields)) as lines;
    end;
comment on function _virotrial.meddra_lines(text, text, integer) is 'the lines of a file of MedDRA with their fields; 22P02 where one has too few';

create function _virotrial.meddra_terms(llt text, mdhier text)
    returns table (term_code text, term text, preferred_code text, preferred_term text,
        class text, is_current boolean)
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong text;
begin
    return query
    select low.field[1], low.field[2], low.field[3], path.field[5], path.field[8],
        low.field[10] = 'Y'
    from _virotrial.meddra_lines('llt.asc', llt, 10) as low
    join _virotrial.meddra_lines('mdhier.asc', mdhier, 12) as path
        on path.field[1] = low.field[3] and path.field[12] = 'Y';
    select low.field[1] into wrong
    from _virotrial.meddra_lines('llt.asc', llt, 10) as low
    where low.field[3] not in (select path.field[1]
        from _virotrial.meddra_lines('mdhier.asc', mdhier, 12) as path
        where path.field[12] = 'Y' and path.field[1] is not null)
    order by low.field[1]
    limit 1;
    if wrong is not null then
        raise exception using
            errcode = 'foreign_key_violation',
            message = 'llt.asc and mdhier.asc do not belong together',
            detail = format('The preferred term of %s has no primary class in mdhier.asc.', wrong),
            hint = 'Give both files of the same version.';
    end if;
end;
$$;
comment on function _virotrial.meddra_terms(text, text) is 'the lowest level terms of MedDRA''s files, with their preferred terms and primary classes';

create function _virotrial.whodrug_terms(dd text, dda text, ina text)
    returns table (term_code text, term text, preferred_code text, preferred_term text, class text)
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong text;
begin
    return query
    with
    product as (
        select left(dd_line.text, 11) as code, btrim(substr(dd_line.text, 31)) as name
        from _virotrial.dictionary_lines('WHODrug', 'DD.txt', dd, '^[0-9A-Z]{11}.{19} *[^ ]',
            'does not begin with a code of 11 characters, or has no name from column 31') as dd_line
    ),
    classified as (
        -- of several classes the indication decides, and so a person
        select left(link.text, 11) as code,
            case when count(distinct btrim(left(class_line.text, 7))) = 1
                then min(btrim(substr(class_line.text, 9))) end as class
        from _virotrial.dictionary_lines('WHODrug', 'DDA.txt', dda, '^[0-9A-Z]{11}. *[A-Z]',
            'does not have a code of 11 characters, and one of ATC from column 13') as link
        join _virotrial.dictionary_lines('WHODrug', 'INA.txt', ina, '^[A-Z].{6}[1-5] *[^ ]',
            'does not have a code of ATC, its level in column 8, and a text') as class_line
            on btrim(left(class_line.text, 7)) = btrim(substr(link.text, 13, 7))
        group by left(link.text, 11)
    )
    select product.code, product.name, preferred.code, preferred.name,
        case when own.code is not null then own.class
            when of_salt.code is not null then of_salt.class
            else of_preferred.class end
    from product
    join product as preferred on preferred.code = left(product.code, 6) || '01001'
    left join classified as own on own.code = product.code
    left join classified as of_salt on of_salt.code = left(product.code, 8) || '001'
    left join classified as of_preferred on of_preferred.code = preferred.code;
    select left(dd_line.text, 11) into wrong
    from _virotrial.dictionary_lines('WHODrug', 'DD.txt', dd, '', '') as dd_line
    where left(dd_line.text, 6) || '01001' not in (select left(other.text, 11)
        from _virotrial.dictionary_lines('WHODrug', 'DD.txt', dd, '', '') as other)
    order by 1
    limit 1;
    if wrong is not null then
        raise exception using
            errcode = 'foreign_key_violation',
            message = 'DD.txt is not whole',
            detail = format('The preferred name of %s is missing: %s01001.', wrong, left(wrong, 6)),
            hint = 'Give the file as WHODrug has it, with all its lines.';
    end if;
end;
$$;
comment on function _virotrial.whodrug_terms(text, text, text) is 'the products of WHODrug''s files in format B3, with their preferred names, and the class of ATC of those that have one alone';

create procedure _virotrial.open_dictionary(study name, dictionary text, version text, domain text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_known boolean;
begin
    perform _virotrial.require_study(study);
    execute format('select exists (select from %I.coding_dictionary
            where (dictionary, dictionary_version) = ($1, $2))', study)
        into is_known using dictionary, version;
    if is_known then
        raise exception using
            errcode = 'unique_violation',
            message = format('study "%s" has %s %s already', study, dictionary, version),
            hint = format('%I.coding_dictionary lists the versions.', study);
    end if;
    execute format('update %I.coding_dictionary set is_current = false
        where domain = $1 and is_current', study) using domain;
    execute format('insert into %I.coding_dictionary (dictionary, dictionary_version, domain)
        values ($1, $2, $3)', study) using dictionary, version, domain;
end;
$$;
comment on procedure _virotrial.open_dictionary(name, text, text, text) is 'enters a version of a dictionary into a study, as the one that terms of its domain are coded to';

create procedure load_meddra(study name, version text, llt text, mdhier text,
    inout terms bigint default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'configuration'
as $$
begin
    call _virotrial.open_dictionary(study, 'MedDRA', version, 'condition');
    execute format('insert into %I.coding_term (dictionary, dictionary_version, term_code, term,
            preferred_code, preferred_term, class, is_current)
        select ''MedDRA'', $1, made.*
        from _virotrial.meddra_terms($2, $3) as made', study) using version, llt, mdhier;
    get diagnostics terms = row_count;
end;
$$;
comment on procedure load_meddra(name, text, text, text, bigint) is 'loads a version of MedDRA into a study, from the texts of its files llt.asc and mdhier.asc, and makes it the one that conditions are coded to; says how many terms it has';

create procedure load_whodrug(study name, version text, dd text, dda text, ina text,
    inout terms bigint default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'configuration'
as $$
begin
    call _virotrial.open_dictionary(study, 'WHODrug', version, 'medication');
    execute format('insert into %I.coding_term (dictionary, dictionary_version, term_code, term,
            preferred_code, preferred_term, class)
        select ''WHODrug'', $1, made.*
        from _virotrial.whodrug_terms($2, $3, $4) as made', study) using version, dd, dda, ina;
    get diagnostics terms = row_count;
end;
$$;
comment on procedure load_whodrug(name, text, text, text, text, bigint) is 'loads a version of WHODrug into a study, from the texts of its files DD.txt, DDA.txt and INA.txt in format B3, and makes it the one that medication is coded to; says how many terms it has';

create function _virotrial.coding_target()
    returns table (table_name text, term_column name, class_column name, domain text)
    language sql immutable
    begin atomic
        values ('adverse_event', 'term'::name, 'system_organ_class'::name, 'condition'),
            ('medical_history', 'term', 'system_organ_class', 'condition'),
            ('concomitant_medication', 'medication', 'medication_class', 'medication');
    end;
comment on function _virotrial.coding_target() is 'the tables whose terms are coded: their columns, and the domain of the dictionary';

create procedure record_coding(study name, table_name text, term text, term_code text,
    recode boolean default false, inout records bigint default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'coding'
as $$
declare
    target record;
    chosen record;
begin
    perform _virotrial.require_study(study);
    select * into target
    from _virotrial.coding_target() as known where known.table_name = record_coding.table_name;
    if target is null then
        raise exception using errcode = 'invalid_parameter_value',
            message = format('table "%s" has no terms that are coded', table_name),
            hint = format('These have: %s.', (select string_agg(known.table_name, ', ')
                from _virotrial.coding_target() as known));
    end if;
    execute format('select known.* from %1$I.coding_term as known
            join %1$I.coding_dictionary as current using (dictionary, dictionary_version)
            where current.is_current and current.domain = $1 and known.term_code = $2', study)
        into chosen using target.domain, term_code;
    if chosen is null then
        raise exception using errcode = 'no_data_found',
            message = format('the current dictionary of study "%s" has no term %s', study,
                term_code),
            hint = format('%I.coding_term lists the terms. load_meddra() and load_whodrug() '
                'load those of a version.', study);
    end if;
    perform set_config('virotrial.reason', format('coding: %s %s, term %s', chosen.dictionary,
        chosen.dictionary_version, term_code), true);
    execute format('update %I.%I set coded_term = $1, %I = $2, dictionary = $3,
            dictionary_version = $4
        where lower(btrim(%I)) = lower(btrim($5)) and (coded_term is null or $6)', study,
            table_name, target.class_column, target.term_column)
        using chosen.preferred_term, chosen.class, chosen.dictionary, chosen.dictionary_version,
            term, recode;
    get diagnostics records = row_count;
    if records = 0 then
        raise exception using errcode = 'no_data_found',
            message = format('no row of table %s waits with the term "%s"', table_name, term),
            hint = format('%I.coding_queue lists what waits; recode => true codes again.', study);
    end if;
end;
$$;
comment on procedure record_coding(name, text, text, text, boolean, bigint) is 'codes the rows of a table that have a term, ignoring case, to a term of the current dictionary; with recode also those that are coded. The history of the table keeps who did, when, and by which term. Says how many rows they are';

create procedure code_exact_matches(study name, inout records bigint default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    waiting record;
    coded bigint;
begin
    perform _virotrial.require_study(study);
    records := 0;
    for waiting in execute format('select table_name, term, term_code from %I.coding_queue
            where term_code is not null order by table_name, term', study) loop
        call @extschema@.record_coding(study, waiting.table_name, waiting.term,
            waiting.term_code, false, coded);
        records := records + coded;
    end loop;
end;
$$;
comment on procedure code_exact_matches(name, bigint) is 'codes what waits in coding_queue and is, ignoring case, a term of the current dictionary; says how many rows they are';
