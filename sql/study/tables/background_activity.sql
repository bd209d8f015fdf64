-- The activity of regimens, drug by drug, and of their backgrounds as a whole.
-- Rules read these views, which no data cut changes.

create view _regimen_activity as
    with
    -- a background begins on each day on which a drug of the regimen does
    day as not materialized (
        select distinct site_id, subject_id, started as as_of from regimen
    ),
    taken as not materialized (
        select day.site_id, day.subject_id, day.as_of, regimen.drug, regimen.started,
            case when regimen.started = day.as_of then regimen.justification end as justification
        from day
        join regimen on regimen.site_id = day.site_id and regimen.subject_id = day.subject_id
            and regimen.started <= day.as_of
            and (regimen.stopped is null or regimen.stopped > day.as_of)
    )
    select taken.site_id, taken.subject_id, taken.as_of, taken.drug, taken.started,
        taken.justification,
        taken.drug = protocol.study_drug as is_study_drug, drug.class, drug.is_booster,
        activity.algorithm, activity.algorithm_version, activity.score,
        activity.level, activity.level_text, activity.sir,
        activity.lowest_level, activity.highest_level, activity.open_positions, activity.rules,
        activity.laboratory_call,
        not drug.is_booster and activity.is_fully_active as is_fully_active,
        (select string_agg(distinct reaction, ', ' order by reaction)
            from intolerance
            where intolerance.site_id = taken.site_id and intolerance.subject_id = taken.subject_id
                and intolerance.drug = taken.drug and intolerance.onset <= taken.as_of)
            as intolerance
    from taken
    join drug using (drug)
    join protocol_period as protocol
        on taken.as_of >= protocol.effective_from and taken.as_of < protocol.effective_before
    left join drug_activity as activity on activity.site_id = taken.site_id
        and activity.subject_id = taken.subject_id and activity.drug = taken.drug
        and taken.as_of >= activity.effective_from and taken.as_of < activity.effective_before;

comment on view _regimen_activity is 'each drug of a regimen on each day on which one of its drugs began: what the genotypes up to that day say of the drug, and whether the subject tolerates it';
comment on column _regimen_activity.site_id is 'the site';
comment on column _regimen_activity.subject_id is 'the subject''s code';
comment on column _regimen_activity.as_of is 'the day on which a drug of the regimen began, and by which this one is judged';
comment on column _regimen_activity.drug is 'the drug';
comment on column _regimen_activity.started is 'the day on which the subject began to take it';
comment on column _regimen_activity.justification is 'the justification of its row, if that began on the day';
comment on column _regimen_activity.is_study_drug is 'whether it is the drug under study';
comment on column _regimen_activity.class is 'its class';
comment on column _regimen_activity.is_booster is 'whether it is given only to raise the level of another drug';
comment on column _regimen_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column _regimen_activity.algorithm_version is 'its version';
comment on column _regimen_activity.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column _regimen_activity.level is 'the level by its number; null if positions that were not read can change it';
comment on column _regimen_activity.level_text is 'the level in the words of the algorithm';
comment on column _regimen_activity.sir is 'S susceptible, I intermediate, R resistant';
comment on column _regimen_activity.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column _regimen_activity.highest_level is 'the highest level that they leave';
comment on column _regimen_activity.open_positions is 'the gene and the positions that were not read and can change the result: those to sequence; null if nothing is open';
comment on column _regimen_activity.rules is 'the rules that fired, whatever the open positions are';
comment on column _regimen_activity.laboratory_call is 'the worst call of a laboratory up to the day';
comment on column _regimen_activity.is_fully_active is 'whether the drug is fully active by every genotype up to the day: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if nothing is known, or unread positions can change it; a booster is not active';
comment on column _regimen_activity.intolerance is 'adverse events up to the day that make the drug unusable; null for none';

create view background_choice as
    with
    background as (
        select site_id, subject_id, as_of,
            count(*) filter (where is_fully_active and not is_study_drug)::integer as active_drugs,
            count(*) filter (where is_fully_active is null
                and not is_study_drug)::integer as unknown_drugs,
            string_agg(format('%s %s', drug, case when is_booster then 'booster'
                when level is not null then format('level %s %s', level, level_text)
                when open_positions is not null
                    then format('open, level %s to %s by %s', lowest_level,
                    highest_level, open_positions)
                else coalesce('called ' || laboratory_call, 'unknown') end), ', '
                    order by is_fully_active desc nulls last, is_booster, drug)
                filter (where not is_study_drug) as drugs,
            string_agg(distinct justification, '; ' order by justification) as justification
        from _regimen_activity
        group by site_id, subject_id, as_of
        having bool_or(is_study_drug)
    )
    select background.site_id, background.subject_id, background.as_of, background.active_drugs,
        background.unknown_drugs,
        protocol.background_active_drugs::integer as required_drugs,
        coalesce(background.drugs, 'no drug') as drugs, background.justification,
        protocol.background_judged_by_calls or algorithm.algorithm is not null as is_judged
    from background
    join protocol_period as protocol on background.as_of >= protocol.effective_from
        and background.as_of < protocol.effective_before
    left join resistance_algorithm_period as algorithm
        on background.as_of >= algorithm.effective_from
        and background.as_of < algorithm.effective_before;

comment on view background_choice is 'the backgrounds with which the study drug was given: one row per subject and day on which one began';
comment on column background_choice.site_id is 'the site';
comment on column background_choice.subject_id is 'the subject''s code';
comment on column background_choice.as_of is 'the day on which the background began, and by which it is judged';
comment on column background_choice.active_drugs is 'drugs that are fully active by genotype';
comment on column background_choice.unknown_drugs is 'drugs of which that cannot be known';
comment on column background_choice.required_drugs is 'fully active drugs that the protocol asks for';
comment on column background_choice.drugs is 'the drugs with their levels, or the laboratory''s calls';
comment on column background_choice.justification is 'why there are fewer fully active drugs, as the regimen gives it';
comment on column background_choice.is_judged is 'whether the rules count the fully active drugs on that day';
