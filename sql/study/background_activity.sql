-- The activity of background therapies, drug by drug and as a whole.  The rules
-- read these views, which no data cut changes.

create view background_activity as
    with
    -- a background begins on each day on which a drug of the regimen does
    begun as not materialized (
        select distinct site_id, subject_id, started as as_of from regimen
    ),
    test as (
        select begun.site_id, begun.subject_id, begun.as_of,
            cumulative_genotype(genotype.mutations) as mutations,
            coalesce(string_to_array(string_agg(nullif(array_to_string(coalesce(genotype.genes, genes(genotype.mutations)), ','), ''), ','), ','), '{}') as genes
        from begun
        join genotype using (site_id, subject_id)
        where genotype.collected <= begun.as_of and genotype.mutations is not null
        group by begun.site_id, begun.subject_id, begun.as_of
    ),
    interpreted as (
        select test.site_id, test.subject_id, test.as_of, used.drug, algorithm.algorithm, algorithm.algorithm_version,
            result.score, result.level, result.level_text, result.sir, result.rules
        from test
        join resistance_algorithm_period as algorithm on test.as_of >= algorithm.effective_from and test.as_of < algorithm.effective_before
        cross join lateral resistance(test.mutations, algorithm.compiled, test.genes) as result
        join algorithm_drug_used as used on used.algorithm = algorithm.algorithm
            and used.algorithm_version = algorithm.algorithm_version and used.algorithm_drug = result.drug
    ),
    -- the worst call; and that of tests of which nothing but the calls is known
    called as (
        select begun.site_id, begun.subject_id, begun.as_of, call.drug, max(call.place) as worst,
            max(call.place) filter (where genotype.mutations is null) as worst_without_mutations
        from begun
        join genotype using (site_id, subject_id)
        join (
            select site_id, subject_id, collected, drug, array_position(array['susceptible', 'intermediate', 'resistant'], call) as place
            from genotype_drug_call
        ) as call using (site_id, subject_id, collected)
        where genotype.collected <= begun.as_of
        group by begun.site_id, begun.subject_id, begun.as_of, call.drug
    ),
    harm as (
        select begun.site_id, begun.subject_id, begun.as_of, intolerance.drug,
            string_agg(distinct intolerance.reaction, ', ' order by intolerance.reaction) as reactions
        from begun
        join intolerance using (site_id, subject_id)
        where intolerance.onset <= begun.as_of
        group by begun.site_id, begun.subject_id, begun.as_of, intolerance.drug
    )
    select begun.site_id, begun.subject_id, begun.as_of, regimen.drug, regimen.started, drug.class, drug.is_booster,
        interpreted.algorithm, interpreted.algorithm_version, interpreted.score, interpreted.level, interpreted.level_text, interpreted.sir,
        interpreted.rules,
        (array['susceptible', 'intermediate', 'resistant'])[called.worst] as laboratory_call,
        case when drug.is_booster then false
            when interpreted.level is null then called.worst = 1
            else coalesce(interpreted.level <= protocol.fully_active_level, interpreted.sir = 'S')
                and coalesce(called.worst_without_mutations, 1) = 1 end as is_fully_active,
        harm.reactions as intolerance
    from begun
    join protocol_period as protocol on begun.as_of >= protocol.effective_from and begun.as_of < protocol.effective_before
    join regimen on regimen.site_id = begun.site_id and regimen.subject_id = begun.subject_id
        and regimen.started <= begun.as_of and (regimen.stopped is null or regimen.stopped > begun.as_of)
    join drug using (drug)
    left join interpreted on interpreted.site_id = begun.site_id and interpreted.subject_id = begun.subject_id
        and interpreted.as_of = begun.as_of and interpreted.drug = regimen.drug
    left join called on called.site_id = begun.site_id and called.subject_id = begun.subject_id
        and called.as_of = begun.as_of and called.drug = regimen.drug
    left join harm on harm.site_id = begun.site_id and harm.subject_id = begun.subject_id
        and harm.as_of = begun.as_of and harm.drug = regimen.drug
    where regimen.drug <> protocol.study_drug;

