-- Simulated genotypes: mutations that agree with the laboratory's calls

-- By demo/resistance_algorithm.xml: each call of a drug that it knows comes
-- back, but "intermediate" for EFV, which it never says.  184I stands in for
-- 184V where TDF is to be resistant; 74V and 106A serve drugs that it does not know.
create function _virotrial.simulated_mutations(calls jsonb, has_mixture boolean) returns mutation[]
    language sql immutable strict parallel safe
    begin atomic
        select cumulative_genotype(mutations(format('%s: %s', part.gene,
            case when has_mixture and part.gene = 'RT' and part.changes ~ '^[A-Z]?[0-9]+[A-Z]$'
                then substr(part.changes, 1, length(part.changes) - 1)
                    || consensus((part.gene || ':' || part.changes)::mutation)
                    || right(part.changes, 1)
                else part.changes end)))
        from (values
            ('RT', 'K103N', calls ->> 'EFV' = 'resistant'),
            ('RT', 'V106A', calls ->> 'NVP' = 'resistant' and calls ->> 'EFV' <> 'resistant'),
            ('RT', 'V90I', calls ->> 'EFV' = 'intermediate' or calls ->> 'NVP' = 'intermediate'),
            ('RT', 'M184V', calls ->> '3TC' = 'resistant' and calls ->> 'TDF' <> 'resistant'),
            ('RT', 'M184I', calls ->> '3TC' = 'resistant' and calls ->> 'TDF' = 'resistant'),
            ('RT', 'K65R', calls ->> 'TDF' = 'resistant'),
            ('RT', 'K70E', calls ->> 'TDF' = 'intermediate'),
            ('RT', 'L74V', calls ->> 'ABC' = 'resistant'),
            ('RT', 'M41L, T215Y', calls ->> 'AZT' = 'resistant'),
            ('RT', 'T215F', calls ->> 'AZT' = 'intermediate'),
            ('PR', 'M46I, V82A', calls ->> 'LPV' in ('intermediate', 'resistant')),
            ('PR', 'I54V', calls ->> 'LPV' = 'resistant'),
            ('PR', 'V32I, I47V', calls ->> 'DRV' in ('intermediate', 'resistant')),
            ('PR', 'I50V, L76V', calls ->> 'DRV' = 'resistant'),
            ('PR', 'I13V', true)
        ) as part (gene, changes, is_there)
        where part.is_there;
    end;
comment on function _virotrial.simulated_mutations(jsonb, boolean) is 'part of simulate_study: mutations of protease and reverse transcriptase that fit the calls of drugs; as mixtures with the wild type, if asked for';

create procedure _virotrial.simulate_genotypes(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    -- who failed has resistance to 3TC and the NNRTIs, at least
    create temporary table simulated_call on commit drop as
    select n, site_id, subject_id,
        signed - 10 - floor(15 * _virotrial.simulated_uniform(seed, n,
        'genotype'))::integer as collected, tested.drug,
        case when flaw = 'resistance to a single drug' then case when tested.drug = '3TC'
            then 'resistant' else 'susceptible' end
            when is_intolerant_only or is_suppressed or is_naive then 'susceptible'
            when tested.drug in ('3TC', first_nnrti) then 'resistant'
            when place.u < tested.resistant then 'resistant'
            when place.u < tested.resistant + 0.15 then 'intermediate' else 'susceptible'
                end as call
    from simulated_person
    cross join (values ('AZT', 0.45), ('3TC', 0.9), ('ABC', 0.3),
        ('TDF', 0.15), ('NVP', 0.85), ('EFV', 0.8),
        ('LPV', 0.08), ('DRV', 0.02)) as tested (drug, resistant)
    cross join lateral (select _virotrial.simulated_uniform(seed, n,
        'call ' || tested.drug) as u) as place
    where flaw is distinct from 'no genotype'
        and (not is_intolerant_only
        or _virotrial.simulated_uniform(seed, n, 'genotype done') < 0.5);

    insert into genotype (site_id, subject_id, collected, laboratory, algorithm, genes, mutations)
    select site_id, subject_id, collected, 'reference laboratory', 'HIVdb', '{PR,RT}',
        _virotrial.simulated_mutations(jsonb_object_agg(drug, call),
            _virotrial.simulated_uniform(seed, n, 'mixture') < 0.15)
    from simulated_call
    group by n, site_id, subject_id, collected;

    insert into genotype_drug_call (site_id, subject_id, collected, drug, call)
    select site_id, subject_id, collected, drug, call from simulated_call;
    drop table pg_temp.simulated_call;
    analyze genotype, genotype_drug_call;
end;
$$;
comment on procedure _virotrial.simulate_genotypes(text, bigint) is 'part of simulate_study: genotypic tests, with their mutations and the laboratory''s calls';
