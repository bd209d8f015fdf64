-- Data queries as they stand, and how many wait for how long

create view query_status as
    select query.query_id, query.site_id, query.subject_id, query.table_name, query.row_key,
        query.column_name, query.message, query.rule, query.item,
        coalesce(last.status, 'open') as status,
        coalesce(last.assigned_to, query.assigned_to) as assigned_to,
        coalesce(last.due, query.due) as due,
        coalesce(coalesce(last.status, 'open') = 'open'
            and coalesce(last.due, query.due) < today(), false) as is_overdue,
        query.entered_by as opened_by, query.entered_at as opened_at,
        coalesce(last.step, 0) as steps, last.action as last_action,
        last.message as last_message,
        coalesce(last.entered_by, query.entered_by) as last_by,
        coalesce(last.entered_at, query.entered_at) as last_at
    from query
    left join lateral (
        select * from query_event
        where query_event.query_id = query.query_id
        order by step desc
        limit 1) as last on true;

comment on view query_status is 'data queries as they stand: one row per query';
comment on column query_status.query_id is 'the number of the query';
comment on column query_status.site_id is 'the site of the row; null if its table has none';
comment on column query_status.subject_id is 'the subject of the row; null if its table has none';
comment on column query_status.table_name is 'the table that the query asks about';
comment on column query_status.row_key is 'the primary key that the row had when the query was opened';
comment on column query_status.column_name is 'the column that it asks about; null: the row as a whole';
comment on column query_status.message is 'the question';
comment on column query_status.rule is 'the rule that opened it; null: a person did';
comment on column query_status.item is 'which of the subject''s rows breaks the rule; null: a person opened it';
comment on column query_status.status is 'open, answered or closed';
comment on column query_status.assigned_to is 'the role that is to answer';
comment on column query_status.due is 'the day by which an answer is due';
comment on column query_status.is_overdue is 'whether it is open after that day';
comment on column query_status.opened_by is 'who opened it, or broke the rule';
comment on column query_status.opened_at is 'when it was opened';
comment on column query_status.steps is 'how many events followed; query_event has them';
comment on column query_status.last_action is 'the last of them; null if nothing followed';
comment on column query_status.last_message is 'what it said';
comment on column query_status.last_by is 'whose step was the last, the opening included';
comment on column query_status.last_at is 'when it was';

create view open_query as
    select query_id, site_id, subject_id, table_name, row_key, column_name, message, rule, status,
        assigned_to,
        coalesce(pg_has_role(role.oid, 'member'), false) as is_mine,
        due, is_overdue,
        extract(day from moment() - opened_at)::integer as age_days,
        last_message, last_by, last_at
    from query_status
    left join pg_roles as role on role.rolname = assigned_to
    where status <> 'closed';

comment on view open_query is 'the data queries that are not closed: one row per query';
comment on column open_query.query_id is 'the number of the query';
comment on column open_query.site_id is 'the site of the row; null if its table has none';
comment on column open_query.subject_id is 'the subject of the row; null if its table has none';
comment on column open_query.table_name is 'the table that the query asks about';
comment on column open_query.row_key is 'the primary key that the row had when the query was opened';
comment on column open_query.column_name is 'the column that it asks about; null: the row as a whole';
comment on column open_query.message is 'the question';
comment on column open_query.rule is 'the rule that opened it; null: a person did';
comment on column open_query.status is 'open: it waits for an answer; answered: it waits to be closed or reopened';
comment on column open_query.assigned_to is 'the role that is to answer';
comment on column open_query.is_mine is 'whether the reader is in that role';
comment on column open_query.due is 'the day by which an answer is due';
comment on column open_query.is_overdue is 'whether it is open after that day';
comment on column open_query.age_days is 'whole days since it was opened';
comment on column open_query.last_message is 'what the last step said';
comment on column open_query.last_by is 'whose step was the last, the opening included';
comment on column open_query.last_at is 'when it was';

create view query_count as
    select site_id, age_from_days, age, count(*) as queries,
        count(*) filter (where status = 'open') as open,
        count(*) filter (where status = 'answered') as answered,
        count(*) filter (where is_overdue) as overdue
    from open_query
    join (values (0, 7, '0 to 7 days'), (8, 14, '8 to 14 days'), (15, 30, '15 to 30 days'),
            (31, null, 'more than 30 days')) as band (age_from_days, last_day, age)
        on age_days >= age_from_days and age_days <= coalesce(last_day, age_days)
    group by site_id, age_from_days, age;

comment on view query_count is 'the data queries that are not closed: one row per site and age';
comment on column query_count.site_id is 'the site; null for rows that belong to none';
comment on column query_count.age_from_days is 'the least age in days, to sort by';
comment on column query_count.age is 'the age in words';
comment on column query_count.queries is 'how many queries are not closed';
comment on column query_count.open is 'how many of them wait for an answer';
comment on column query_count.answered is 'how many wait to be closed or reopened';
comment on column query_count.overdue is 'how many are open after the day on which an answer was due';
