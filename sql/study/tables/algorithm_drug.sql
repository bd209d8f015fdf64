-- How resistance algorithms name the study's drugs, and which algorithm applies

create table algorithm_drug (
    drug text not null references drug,
    algorithm_drug text not null,
    preference whole_number not null default 1 check (preference > 0),
    primary key (drug, algorithm_drug)
);

comment on table algorithm_drug is 'other names that resistance algorithms have for the study''s drugs; a drug that an algorithm knows by its own name needs none';
comment on column algorithm_drug.drug is 'the drug';
comment on column algorithm_drug.algorithm_drug is 'the name of the drug in algorithms, such as "LPV/r"';
comment on column algorithm_drug.preference is 'of several names that an algorithm knows, that with the lowest number is used';

create view _algorithm_drug_used as
    select distinct on (known.name, known.version, named.drug)
        known.name as algorithm, known.version as algorithm_version, known.drug as algorithm_drug,
        named.drug
    from resistance_algorithm_drug as known
    join (
        select drug, drug as algorithm_drug, 0 as preference from drug where not is_booster
        union all
        select drug, algorithm_drug, preference from algorithm_drug
    ) as named on named.algorithm_drug = known.drug
    order by known.name, known.version, named.drug, named.preference;
comment on view _algorithm_drug_used is 'the name that each algorithm of the study has for each drug';
comment on column _algorithm_drug_used.algorithm is 'name of the algorithm';
comment on column _algorithm_drug_used.algorithm_version is 'version of the algorithm';
comment on column _algorithm_drug_used.algorithm_drug is 'the drug as the algorithm names it';
comment on column _algorithm_drug_used.drug is 'the drug';

create view resistance_algorithm_period as
    select protocol.effective_from, protocol.effective_before, chosen.name as algorithm,
        chosen.version as algorithm_version, chosen.compiled,
        named.algorithm_drugs, named.drugs
    from protocol_period as protocol
    cross join lateral (
        select loaded.name, loaded.version, loaded.compiled
        from resistance_algorithm_version as loaded
        where (protocol.resistance_algorithm is null
                or (loaded.name = protocol.resistance_algorithm
                    and loaded.version = protocol.resistance_algorithm_version))
            and exists (select from resistance_algorithm_drug as known
                where known.name = loaded.name and known.version = loaded.version)
        order by loaded.loaded_at, loaded.name, loaded.version
        limit 1
    ) as chosen
    cross join lateral (
        select array_agg(used.algorithm_drug) as algorithm_drugs, array_agg(used.drug) as drugs
        from _algorithm_drug_used as used
        where used.algorithm = chosen.name and used.algorithm_version = chosen.version
    ) as named;
comment on view resistance_algorithm_period is 'the algorithm by which genotypes are interpreted, with the days on which that applies: the one that the protocol names, or the first that was loaded. One is loaded when its drugs are';
comment on column resistance_algorithm_period.effective_from is 'the first day judged by it';
comment on column resistance_algorithm_period.effective_before is 'the first day no longer judged by it';
comment on column resistance_algorithm_period.algorithm is 'name of the algorithm';
comment on column resistance_algorithm_period.algorithm_version is 'version of the algorithm';
comment on column resistance_algorithm_period.compiled is 'the algorithm as resistance() takes it';
comment on column resistance_algorithm_period.algorithm_drugs is 'the drugs by the names that the algorithm has for them';
comment on column resistance_algorithm_period.drugs is 'the drugs, in the same order';
