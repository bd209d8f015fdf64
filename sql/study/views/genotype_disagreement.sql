-- Where the laboratory and the study's algorithm read the same test differently

-- offset 0: no test is interpreted again for each call
create view genotype_disagreement as
    select test.site_id, test.subject_id, test.collected, call.drug,
        call.call as laboratory_call, call.reported,
        test.laboratory, test.algorithm as laboratory_algorithm,
        said.interpretation, said.algorithm, said.algorithm_version,
        said.score, said.level, said.level_text, said.rules, test.mutations::text as mutations
    from (
        select *, (array['susceptible', 'intermediate', 'resistant'])
                [array_position(array['S', 'I', 'R'], sir)] as interpretation
        from _genotype_interpretation
        where not is_cumulative and collected <= (select data_cut())
        offset 0
    ) as said
    join genotype as test using (site_id, subject_id, collected)
    join genotype_drug_call as call using (site_id, subject_id, collected, drug)
    left join enrolment using (site_id, subject_id)
    where coalesce(enrolment.enrolled, current_date) >= said.effective_from
        and coalesce(enrolment.enrolled, current_date) < said.effective_before
        and call.call <> said.interpretation;

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
