-- Genotypic resistance tests, with the drug calls as the laboratory reported them

create table genotype (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    visit text,
    laboratory text,
    algorithm text,
    genes text[],
    mutations mutation[],
    primary key (site_id, subject_id, collected),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint genotype_genes
        check (genes <@ array['CA', 'PR', 'RT', 'IN', 'GP120', 'GP41']
        and genes(mutations) <@ genes)
);

comment on table genotype is 'genotypic resistance tests';
comment on column genotype.site_id is 'the site';
comment on column genotype.subject_id is 'the subject''s code';
comment on column genotype.collected is 'the day on which the sample was taken';
comment on column genotype.visit is 'the visit at which it was taken; null for history';
comment on column genotype.laboratory is 'the laboratory';
comment on column genotype.algorithm is 'the algorithm, with its version, by which the laboratory made its calls';
comment on column genotype.genes is 'the genes that were sequenced, such as {PR,RT}; null: those in which mutations were found, which is all that is known then';
comment on column genotype.mutations is 'the mutations that were found, {} if there were none, and the positions that were sequenced, if that is not the whole of a gene; null if the laboratory reported no more than its calls';

create table genotype_drug_call (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    drug text not null references drug,
    call text not null check (call in ('susceptible', 'intermediate', 'resistant')),
    reported text,
    primary key (site_id, subject_id, collected, drug),
    foreign key (site_id, subject_id, collected) references genotype on update cascade
);

comment on table genotype_drug_call is 'what a genotypic test says of each drug';
comment on column genotype_drug_call.site_id is 'the site';
comment on column genotype_drug_call.subject_id is 'the subject''s code';
comment on column genotype_drug_call.collected is 'the day on which the sample was taken';
comment on column genotype_drug_call.drug is 'the drug';
comment on column genotype_drug_call.call is 'susceptible, intermediate or resistant';
comment on column genotype_drug_call.reported is 'the laboratory''s own words, such as "low-level resistance"';
