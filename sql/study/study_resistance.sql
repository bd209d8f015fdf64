-- The optimized background: which drugs there are to choose from

-- study_rows() runs the query that the function of its name and _query returns.
create function _virotrial.obt_candidates_query() returns text
    language sql immutable parallel safe
    return $query$
        with
        asked as (
            select subject.site_id, subject.subject_id, under_study.class as study_class,
                (select count(*)
                    from genotype
                    where genotype.site_id = subject.site_id
                        and genotype.subject_id = subject.subject_id
                        and genotype.collected <= $3 and genotype.mutations is not null) as tests
            from subject
            join protocol_period as protocol on $3 >= protocol.effective_from
                and $3 < protocol.effective_before
            left join drug as under_study on under_study.drug = protocol.study_drug
            where subject.subject_id = $2
        ),
        -- offset 0: the genotypes of the subject are read, and no others
        activity as (
            select known.*
            from asked
            cross join lateral (
                select * from drug_activity as kept
                where kept.site_id = asked.site_id and kept.subject_id = asked.subject_id
                    and $3 >= kept.effective_from and $3 < kept.effective_before
                offset 0
            ) as known
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
        choice as (
            select asked.site_id, drug.drug, drug.name, drug.class,
                activity.level, activity.level_text, activity.sir,
                activity.lowest_level, activity.highest_level, activity.open_positions,
                activity.is_fully_active,
                case when activity.degree = activity.possible_degree then activity.degree
                    end as degree,
                format('%s %s, %s %s', activity.algorithm, activity.algorithm_version,
                    asked.tests, case asked.tests when 1 then 'genotype' else 'genotypes' end)
                    as source,
                nullif(activity.rules, '') as rules, history.periods,
                case when activity.highest_level is null then activity.laboratory_call
                    else activity.call_without_mutations end as call
            from asked
            join drug on drug.class is distinct from asked.study_class and not drug.is_booster
            left join activity on activity.site_id = asked.site_id and activity.drug = drug.drug
            left join history on history.site_id = asked.site_id and history.drug = drug.drug
            where not exists (
                select from intolerance
                where intolerance.site_id = asked.site_id
                    and intolerance.subject_id = asked.subject_id
                    and intolerance.drug = drug.drug and intolerance.onset <= $3)
                and not exists (
                    select from serious_intolerance as known
                    where known.site_id = asked.site_id and known.subject_id = asked.subject_id
                        and known.drug = drug.drug and known.onset_first <= $3)
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
                coalesce(periods, 'not taken before'),
                'against it: ' || abnormality_against(site_id, $2, drug, $3))
        from choice
        order by 1, 2
    $query$;
comment on function _virotrial.obt_candidates_query() is 'the query of obt_candidates(), which runs as the owner of the study';

create function obt_candidates(study text, subject_id text, as_of date default current_date)
    returns table (site_id text, "position" integer, drug text, name text,
        class text, is_fully_active boolean,
        level integer, level_text text, sir text, reason text)
    language c stable
    as 'MODULE_PATHNAME', 'study_rows';
comment on function obt_candidates(text, text, date) is 'drugs for the background of a subject, of other classes than the study drug''s and without a recorded intolerance or a serious event related to it, the most active by all genotypes up to the day first, with the reason in a line each. It supports a decision and takes none: it knows neither what the drugs do together nor the patient';
