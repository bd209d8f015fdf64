-- What holds for every object of the extension.
create view member as
select classid, objid, pg_describe_object(classid, objid, 0) as object
from pg_depend
where refclassid = 'pg_extension'::regclass and deptype = 'e'
  and refobjid = (select oid from pg_extension where extname = 'virotrial');

-- Each has a comment, but for the array and row types that come with others.
select object
from member m
where obj_description(objid, classid::regclass::name) is null
  and not exists (select from pg_type t where m.classid = 'pg_type'::regclass and t.oid = m.objid and t.typelem <> 0)
  and not exists (select from pg_class c join pg_type t on t.typrelid = c.oid
                  where m.classid = 'pg_class'::regclass and c.oid = m.objid and c.relkind = 'c')
  and not exists (select from pg_type t join pg_class c on c.oid = t.typrelid
                  where m.classid = 'pg_type'::regclass and t.oid = m.objid and c.relkind <> 'c')
  and classid <> 'pg_amop'::regclass and classid <> 'pg_amproc'::regclass
order by object;

-- psql's \df, of which five lines are no function, is short: what is not for users is in a schema of its own.
select count(*) + 5 < 270 as is_short from member join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
where pg_function_is_visible(p.oid);
select object from member join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
where pronamespace <> '_virotrial'::regnamespace
  and p.oid not in ('genotype_union(mutation[],mutation[])'::regprocedure,     -- users call these, too
                    'logrank_test(survival_groups)'::regprocedure, 'logrank_test(survival_curve[])'::regprocedure)
  and (prorettype in ('trigger'::regtype, 'internal'::regtype, 'cstring'::regtype)
       or proargtypes::oid[] && array['internal'::regtype, 'cstring'::regtype]::oid[]
       or exists (select from pg_type where p.oid in (typinput, typoutput, typreceive, typsend))
       or exists (select from pg_operator where p.oid in (oprcode, oprrest, oprjoin))
       or exists (select from pg_aggregate where p.oid in (aggtransfn, aggfinalfn, aggcombinefn))
       or exists (select from pg_amproc where amproc = p.oid));
-- Any user may make a type, or an aggregate, of what is there; nobody else may put anything there.
select has_schema_privilege('public', '_virotrial', 'usage') as usage,
       has_schema_privilege('public', '_virotrial', 'create') as creation;
-- The tables leave their names to users.
select object from member join pg_class c on classid = 'pg_class'::regclass and objid = c.oid
where relkind not in ('i', 'c') and relname !~ '^virotrial_';

-- None runs with its owner's rights unless its path is pinned.
select object from member join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
where prosecdef and (proconfig is null or not exists (select from unnest(proconfig) c where c like 'search_path=%'));

-- No body is looked up in the caller's search path.
select object from member join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
where prolang in (select oid from pg_language where lanname in ('sql', 'plpgsql'))
  and prosqlbody is null
  and (proconfig is null or not exists (select from unnest(proconfig) c where c like 'search_path=%'));

-- Comparisons cannot leak, and aggregates run in parallel and have no internal state.
select object from member join pg_operator o on classid = 'pg_operator'::regclass and objid = o.oid
join pg_proc p on p.oid = o.oprcode
where not proleakproof and oprname in ('<', '<=', '=', '<>', '>=', '>', '#<', '#<=', '#>=', '#>');
select object from member join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
join pg_aggregate a on a.aggfnoid = p.oid
where (proparallel <> 's' or aggcombinefn = 0 or aggtranstype = 'internal'::regtype)
  and proname not in ('merkle_roots', 'merkle_path');     -- they keep all leaves of a seal

-- A literal or parameter without a type means what it meant before: no function
-- has a name of pg_catalog's, but for those that a type needs or that leave it alone.
select p.oid::regprocedure as object from member join pg_proc p on classid = 'pg_proc'::regclass and objid = p.oid
where exists (select from pg_proc c where c.pronamespace = 'pg_catalog'::regnamespace and c.proname = p.proname)
  and p.proname not in ('min', 'max')       -- the aggregates of the total order: text wins
  and p.oid not in ('name(resistance_algorithm)'::regprocedure,    -- text wins
                    'version(resistance_algorithm)'::regprocedure); -- pg_catalog's has no argument
select pg_typeof(min('1')), pg_typeof(max('1')), pg_typeof(name('1')), pg_typeof('a' < 'b'), pg_typeof('1' || '2');
-- Nor is a type of ours taken for a string.
select object from member join pg_type t on classid = 'pg_type'::regclass and objid = t.oid
where typcategory not in ('U', 'A', 'C') and typtype <> 'd';
-- Text, and numbers of every kind, may be assigned to a column all the same.
select t.typname, string_agg(castsource::regtype::text, ', ' order by castsource::regtype::text) as assigned
from member join pg_type t on classid = 'pg_type'::regclass and objid = t.oid
join pg_cast c on c.casttarget = t.oid and c.castcontext = 'a'
group by t.typname order by t.typname;

-- Nobody but its creator owns the extension, who need not be superuser.
create role regress_virotrial_user;
create schema regress_virotrial authorization regress_virotrial_user;
drop view member;
drop extension virotrial;
do $$ begin execute format('grant create on database %I to regress_virotrial_user', current_database()); end $$;
set role regress_virotrial_user;
create extension virotrial schema regress_virotrial;
select regress_virotrial.median(v::regress_virotrial.viral_load) from unnest(array['<50', '70', '400']) v;
drop extension virotrial;
reset role;
do $$ begin execute format('revoke create on database %I from regress_virotrial_user', current_database()); end $$;
drop schema regress_virotrial;
drop role regress_virotrial_user;
create extension virotrial;
