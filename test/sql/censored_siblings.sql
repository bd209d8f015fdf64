-- The SQL of viral_load, log_reduction and lab_value is written three times.
-- What compares, sorts and indexes their values is alike: an operator, a
-- member of an operator class or a property of a function that not all three
-- have is listed here.
with
sibling as (
    select oid, typname from pg_type
    where oid in ('viral_load'::regtype, 'log_reduction'::regtype, 'lab_value'::regtype)
),
fact as (
    select sibling.typname,
        format('operator %s (%s, %s) %s, commutator %s, negator %s, %s, %s%s%s; %s%s%s%s %s %s',
            oprname, oprleft::regtype, oprright::regtype, oprresult::regtype,
            oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin,
            case when oprcanmerge then ', merges' end, case when oprcanhash then ', hashes' end,
            oprcode, case when proisstrict then ', strict' end,
            case when proleakproof then ', leakproof' end,
            case when prosupport <> 0 then ', supported' end, provolatile, proparallel) as says
    from sibling
    join pg_operator on sibling.oid in (oprleft, oprright)
    join pg_proc on pg_proc.oid = oprcode
    union all
    select typname,
        format('%s class %s%s: strategy %s %s for %s', amname, opcname,
            case when opcdefault then ', default' end, amopstrategy, amopopr::regoperator,
            amoppurpose)
    from sibling
    join pg_opclass on opcintype = sibling.oid
    join pg_am on pg_am.oid = opcmethod
    join pg_amop on amopfamily = opcfamily
    union all
    select typname,
        format('%s class %s%s: function %s %s', amname, opcname,
            case when opcdefault then ', default' end, amprocnum, amproc::regprocedure)
    from sibling
    join pg_opclass on opcintype = sibling.oid
    join pg_am on pg_am.oid = opcmethod
    join pg_amproc on amprocfamily = opcfamily
),
alike as (
    select replace(says, typname, 'value') as says, array_agg(distinct typname::text) as types
    from fact
    group by 1
)
select says, types from alike where cardinality(types) < 3
union all
select count(*) || ' are alike', null from alike where cardinality(types) = 3
order by 2 nulls first, 1;
