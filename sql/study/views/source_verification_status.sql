-- Source data verification: every record of a subject, and whether it is as it was verified

create view _last_verification as
    select distinct on (table_name, row_key) table_name, row_key, verified, remark, content,
        entered_by as verified_by, entered_at as verified_at
    from source_verification
    order by table_name, row_key, verification_id desc;

comment on view _last_verification is 'the last verification of each record, also one that takes others back: one row per record';
comment on column _last_verification.table_name is 'the table of the record';
comment on column _last_verification.row_key is 'the primary key of the record';
comment on column _last_verification.verified is 'false if it was taken back';
comment on column _last_verification.remark is 'what there was to say';
comment on column _last_verification.content is 'the record as it was verified';
comment on column _last_verification.verified_by is 'who said so';
comment on column _last_verification.verified_at is 'when';

-- Of each table whose rows a person enters about a subject. An empty column says as
-- much as one that was not there yet.
do $$
declare
    records text;
begin
    select string_agg(pg_catalog.format('
            select %1$L as table_name, record.site_id, record.subject_id, %2$s as row_key,
                last.verified, last.remark, last.verified_by, last.verified_at,
                pg_catalog.jsonb_strip_nulls(last.content) as content,
                case when last.verified then pg_catalog.jsonb_strip_nulls(
                    _virotrial.record_content(record)) end as content_now
            from %1$I as record
            left join _last_verification as last on last.verified
                and last.table_name = %1$L and last.row_key = %2$s',
            pg_class.relname, _virotrial.record_key(pg_class.oid, 'record')),
        ' union all ' order by pg_class.relname)
    into records
    from pg_catalog.pg_class
    join pg_catalog.pg_constraint on conrelid = pg_class.oid and contype = 'p'
    where relnamespace = pg_catalog.quote_ident(current_schema())::pg_catalog.regnamespace
        and (select pg_catalog.count(*) from pg_catalog.pg_attribute where attrelid = pg_class.oid
            and attname in ('site_id', 'subject_id') and not attisdropped) = 2
        and relname <> all (array['query', 'query_event', 'source_verification', 'deviation',
            'eligibility_verdict', 'data_lock', 'signature', 'allocation', 'unblinding', 'arrival',
            'quarantine']);
    execute pg_catalog.format('create view source_verification_status as
        select table_name, site_id, subject_id, row_key,
            case when content_now is null then ''not verified''
                when content_now = content then ''verified'' else ''changed since'' end as status,
            case when content_now <> content then (
                select pg_catalog.string_agg(key, '', '' order by key)
                from pg_catalog.jsonb_each(content_now) as now
                full join pg_catalog.jsonb_each(content) as verified using (key)
                where now.value is distinct from verified.value) end as changed_columns,
            verified_by, verified_at, remark
        from (%s) as record', records);
end;
$$;

comment on view source_verification_status is 'every record of a subject, and whether it was verified against its source: one row per record';
comment on column source_verification_status.table_name is 'the table of the record';
comment on column source_verification_status.site_id is 'the site';
comment on column source_verification_status.subject_id is 'the subject''s code';
comment on column source_verification_status.row_key is 'the primary key of the record';
comment on column source_verification_status.status is 'verified; changed since: the record is no longer what was verified; or not verified';
comment on column source_verification_status.changed_columns is 'the columns that have changed since';
comment on column source_verification_status.verified_by is 'who verified it last';
comment on column source_verification_status.verified_at is 'when';
comment on column source_verification_status.remark is 'what there was to say';

create view source_verification_count as
    select site_id, table_name, count(*) as records,
        count(*) filter (where status = 'verified') as verified,
        count(*) filter (where status = 'changed since') as changed,
        count(*) filter (where status = 'not verified') as not_verified
    from source_verification_status
    group by site_id, table_name;

comment on view source_verification_count is 'how far source data verification is: one row per site and table that has records';
comment on column source_verification_count.site_id is 'the site';
comment on column source_verification_count.table_name is 'the table';
comment on column source_verification_count.records is 'its records';
comment on column source_verification_count.verified is 'how many are as they were verified';
comment on column source_verification_count.changed is 'how many have changed since they were verified';
comment on column source_verification_count.not_verified is 'how many nobody has verified';
