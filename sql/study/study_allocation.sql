-- The randomisation list of a study: permuted blocks by strata, from a seed

create procedure _virotrial.require_allocation_blocks(study name, block_sizes integer[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    shares bigint;
    held boolean;
begin
    execute format('select sum(ratio) from %I.arm', study) into shares;
    execute format('select exists (select from %1$I.allocation_list)
        and not exists (select from %1$I.stratum
            where stratum not in (select stratum from %1$I.allocation_list))', study) into held;
    if shares is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" has no arms', study),
            hint = 'Enter them in table arm.';
    elsif held then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" has a randomisation list', study),
            hint = 'A list that is in use is not made anew. Enter a new stratum for a new list; or, to extend it, insert rows into allocation_list.';
    elsif coalesce(cardinality(block_sizes), 0) = 0 or exists (
            select from unnest(block_sizes) as size
            where size is null or size not between 1 and 1000 or size % shares <> 0) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('the sizes of blocks cannot be %s',
                coalesce(block_sizes::text, 'null')),
            hint = format('Give multiples of %s, the sum of the arms'' ratios, up to 1000.', shares);
    end if;
end;
$$;
comment on procedure _virotrial.require_allocation_blocks(name, integer[]) is 'fails unless a study has arms, no randomisation list or a stratum without one, and the blocks hold whole shares of the arms';

create procedure make_allocation_list(study name, seed text, block_sizes integer[],
    places_per_stratum integer default 200)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    call _virotrial.require_allocation_blocks(study, block_sizes);
    if seed is null or coalesce(places_per_stratum, 0) not between 1 and 1000000 then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = 'a randomisation list cannot be made like that',
            hint = 'Give a seed that nobody guesses, and 1 to 1000000 places for each stratum.';
    end if;
    execute format($query$
        with recursive
        listed (stratum, position) as (
            select stratum, position from %1$I.stratum
            where stratum not in (select stratum from %1$I.allocation_list)
            union all
            select 'all', 0 where not exists (select from %1$I.stratum)
        ),
        block (stratum, position, block, size, place) as (
            select stratum, position, 0, 0, 0 from listed
            union all
            select stratum, position, block + 1, drawn.size, place + drawn.size
            from block
            cross join lateral (select ($3)[1 + floor(cardinality($3)
                * _virotrial.simulated_uniform(hashtextextended($1, 0), block + 1,
                    stratum))::integer])
                as drawn (size)
            where place < $2
        ),
        entry as (
            select block.stratum, block.position, block.block, arm.arm, row_number() over (
                partition by block.stratum order by block.block,
                    sha256(convert_to(
                        concat_ws('/', $1, block.stratum, block.block, arm.arm, n), 'UTF8'))
                ) as place
            from block
            cross join %1$I.arm
            cross join lateral generate_series(1, arm.ratio * block.size
                / (select sum(ratio) from %1$I.arm)) as n
            where block.block > 0
        )
        insert into %1$I.allocation_list (stratum, place, code, block, arm)
        select stratum, place,
            'R' || lpad(((select count(*) from %1$I.allocation_list)
                + row_number() over (order by position, stratum, place))::text, 5, '0'),
            block, arm
        from entry
        order by position, stratum, place
    $query$, study) using seed, places_per_stratum, block_sizes;
end;
$$;
comment on procedure make_allocation_list(name, text, integer[], integer) is 'makes the randomisation list of a study: permuted blocks for each stratum, of sizes drawn from those that are given, with the ratios of table arm. Strata that have a list keep it: those that came since get one. The same seed makes the same list, so that the seed is as secret as the list. The caller needs INSERT on allocation_list';

-- A subject that gets another code keeps its arm: no subject is then where it was.
-- An enrolment that goes to another subject would take the arm of the first one along.
create function _virotrial.keep_allocation() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    moving constant text[] := '{site_id,subject_id,entered_by,entered_at,entered_in}';
    stays boolean;
begin
    execute format('select exists (select from %I.subject
            where site_id = $1 and subject_id = $2)', tg_table_schema)
        into stays using old.site_id, old.subject_id;
    if stays or to_jsonb(new) - moving <> to_jsonb(old) - moving then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('rows of table "%s" are never changed or deleted', tg_table_name),
            detail = 'Only the code and the site of a subject may change, and the row with them.',
            hint = 'It stands as it is; report what is wrong with it as a deviation. Of two '
                'subjects that are merged, the one with an arm stays.';
    end if;
    return new;
end;
$$;
comment on function _virotrial.keep_allocation() is 'trigger function before a row is updated: refuses it, unless the row moves with its subject';
