-- Which login sees which sites, where secure_study() has secured the study

create table site_access (
    login name not null,
    site_id text not null,
    known_site text generated always as (nullif(site_id, '*')) stored references site,
    primary key (login, site_id)
);

comment on table site_access is 'the sites that each login sees, once secure_study() has secured the study; a login without a row sees nothing';
comment on column site_access.login is 'the role that logs in';
comment on column site_access.site_id is 'the site; * for every site, those to come included';
comment on column site_access.known_site is 'the site; null for every site';

create trigger access_changed after insert or update or delete on site_access
    for each row execute function _virotrial.access_changed();
alter table site_access enable always trigger access_changed;
comment on trigger access_changed on site_access is 'makes plans anew that rest on who sees what, also where rows are replicated';
