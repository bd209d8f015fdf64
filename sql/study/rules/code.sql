-- The codes of sites, subjects and visits: what looks alike is alike.  A pattern of
-- a study's own is a rule of its own.  A letter and its accent may be one character or two:
-- one of the two forms is a code, as some systems write the other.

insert into rule (name, table_name, clause, priority, hint, condition, item, reason)
select 'code_characters', coded.table_name, '4', 4,
    'Type the code anew, in half-width letters, and without blanks at its ends.',
    format('%s ~ %L', coded.code, '^$|^[[:space:]]|[[:space:]]$|'
        '[\u0001-\u001F\u007F-\u00A0\u00AD\u0300-\u036F\u061C\u115F\u1160\u1680\u17B4\u17B5'
        '\u180B-\u180E\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\u3164'
        '\uFE00-\uFE0F\uFEFF\uFF01-\uFFEF]'),
    coded.item,
    format($$format('"%%s" has a blank at an end, or an invisible, wide or combining character',
        %s)$$, coded.code)
from (values ('site', 'site_id', null),
    ('subject', 'subject_id', null),
    ('visit', 'visit', null),
    ('visit_definition', 'visit', 'visit')) as coded (table_name, code, item);
