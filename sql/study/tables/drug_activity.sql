-- What genotypes say of drugs.  Whatever reads a genotype reads these views.
-- Rules do too, and no data cut changes them.

-- genes that are not named are those with mutations
create view _genotype_history as
    select site_id, subject_id, collected,
        lead(collected, 1, 'infinity') over test_by_test as collected_before,
        genes, mutations,
        string_to_array(string_agg(nullif(array_to_string(genes, ','), ''), ',') over test_by_test,
            ',') as all_genes,
        cumulative_genotype(mutations) over test_by_test as all_mutations
    from (
        select site_id, subject_id, collected, coalesce(genes, genes(mutations)) as genes,
            with_coverage(mutations, coalesce(genes, genes(mutations))) as mutations
        from genotype
    ) as test
    window test_by_test as (partition by site_id, subject_id order by collected);

comment on view _genotype_history is 'each genotypic test, and all tests of the subject up to it as one';
comment on column _genotype_history.site_id is 'the site';
comment on column _genotype_history.subject_id is 'the subject''s code';
comment on column _genotype_history.collected is 'the day on which the sample was taken';
comment on column _genotype_history.collected_before is 'the day of the next sample; infinity if there is none';
comment on column _genotype_history.genes is 'the genes that were sequenced; those with mutations if the test does not name them';
comment on column _genotype_history.mutations is 'the mutations of the test, and what was sequenced; null if only calls are known';
comment on column _genotype_history.all_genes is 'the genes of all tests up to the day';
comment on column _genotype_history.all_mutations is 'the mutations of all tests up to the day';

create view _genotype_interpretation as
    select test.site_id, test.subject_id, test.collected, test.is_cumulative,
        greatest(test.read_from, algorithm.effective_from) as effective_from,
        least(test.read_before, algorithm.effective_before) as effective_before,
        used.drug, algorithm.algorithm, algorithm.algorithm_version,
        result.score, result.level, result.level_text, result.sir,
        result.lowest_level, result.highest_level, result.lowest_sir, result.highest_sir,
        result.gene || ' ' || array_to_string(result.open_positions, ', ') as open_positions,
        result.rules
    from (
        select site_id, subject_id, collected, false as is_cumulative, genes, mutations,
            date '-infinity' as read_from, date 'infinity' as read_before
        from _genotype_history
        union all
        select site_id, subject_id, collected, true, coalesce(all_genes, '{}'),
            all_mutations, collected, collected_before
        from _genotype_history
    ) as test
    join resistance_algorithm_period as algorithm
        on algorithm.effective_from < test.read_before
        and algorithm.effective_before > test.read_from
    cross join lateral resistance(test.mutations, algorithm.compiled, test.genes) as result
    join lateral unnest(algorithm.algorithm_drugs, algorithm.drugs) as used (algorithm_drug, drug)
        on used.algorithm_drug = result.drug;

comment on view _genotype_interpretation is 'what the study''s algorithm makes of each test, and of all tests of the subject up to it as one; one row per test, reading, period and drug';
comment on column _genotype_interpretation.site_id is 'the site';
comment on column _genotype_interpretation.subject_id is 'the subject''s code';
comment on column _genotype_interpretation.collected is 'the day on which the sample was taken';
comment on column _genotype_interpretation.is_cumulative is 'whether all tests up to the day are read as one, or this one alone';
comment on column _genotype_interpretation.effective_from is 'the first day that is judged by the row';
comment on column _genotype_interpretation.effective_before is 'the first day no longer judged by it';
comment on column _genotype_interpretation.drug is 'the drug';
comment on column _genotype_interpretation.algorithm is 'name of the algorithm that interpreted the genotype';
comment on column _genotype_interpretation.algorithm_version is 'its version';
comment on column _genotype_interpretation.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column _genotype_interpretation.level is 'the level by its number; null if positions that were not read can change it';
comment on column _genotype_interpretation.level_text is 'the level in the words of the algorithm';
comment on column _genotype_interpretation.sir is 'S susceptible, I intermediate, R resistant; null if positions that were not read can change it';
comment on column _genotype_interpretation.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column _genotype_interpretation.highest_level is 'the highest level that they leave';
comment on column _genotype_interpretation.lowest_sir is 'the lowest of S, I and R that the positions which were not read leave';
comment on column _genotype_interpretation.highest_sir is 'the highest that they leave';
comment on column _genotype_interpretation.open_positions is 'the gene and the positions that were not read and can change the result; null if nothing is open';
comment on column _genotype_interpretation.rules is 'the rules that fired, whatever the open positions are';

