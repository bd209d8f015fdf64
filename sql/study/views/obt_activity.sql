-- The activity of background therapies, for analysis

create view obt_activity as
    select site_id, subject_id, as_of, drug, started, class, is_booster, algorithm,
        algorithm_version, score, level, level_text, sir,
        lowest_level, highest_level, open_positions, rules,
        laboratory_call, is_fully_active, intolerance
    from _regimen_activity
    where not is_study_drug and as_of <= (select data_cut());

comment on view obt_activity is 'the optimized background therapy, one row per subject, day on which a background began, and drug: what the genotypes up to that day say of the drug, and whether the subject tolerates it';
comment on column obt_activity.site_id is 'the site';
comment on column obt_activity.subject_id is 'the subject''s code';
comment on column obt_activity.as_of is 'the day on which the background began, and by which the drug is judged';
comment on column obt_activity.drug is 'the drug';
comment on column obt_activity.started is 'the day on which the subject began to take it';
comment on column obt_activity.class is 'its class';
comment on column obt_activity.is_booster is 'whether it is given only to raise the level of another drug';
comment on column obt_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column obt_activity.algorithm_version is 'its version';
comment on column obt_activity.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column obt_activity.level is 'the level by its number; null if positions that were not read can change it';
comment on column obt_activity.level_text is 'the level in the words of the algorithm';
comment on column obt_activity.sir is 'S susceptible, I intermediate, R resistant';
comment on column obt_activity.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column obt_activity.highest_level is 'the highest level that they leave';
comment on column obt_activity.open_positions is 'the gene and the positions that were not read and can change the result: those to sequence; null if nothing is open';
comment on column obt_activity.rules is 'the rules that fired, whatever the open positions are';
comment on column obt_activity.laboratory_call is 'the worst call of a laboratory up to the day';
comment on column obt_activity.is_fully_active is 'whether the drug is fully active by every genotype up to the day: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if nothing is known, or unread positions can change it; a booster is not active';
comment on column obt_activity.intolerance is 'adverse events up to the day that make the drug unusable; null for none';
