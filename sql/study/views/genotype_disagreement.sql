-- Where the laboratory and the study's algorithm read the same test differently

create view genotype_disagreement as
    with
    test as (
        select genotype.site_id, genotype.subject_id, genotype.collected, genotype.laboratory,
            genotype.algorithm as laboratory_algorithm,
            genotype.mutations, coalesce(genotype.genes, genes(genotype.mutations)) as genes,
            coalesce(enrolment.enrolled, current_date) as as_of
        from genotype
        left join enrolment using (site_id, subject_id)
        where genotype.mutations is not null and genotype.collected <= (select data_cut())
    ),
    -- offset 0: no test is interpreted again for each name of a drug
    result as (
        select test.*, algorithm.algorithm, algorithm.algorithm_version,
            result.drug as algorithm_drug,
            result.score, result.level, result.level_text, result.rules,
            case result.sir when 'S' then 'susceptible' when 'I' then 'intermediate' when 'R'
                then 'resistant' end as interpretation
        from test
        join resistance_algorithm_period as algorithm on test.as_of >= algorithm.effective_from
            and test.as_of < algorithm.effective_before
        cross join lateral resistance(with_coverage(test.mutations, test.genes),
            algorithm.compiled, test.genes) as result
        offset 0
    ),
    interpreted as (
        select result.*, used.drug
        from result
        join _algorithm_drug_used as used using (algorithm, algorithm_version, algorithm_drug)
    )
    select interpreted.site_id, interpreted.subject_id, interpreted.collected, interpreted.drug,
        call.call as laboratory_call, call.reported, interpreted.laboratory,
            interpreted.laboratory_algorithm,
        interpreted.interpretation, interpreted.algorithm, interpreted.algorithm_version,
        interpreted.score, interpreted.level, interpreted.level_text, interpreted.rules,
        interpreted.mutations::text as mutations
    from interpreted
    join genotype_drug_call as call using (site_id, subject_id, collected, drug)
    where call.call <> interpreted.interpretation;

comment on view genotype_disagreement is 'genotypic tests whose laboratory calls a drug otherwise than the study''s algorithm does by the mutations of the same test; one row per test and drug. What positions that were not read leave open is no disagreement. The algorithm is that of the day of enrolment, or of today';
comment on column genotype_disagreement.site_id is 'the site';
comment on column genotype_disagreement.subject_id is 'the subject''s code';
comment on column genotype_disagreement.collected is 'the day on which the sample was taken';
comment on column genotype_disagreement.drug is 'the drug';
comment on column genotype_disagreement.laboratory_call is 'what the laboratory calls it: susceptible, intermediate or resistant';
comment on column genotype_disagreement.reported is 'the laboratory''s own words';
comment on column genotype_disagreement.laboratory is 'the laboratory';
comment on column genotype_disagreement.laboratory_algorithm is 'the algorithm by which the laboratory made its calls';
comment on column genotype_disagreement.interpretation is 'what the study''s algorithm makes of it: S is susceptible, I intermediate, R resistant';
comment on column genotype_disagreement.algorithm is 'the study''s algorithm';
comment on column genotype_disagreement.algorithm_version is 'its version';
comment on column genotype_disagreement.score is 'the score; null if the algorithm has none for the drug';
comment on column genotype_disagreement.level is 'the level by its number';
comment on column genotype_disagreement.level_text is 'the level in the words of the algorithm';
comment on column genotype_disagreement.rules is 'the rules that fired';
comment on column genotype_disagreement.mutations is 'the mutations of the test';
