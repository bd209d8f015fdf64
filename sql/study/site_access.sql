-- Which rows of a study a reader sees: what the policies of its tables call

create function _virotrial.sees_site_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'sees_site_support';
comment on function _virotrial.sees_site_support(internal) is 'has the planner put the reader''s sites in the place of sees_site()';

create function _virotrial.sees_site(access regclass, site_id text) returns boolean
    language c stable leakproof parallel safe
    support _virotrial.sees_site_support
    as 'MODULE_PATHNAME', 'sees_site';
comment on function _virotrial.sees_site(regclass, text) is 'whether the table site_access of a study lets the reader see a site: the current role, or within a function on the study whoever called it; of a role in which nobody logs in, the user of the session. The owner of the study sees all';

create function _virotrial.reads_table("table" regclass) returns boolean
    language c stable strict leakproof parallel safe
    as 'MODULE_PATHNAME', 'reads_table';
comment on function _virotrial.reads_table(regclass) is 'whether the reader has SELECT on a table of a study, so that the rows of a blinded table are seen through views only by who may read the table';

create function _virotrial.access_changed() returns trigger
    language c
    as 'MODULE_PATHNAME', 'access_changed';
comment on function _virotrial.access_changed() is 'trigger function after each row: sessions read anew what they keep of the table, and make plans anew that rest on it';
