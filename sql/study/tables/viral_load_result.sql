-- HIV-1 RNA: of the study's visits, and from before it

create table viral_load_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate smallint not null default 1 check (replicate > 0),
    visit text,
    assay text not null,
    reported text,
    reported_unit text,
    viral_load viral_load not null,
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint viral_load_result_unit check (reported is not null or reported_unit is null)
);

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
