-- Deviations from the protocol

create table deviation (
    site_id text not null,
    subject_id text not null,
    rule text not null,
    item text not null default '',
    description text not null,
    primary key (site_id, subject_id, rule, item),
    foreign key (site_id, subject_id) references subject on update cascade
);

comment on table deviation is 'deviations from the protocol: those that rules with the action "record" find, written by the database, and those that people report';
comment on column deviation.site_id is 'the site';
comment on column deviation.subject_id is 'the subject''s code';
comment on column deviation.rule is 'the rule that found it, or a name of the reporter''s choice';
comment on column deviation.item is 'which of the subject''s rows deviates, such as the visit';
comment on column deviation.description is 'in words';
