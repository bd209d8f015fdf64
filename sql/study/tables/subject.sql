-- Subjects: everybody who is screened

create table subject (
    site_id text not null references site,
    subject_id text not null,
    birth_date date not null check (birth_date between '1900-01-01' and '9999-12-31'),
    sex text not null check (sex in ('female', 'male')),
    primary key (site_id, subject_id)
);

comment on table subject is 'everybody who is screened, under a code';
comment on column subject.site_id is 'the site';
comment on column subject.subject_id is 'the subject''s code, unique within the site';
comment on column subject.birth_date is 'date of birth';
comment on column subject.sex is 'female or male';
