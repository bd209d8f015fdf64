-- HIV-1 RNA: of the study's visits, and from before it

create table viral_load_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    assay text not null,
    reported text,
    reported_unit text,
    viral_load viral_load not null,
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint viral_load_result_unit check (reported is not null or reported_unit is null)
) /* partition by hash (site_id) */;

comment on table viral_load_result is 'HIV-1 RNA in plasma, as the laboratory reported it';
comment on column viral_load_result.site_id is 'the site';
comment on column viral_load_result.subject_id is 'the subject''s code';
comment on column viral_load_result.collected is 'the day on which the sample was taken';
comment on column viral_load_result.replicate is 'tells several results of one day apart';
comment on column viral_load_result.visit is 'the visit at which it was taken; null for history';
comment on column viral_load_result.assay is 'the assay';
comment on column viral_load_result.reported is 'the text of the laboratory''s report; null where it is not kept. Without viral_load it is read, with it the two must agree';
comment on column viral_load_result.reported_unit is 'the unit of that text: copies/mL, IU/mL, log10 copies/mL or log10 IU/mL; null where neither the text nor who entered it says so';
comment on column viral_load_result.viral_load is 'copies/mL; where it is null, the database reads it from reported. TND is completed with the assay''s lower limit';

create trigger complete_viral_load before insert or update on viral_load_result
    for each row execute function _virotrial.complete_viral_load();
comment on trigger complete_viral_load on viral_load_result is 'a reported text without a value gets the value that it says, TND without a limit the lower limit of its assay';

-- Rules read it, so the data cut does not apply to it.  Few subjects share a code, many a
-- site or a rule: sorted by the code first, fewer columns are compared.
create view viral_load_of_day as
    select distinct on (result.subject_id, result.site_id, result.collected, rule.viral_load_of_day)
        rule.viral_load_of_day, result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.assay, result.viral_load
    from viral_load_result as result
    cross join (values ('last replicate'), ('highest')) as rule (viral_load_of_day)
    order by result.subject_id, result.site_id, result.collected, rule.viral_load_of_day,
        case rule.viral_load_of_day when 'highest' then result.viral_load end desc,
        result.replicate desc;
comment on view viral_load_of_day is 'of several viral loads of one day the one that stands for it, by each rule that protocol.viral_load_of_day may name: criteria, rules and analyses read these. Of several that are the highest, the last replicate';
comment on column viral_load_of_day.viral_load_of_day is 'the rule: last replicate, or highest';
comment on column viral_load_of_day.site_id is 'the site';
comment on column viral_load_of_day.subject_id is 'the subject''s code';
comment on column viral_load_of_day.collected is 'the day on which the sample was taken';
comment on column viral_load_of_day.replicate is 'tells several results of one day apart';
comment on column viral_load_of_day.assay is 'the assay';
comment on column viral_load_of_day.viral_load is 'HIV-1 RNA, copies/mL';
