-- Prints doc/reference.md from the comments of the extension's objects:
-- "make test" compares, "make test PARTS=documents WRITE=1" writes it.

\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset pager off
set client_min_messages = warning;
create extension if not exists virotrial;
set search_path = public, pg_catalog;

create temporary view member as
select classid, objid, obj_description(objid, classid::regclass::name) as comment
from pg_depend
where refclassid = 'pg_extension'::regclass and deptype = 'e'
  and refobjid = (select oid from pg_extension where extname = 'virotrial');

create temporary view public_function as
select p.oid, p.proname, p.prokind, m.comment,
       format('%s(%s)', p.proname, pg_get_function_arguments(p.oid)) as signature,
       case when p.prokind = 'p' then ''
            else replace(pg_get_function_result(p.oid), '|', '\|') end as result
from pg_proc p
join member m on m.classid = 'pg_proc'::regclass and m.objid = p.oid
where p.pronamespace <> '_virotrial'::regnamespace;

\qecho '# Reference'
\qecho
\qecho 'Every object of the extension, from the comments that psql shows with `\\dx+`, `\\df+`, `\\do+` and `\\dT+`. The meaning of'
\qecho 'comparisons and summaries is in [censored.md](censored.md). All functions are IMMUTABLE and PARALLEL SAFE unless `\\df+` says'
\qecho 'otherwise; a NULL argument gives NULL unless a comment says otherwise.'
\qecho
\qecho '## Types'
\qecho
\qecho '| type | what it holds |'
\qecho '|---|---|'
select format('| `%s` | %s |', t.typname, m.comment)
from member m join pg_type t on m.classid = 'pg_type'::regclass and m.objid = t.oid
where t.typtype = 'b' and t.typelem = 0
order by t.typname collate "C";
\qecho
\qecho 'Rows that functions and aggregates return:'
\qecho
\qecho '| row type | fields |'
\qecho '|---|---|'
select format('| `%s` | %s |', t.typname,
              (select string_agg(format('`%s` %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
               from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0))
from member m join pg_type t on m.classid = 'pg_type'::regclass and m.objid = t.oid
join pg_class c on c.oid = t.typrelid
where c.relkind = 'c'                  -- not the row types of tables
order by t.typname collate "C";
\qecho
\qecho '## Operators'
\qecho
\qecho '| operator | result | meaning |'
\qecho '|---|---|---|'
select format('| `%s %s %s` | %s | %s |', format_type(o.oprleft, null), o.oprname, format_type(o.oprright, null),
              format_type(o.oprresult, null), m.comment)
from member m join pg_operator o on m.classid = 'pg_operator'::regclass and m.objid = o.oid
order by format_type(o.oprleft, null) collate "C", format_type(o.oprright, null) collate "C", o.oprname collate "C";
\qecho
\qecho '## Aggregates'
\qecho
\qecho '| aggregate | result | meaning |'
\qecho '|---|---|---|'
select format('| `%s` | %s | %s |', signature, result, comment)
from public_function where prokind = 'a' order by signature collate "C";
\qecho
\qecho '## Functions and procedures'
\qecho
\qecho '| function | result | meaning |'
\qecho '|---|---|---|'
select format('| `%s` | %s | %s |', signature, result, comment)
from public_function where prokind <> 'a' order by signature collate "C";
\qecho
\qecho '## Casts'
\qecho
\qecho '| from | to | applied |'
\qecho '|---|---|---|'
select format('| `%s` | `%s` | %s |', format_type(c.castsource, null), format_type(c.casttarget, null),
              case c.castcontext when 'a' then 'in assignments' when 'i' then 'always' else 'when written' end)
from member m join pg_cast c on m.classid = 'pg_cast'::regclass and m.objid = c.oid
order by format_type(c.castsource, null) collate "C", format_type(c.casttarget, null) collate "C";
\qecho
\qecho '## Operator classes'
\qecho
\qecho '| class | method | type | default | meaning |'
\qecho '|---|---|---|---|---|'
select format('| `%s` | %s | `%s` | %s | %s |', c.opcname, a.amname, format_type(c.opcintype, null),
              case when c.opcdefault then 'yes' else 'no' end, m.comment)
from member m join pg_opclass c on m.classid = 'pg_opclass'::regclass and m.objid = c.oid
join pg_am a on a.oid = c.opcmethod
order by c.opcname collate "C", a.amname collate "C";
\qecho
\qecho '## Tables and views'
\qecho
\qecho '| relation | what it holds |'
\qecho '|---|---|'
select format('| `%s` | %s |', c.relname, m.comment)
from member m join pg_class c on m.classid = 'pg_class'::regclass and m.objid = c.oid
where c.relkind in ('r', 'v') order by c.relname collate "C";
\qecho
\qecho '## Internal functions'
\qecho
\qecho 'Schema `_virotrial` holds what only PostgreSQL, operators, aggregates and the SQL of a study call. Do not call these functions:'
\qecho 'a later version may change them. psql lists them with `\\df+ _virotrial.*`.'