create view drug_activity as
    with
    -- degrees: 1 susceptible, 2 intermediate, 3 resistant
    said as (
        select site_id, subject_id, effective_from, effective_before, drug,
            algorithm, algorithm_version, score, level, level_text, sir,
            lowest_level, highest_level,
            array_position(array['S', 'I', 'R'], lowest_sir) as lowest,
            array_position(array['S', 'I', 'R'], highest_sir) as highest,
            open_positions, rules,
            null::integer as called, null::integer as called_without_mutations
        from _genotype_interpretation
        where is_cumulative
        union all
        -- what is known changes with each test and each amendment
        select until.site_id, until.subject_id, greatest(until.collected, protocol.effective_from),
            least(until.collected_before, protocol.effective_before), call.drug,
            null, null, null, null, null, null, null, null, null, null, null, null,
            degree.called, case when test.mutations is null then degree.called end
        from _genotype_history as until
        join protocol_period as protocol
            on protocol.effective_from < until.collected_before
            and protocol.effective_before > until.collected
        join genotype as test on test.site_id = until.site_id and test.subject_id = until.subject_id
            and test.collected <= until.collected
        join genotype_drug_call as call on call.site_id = test.site_id
            and call.subject_id = test.subject_id and call.collected = test.collected
        cross join lateral (
            select array_position(array['susceptible', 'intermediate', 'resistant'], call.call)
                as called
        ) as degree
    ),
    summed as (
        select site_id, subject_id, effective_from, effective_before, drug,
            max(algorithm) as algorithm, max(algorithm_version) as algorithm_version,
            max(score) as score,
            max(level) as level, max(level_text) as level_text, max(sir) as sir,
            max(lowest_level) as lowest_level, max(highest_level) as highest_level,
            max(lowest) as lowest, max(highest) as highest,
            max(open_positions) as open_positions, max(rules) as rules,
            max(called) as called, max(called_without_mutations) as called_without_mutations
        from said
        group by site_id, subject_id, effective_from, effective_before, drug
    )
    select summed.site_id, summed.subject_id, summed.effective_from, summed.effective_before,
        summed.drug, summed.algorithm, summed.algorithm_version, summed.score,
        summed.level, summed.level_text, summed.sir,
        summed.lowest_level, summed.highest_level, summed.open_positions, summed.rules,
        (array['susceptible', 'intermediate', 'resistant'])[summed.called] as laboratory_call,
        (array['susceptible', 'intermediate', 'resistant'])[summed.called_without_mutations]
            as call_without_mutations,
        summed.called < summed.lowest or summed.called > summed.highest as is_disputed,
        case when summed.lowest is null then summed.called
            else greatest(summed.lowest, summed.called_without_mutations) end as degree,
        case when summed.lowest is null then summed.called
            else greatest(summed.highest, summed.called_without_mutations) end as possible_degree,
        case when summed.lowest is null then summed.called = 1
            else case when protocol.fully_active_level is null then summed.sir = 'S'
                    when summed.highest_level <= protocol.fully_active_level then true
                    when summed.lowest_level > protocol.fully_active_level then false end
                and coalesce(summed.called_without_mutations, 1) = 1 end as is_fully_active
    from summed
    join protocol_period as protocol
        on summed.effective_from >= protocol.effective_from
        and summed.effective_from < protocol.effective_before;

comment on view drug_activity is 'what all genotypes up to a day say of each drug. A row holds from a test or an amendment of the protocol to the next; there is none of drugs of which nothing is known';
comment on column drug_activity.site_id is 'the site';
comment on column drug_activity.subject_id is 'the subject''s code';
comment on column drug_activity.effective_from is 'the first day that is judged by the row';
comment on column drug_activity.effective_before is 'the first day no longer judged by it';
comment on column drug_activity.drug is 'the drug';
comment on column drug_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column drug_activity.algorithm_version is 'its version';
comment on column drug_activity.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column drug_activity.level is 'the level by its number; null if positions that were not read can change it';
comment on column drug_activity.level_text is 'the level in the words of the algorithm';
comment on column drug_activity.sir is 'S susceptible, I intermediate, R resistant; null if positions that were not read can change it';
comment on column drug_activity.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column drug_activity.highest_level is 'the highest level that they leave';
comment on column drug_activity.open_positions is 'the gene and the positions that were not read and can change the result; null if nothing is open';
comment on column drug_activity.rules is 'the rules that fired, whatever the open positions are';
comment on column drug_activity.laboratory_call is 'the worst call of a laboratory';
comment on column drug_activity.call_without_mutations is 'the worst call of tests of which no mutations are known; the algorithm cannot read these';
comment on column drug_activity.is_disputed is 'whether the worst call is outside what the algorithm leaves';
comment on column drug_activity.degree is '1 susceptible, 2 intermediate, 3 resistant: the least that is established, by the algorithm and the calls of tests without mutations; by the calls alone where the algorithm says nothing';
comment on column drug_activity.possible_degree is 'the most that the positions which were not read leave';
comment on column drug_activity.is_fully_active is 'whether the drug is fully active by every genotype: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if unread positions can change it';
