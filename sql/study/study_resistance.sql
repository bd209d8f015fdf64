-- The optimized background: which drugs there are to choose from

-- study_rows() runs the query that the function of its name and _query returns.
create function _virotrial.obt_candidates_query() returns text
    language sql immutable parallel safe
    return $query$
        with
        asked as (
            select subject.site_id, subject.subject_id, under_study.class as study_class,
                protocol.fully_active_level
            from subject
            join protocol_period as protocol on $3 >= protocol.effective_from
                and $3 < protocol.effective_before
            left join drug as under_study on under_study.drug = protocol.study_drug
            where subject.subject_id = $2
        ),
        test as (
            select asked.site_id, count(*) as tests,
                cumulative_genotype(with_coverage(genotype.mutations,
                coalesce(genotype.genes, genes(genotype.mutations)))) as mutations,
                coalesce(string_to_array(
                    string_agg(nullif(array_to_string(coalesce(genotype.genes,
                    genes(genotype.mutations)), ','), ''), ','), ','), '{}') as genes
            from asked
            join genotype using (site_id, subject_id)
            where genotype.collected <= $3 and genotype.mutations is not null
            group by asked.site_id
        ),
        interpreted as (
            select test.site_id, used.drug,
                format('%s %s, %s', algorithm.algorithm, algorithm.algorithm_version,
                    case test.tests when 1 then '1 genotype'
                        else test.tests || ' genotypes' end) as source,
                result.level, result.level_text, result.sir, result.lowest_level,
                result.highest_level,
                result.gene || ' ' || array_to_string(result.open_positions,
                    ', ') as open_positions, result.rules
            from test
            join resistance_algorithm_period as algorithm on $3 >= algorithm.effective_from
                and $3 < algorithm.effective_before
            cross join lateral resistance(test.mutations, algorithm.compiled, test.genes) as result
            join _algorithm_drug_used as used on used.algorithm = algorithm.algorithm
                and used.algorithm_version = algorithm.algorithm_version
                    and used.algorithm_drug = result.drug
        ),
        called as (
            select asked.site_id, call.drug,
                max(array_position(array['susceptible', 'intermediate', 'resistant'],
                    call.call)) as worst,
                max(array_position(array['susceptible', 'intermediate', 'resistant'], call.call))
                    filter (where genotype.mutations is null) as worst_without_mutations
            from asked
            join genotype using (site_id, subject_id)
            join genotype_drug_call as call using (site_id, subject_id, collected)
            where genotype.collected <= $3
            group by asked.site_id, call.drug
        ),
        history as (
            select asked.site_id, taken.drug,
                string_agg(format('taken from %s%s%s', taken.started, ' to ' || taken.stopped,
                    ' (' || taken.reason_stopped || ')'), ', ' order by taken.started) as periods
            from asked
            join art_history as taken using (site_id, subject_id)
            where taken.started <= $3
            group by asked.site_id, taken.drug
        ),
        activity as (
            select asked.site_id, drug.drug, drug.name, drug.class, interpreted.level,
                interpreted.level_text, interpreted.sir,
                interpreted.lowest_level, interpreted.highest_level, interpreted.open_positions,
                case when interpreted.highest_level is null then called.worst = 1
                    else case when asked.fully_active_level is null then interpreted.sir = 'S'
                            when interpreted.highest_level <= asked.fully_active_level then true
                            when interpreted.lowest_level > asked.fully_active_level then false end
                        and coalesce(called.worst_without_mutations, 1) = 1 end as is_fully_active,
                greatest(case when interpreted.highest_level is null then called.worst
                    else array_position(array['S', 'I', 'R'], interpreted.sir) end,
                        called.worst_without_mutations) as degree,
                interpreted.source, nullif(interpreted.rules, '') as rules, history.periods,
                (array['susceptible', 'intermediate', 'resistant'])[case
                    when interpreted.highest_level is null then called.worst
                    else called.worst_without_mutations end] as call
            from asked
            join drug on drug.class is distinct from asked.study_class and not drug.is_booster
            left join interpreted on interpreted.site_id = asked.site_id
                and interpreted.drug = drug.drug
            left join called on called.site_id = asked.site_id and called.drug = drug.drug
            left join history on history.site_id = asked.site_id and history.drug = drug.drug
            where not exists (
                select from intolerance
                where intolerance.site_id = asked.site_id
                    and intolerance.subject_id = asked.subject_id
                    and intolerance.drug = drug.drug and intolerance.onset <= $3)
        )
        select site_id,
            (row_number() over (partition by site_id order by
                case when is_fully_active then 1 when degree < 3 then 2 when degree is null then 3
                    else 4 end,
                level, degree, periods is not null, class, drug))::integer,
            drug, name, class, is_fully_active, level, level_text, sir,
            concat_ws('; ',
                case when is_fully_active then 'fully active' when is_fully_active is null
                    then 'activity unknown' else 'not fully active' end
                    || case when highest_level > lowest_level
                        then format(': level %s to %s (%s)', lowest_level, highest_level, source)
                        when level is not null
                            then format(': level %s %s (%s)', level, level_text, source)
                        when call is not null then format(': called %s by the laboratory', call)
                            else '' end,
                'open: sequence ' || open_positions,
                rules,
                case when highest_level is not null and call is not null
                    then 'an earlier test called it ' || call end,
                coalesce(periods, 'not taken before'))
        from activity
        order by 1, 2
    $query$;
comment on function _virotrial.obt_candidates_query() is 'the query of obt_candidates(), which runs as the owner of the study';

create function obt_candidates(study text, subject_id text, as_of date default current_date)
    returns table (site_id text, "position" integer, drug text, name text,
        class text, is_fully_active boolean,
        level integer, level_text text, sir text, reason text)
    language c stable strict
    as 'MODULE_PATHNAME', 'study_rows';
comment on function obt_candidates(text, text, date) is 'drugs for the background of a subject, of other classes than the study drug''s and without a recorded intolerance, the most active by all genotypes up to the day first, with the reason in a line each. It supports a decision and takes none: it knows neither what the drugs do together nor the patient';
