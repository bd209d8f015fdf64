-- Assays of HIV-1 RNA and their limits of quantification

create table assay (
    assay text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    method text not null,
    lower_limit double precision not null check (lower_limit > 0 and lower_limit < 'infinity'),
    upper_limit double precision not null check (upper_limit > 0 and upper_limit < 'infinity'),
    iu_per_copy double precision check (iu_per_copy > 0 and iu_per_copy < 'infinity'),
    note text not null default '',
    primary key (assay, effective_from),
    constraint assay_limits_order check (lower_limit < upper_limit),
    constraint assay_factor_source check (iu_per_copy is null or note ~ '[^[:space:]]')
);

comment on table assay is 'assays of HIV-1 RNA by which results may come in; one with other limits (another version, another sample volume) is another assay';
comment on column assay.assay is 'name and version';
comment on column assay.effective_from is 'the first date of collection that the row applies to';
comment on column assay.method is 'bDNA, RT-PCR or NASBA';
comment on column assay.lower_limit is 'lower limit of quantification, copies/mL: what "<" and "TND" are written with';
comment on column assay.upper_limit is 'upper limit of quantification, copies/mL: what ">" is written with';
comment on column assay.iu_per_copy is 'international units of one copy, as read_viral_load() takes it; null where no source is known: IU/mL are then refused';
comment on column assay.note is 'what the figures rest on';

create view assay_period as
    select assay.*, lead(effective_from, 1, 'infinity')
        over (partition by assay order by effective_from) as effective_before
    from assay;
comment on view assay_period is 'assay, with the date before which each row applies';