comment on view background_activity is 'what obt_activity shows, whatever the data cut: the rules read it';
comment on column background_activity.site_id is 'the site';
comment on column background_activity.subject_id is 'the subject''s code';
comment on column background_activity.as_of is 'the day on which the background began, and by which the drug is judged';
comment on column background_activity.drug is 'the drug';
comment on column background_activity.started is 'the day on which the subject began to take it';
comment on column background_activity.class is 'its class';
comment on column background_activity.is_booster is 'whether it is given only to raise the level of another drug';
comment on column background_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column background_activity.algorithm_version is 'its version';
comment on column background_activity.score is 'the score; null if the algorithm has none for the drug';
comment on column background_activity.level is 'the level by its number';
comment on column background_activity.level_text is 'the level in the words of the algorithm';
comment on column background_activity.sir is 'S susceptible, I intermediate, R resistant';
comment on column background_activity.rules is 'the rules that fired';
comment on column background_activity.laboratory_call is 'the worst call of a laboratory up to the day';
comment on column background_activity.is_fully_active is 'whether the drug is fully active by every genotype up to the day: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if nothing is known; a booster is not active';
comment on column background_activity.intolerance is 'adverse events up to the day that make the drug unusable; null for none';

create view background_choice as
    with
    begun as (
        select site_id, subject_id, started as as_of, string_agg(distinct justification, '; ' order by justification) as justification
        from regimen
        group by site_id, subject_id, started
    ),
    background as (
        select site_id, subject_id, as_of, count(*) filter (where is_fully_active) as active,
            count(*) filter (where is_fully_active is null) as unknown,
            string_agg(format('%s %s', drug, case when is_booster then 'booster'
                when level is not null then format('level %s %s', level, level_text)
                else coalesce('called ' || laboratory_call, 'unknown') end), ', ' order by is_fully_active desc nulls last, is_booster, drug) as drugs
        from background_activity
        group by site_id, subject_id, as_of
    )
    select begun.site_id, begun.subject_id, begun.as_of,
        coalesce(background.active, 0)::integer as active_drugs, coalesce(background.unknown, 0)::integer as unknown_drugs,
        protocol.background_active_drugs as required_drugs,
        coalesce(background.drugs, 'no drug') as drugs, begun.justification,
        protocol.background_judged_by_calls or exists (
            select from resistance_algorithm_period as algorithm
            where begun.as_of >= algorithm.effective_from and begun.as_of < algorithm.effective_before) as is_judged
    from begun
    join protocol_period as protocol on begun.as_of >= protocol.effective_from and begun.as_of < protocol.effective_before
    left join background using (site_id, subject_id, as_of)
    where exists (
        select from regimen
        where regimen.site_id = begun.site_id and regimen.subject_id = begun.subject_id and regimen.drug = protocol.study_drug
            and regimen.started <= begun.as_of and (regimen.stopped is null or regimen.stopped > begun.as_of));

comment on view background_choice is 'the backgrounds with which the study drug was given: one row a subject and day on which one began';
comment on column background_choice.site_id is 'the site';
comment on column background_choice.subject_id is 'the subject''s code';
comment on column background_choice.as_of is 'the day on which the background began, and by which it is judged';
comment on column background_choice.active_drugs is 'drugs that are fully active by genotype';
comment on column background_choice.unknown_drugs is 'drugs of which that cannot be known';
comment on column background_choice.required_drugs is 'fully active drugs that the protocol asks for';
comment on column background_choice.drugs is 'the drugs with their levels, or the laboratory''s calls';
comment on column background_choice.justification is 'why there are fewer fully active drugs, as the regimen gives it';
comment on column background_choice.is_judged is 'whether the rules count the fully active drugs on that day';
