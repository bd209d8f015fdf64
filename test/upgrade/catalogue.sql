-- pg_temp.catalogue(): every object in a schema, one a line, without the name of the schema,
-- numbers of objects and the order of columns: what two of the same make are alike in.
set search_path = pg_catalog;

create function pg_temp.catalogue(schema_name name) returns setof text
    language plpgsql
    set search_path = pg_catalog
as $$
declare
    schema_id oid := quote_ident(schema_name)::regnamespace;
begin
    -- Then PostgreSQL leaves the name out.
    perform set_config('search_path', format('%I, public, pg_temp', schema_name), true);
    return query
    select regexp_replace(line, format('\m%s\.', schema_name), '', 'g') from (
        select format('relation %s %s %s %s %s', relname, relkind, reloptions, relrowsecurity,
            obj_description(pg_class.oid, 'pg_class')) as line
        from pg_class where relnamespace = schema_id
        union all
        select format('column %s.%s %s %s %s %s %s %s', relname, attname,
            format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid, true), col_description(attrelid, attnum))
        from pg_class
        join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where relnamespace = schema_id and relkind in ('r', 'p', 'v', 'm', 'c')
        union all
        select format('privilege %s %s %s', relname, case grantee when 0 then 'public'
            else grantee::regrole::text end, privilege_type)
        from pg_class, aclexplode(relacl) where relnamespace = schema_id and grantee <> relowner
        union all
        select format('view %s %s', relname, pg_get_viewdef(pg_class.oid, true))
        from pg_class where relnamespace = schema_id and relkind in ('v', 'm')
        union all
        select format('constraint %s.%s %s', conrelid::regclass, conname,
            pg_get_constraintdef(oid, true))
        from pg_constraint where connamespace = schema_id and contype <> 'n'
        union all
        select format('index %s', pg_get_indexdef(indexrelid, 0, true))
        from pg_index join pg_class on pg_class.oid = indrelid where relnamespace = schema_id
        union all
        select format('trigger %s %s %s', pg_get_triggerdef(pg_trigger.oid, true), tgenabled,
            obj_description(pg_trigger.oid, 'pg_trigger'))
        from pg_trigger join pg_class on pg_class.oid = tgrelid
        where relnamespace = schema_id and not tgisinternal
        union all
        select format('policy %s.%s %s %s %s', relname, polname, polpermissive,
            pg_get_expr(polqual, polrelid), obj_description(pg_policy.oid, 'pg_policy'))
        from pg_policy join pg_class on pg_class.oid = polrelid where relnamespace = schema_id
        union all
        select format('function %s %s %s %s', pg_proc.oid::regprocedure,
            case when prokind = 'a' then (to_jsonb(pg_aggregate)
                    - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[])::text
                    || aggtranstype::regtype || aggsortop::regoperator
                else pg_get_functiondef(pg_proc.oid) end, proacl, obj_description(pg_proc.oid, 'pg_proc'))
        from pg_proc
        left join pg_aggregate on aggfnoid = pg_proc.oid
        where pronamespace = schema_id
        union all
        select format('type %s %s %s', typname, array[typlen::text, typbyval::text,
            typcategory::text, typdelim::text, typinput::text, typoutput::text,
            typreceive::text, typsend::text, typmodin::text, typmodout::text, typanalyze::text,
            typalign::text, typstorage::text, typbasetype::regtype::text],
            obj_description(oid, 'pg_type'))
        from pg_type where typnamespace = schema_id
        union all
        select format('operator %s %s', oid::regoperator, array[oprcanmerge::text,
            oprcanhash::text, oprresult::regtype::text, oprcom::regoperator::text,
            oprnegate::regoperator::text, oprcode::text, oprrest::text, oprjoin::text,
            obj_description(oid, 'pg_operator')])
        from pg_operator where oprnamespace = schema_id
        union all
        select format('%s %s', pg_describe_object('pg_opclass'::regclass, oid, 0), opcdefault)
        from pg_opclass where opcnamespace = schema_id
        union all
        select pg_describe_object(classid, pg_depend.objid, 0)
        from pg_depend
        join pg_opfamily on refclassid = 'pg_opfamily'::regclass and refobjid = pg_opfamily.oid
        where opfnamespace = schema_id
        union all
        select format('cast %s as %s %s %s', castsource::regtype, casttarget::regtype,
            castfunc::regprocedure, castcontext)
        from pg_cast join pg_type on pg_type.oid = castsource or pg_type.oid = casttarget
        where typnamespace = schema_id) as found (line);
end;
$$;
reset search_path;
