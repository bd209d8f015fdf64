-- The eligibility criteria.  Each query says met (true), not met (false), or
-- null where the data cannot tell; a censored viral load often cannot.

insert into eligibility_criterion (criterion, position, description, clause, query)
values ('consent', 1, 'informed consent is signed and in force', '2',
$criterion$
select candidate.site_id, candidate.subject_id,
    coalesce(bool_or(consent.signed <= candidate.as_of
        and (consent.withdrawn is null or consent.withdrawn >= candidate.as_of)), false),
    coalesce(string_agg(format('version %s signed %s%s', consent.version, consent.signed,
        ', withdrawn ' || consent.withdrawn), '; '
        order by consent.signed, consent.version) filter (where consent.version is not null),
            'no consent is recorded')
from candidate
left join consent using (site_id, subject_id)
group by candidate.site_id, candidate.subject_id
$criterion$);

insert into eligibility_criterion (criterion, position, description, clause, query)
values ('age', 2, 'old enough on the day of consent', '1',
$criterion$
select candidate.site_id, candidate.subject_id,
    case when protocol.minimum_age_is_strict
        then age.lived > make_interval(years => protocol.minimum_age::integer)
        else extract(year from age.lived) >= protocol.minimum_age end,
    coalesce(format('aged %s on the day of consent%s', extract(year from age.lived),
        case when age.lived = make_interval(years => protocol.minimum_age::integer)
            then ', a birthday' end), 'no consent is recorded')
from candidate
join subject using (site_id, subject_id)
join protocol_period as protocol on candidate.as_of >= protocol.effective_from
    and candidate.as_of < protocol.effective_before
cross join lateral (
    select age(min(consent.signed), subject.birth_date) as lived
    from consent
    where consent.site_id = candidate.site_id and consent.subject_id = candidate.subject_id) as age
$criterion$);

insert into eligibility_criterion (criterion, position, description, clause, query)
values ('hiv_diagnosis', 3, 'HIV infection diagnosed by the guideline, and confirmed', '1 i',
$criterion$
select candidate.site_id, candidate.subject_id,
    coalesce(hiv_diagnosis.guideline = protocol.diagnosis_guideline
        and coalesce(hiv_diagnosis.confirmed <= candidate.as_of, false), false),
    case when hiv_diagnosis.guideline is null then 'no diagnosis is recorded'
        else format('%s, by the guideline %s',
            coalesce('confirmed ' || hiv_diagnosis.confirmed, 'not confirmed'),
            hiv_diagnosis.guideline) end
from candidate
join protocol_period as protocol on candidate.as_of >= protocol.effective_from
    and candidate.as_of < protocol.effective_before
left join hiv_diagnosis using (site_id, subject_id)
$criterion$);

insert into eligibility_criterion (criterion, position, description, clause, query)
values ('prior_failure', 4,
    'previous antiretroviral treatment has failed by definition (i), (ii) or (iii)', '1 ii',
$criterion$
with
asked as materialized (
    select candidate.*, protocol.haart_minimum_drugs,
        protocol.failure_reduction_weeks::integer,
        protocol.failure_reduction_log10,
        protocol.failure_detectable_months::integer, protocol.detection_limit,
        protocol.intolerance_minimum_drugs, protocol.intolerance_requires_failure
    from candidate
    join protocol_period as protocol on candidate.as_of >= protocol.effective_from
        and candidate.as_of < protocol.effective_before
),
-- the days on which the number of drugs taken together changes
change as (
    select asked.site_id, asked.subject_id, asked.haart_minimum_drugs, event.day,
        sum(event.change) as change
    from asked
    join art_history using (site_id, subject_id)
    join drug using (drug)
    cross join lateral (values (art_history.started, 1),
        (art_history.stopped, -1)) as event (day, change)
    where not drug.is_booster and event.day <= asked.as_of
    group by asked.site_id, asked.subject_id, asked.haart_minimum_drugs, event.day
),
combination as (
    select site_id, subject_id, day,
        sum(change) over (partition by site_id, subject_id order by day)
            >= haart_minimum_drugs as is_haart
    from change
),
switch as (
    select *, lag(is_haart, 1, false)
        over (partition by site_id, subject_id order by day) as was_haart
    from combination
),
haart as (
    select site_id, subject_id, is_haart, day as started,
        lead(day, 1, 'infinity') over (partition by site_id, subject_id order by day) as stopped
    from switch
    where is_haart <> was_haart
),
course as (
    select asked.*, haart.started, haart.stopped, before.viral_load as baseline
    from asked
    join haart using (site_id, subject_id)
    left join lateral (
        select viral_load_result.viral_load
        from viral_load_result
        where viral_load_result.site_id = asked.site_id and viral_load_result.subject_id
            = asked.subject_id
            and viral_load_result.collected <= haart.started
        order by viral_load_result.collected desc, viral_load_result.replicate desc
        limit 1
    ) as before on true
    where haart.is_haart and least(haart.stopped, asked.as_of)
        >= haart.started + 7 * asked.failure_reduction_weeks
),
result as (
    select course.*, viral_load_result.collected, viral_load_result.viral_load,
        viral_load_result.viral_load >= course.detection_limit as is_detectable,
        bool_or(viral_load_result.viral_load < course.detection_limit)
            over earlier as was_suppressed,
        count(*) over earlier > count(viral_load_result.viral_load < course.detection_limit)
            over earlier as suppression_is_unclear
    from course
    join viral_load_result using (site_id, subject_id)
    where viral_load_result.collected > course.started
        and viral_load_result.collected <= least(course.stopped, course.as_of)
    window earlier as (partition by course.site_id, course.subject_id, course.started
        order by viral_load_result.collected,
            viral_load_result.replicate rows between unbounded preceding and 1 preceding)
),
judged as (
    select result.*, definition.name, definition.is_met,
        row_number() over (partition by site_id, subject_id
            order by definition.is_met desc nulls last, collected, definition.name) as place
    from result
    cross join lateral (values
        ('i', case when collected >= started + 7 * failure_reduction_weeks
            then log_reduction(baseline, viral_load) < failure_reduction_log10 else false end),
        ('ii', case when collected >= started + make_interval(months => failure_detectable_months)
            then is_detectable else false end),
        ('iii', is_detectable and case when was_suppressed then true when suppression_is_unclear then null else false end)
    ) as definition (name, is_met)
),
failure as (
    select asked.site_id, asked.subject_id,
        case when bool_or(judged.is_met) then true
            when count(judged.place) > count(judged.is_met) then null
            when count(judged.place) > 0 then false
            when exists (select from course where course.site_id = asked.site_id
                and course.subject_id = asked.subject_id) then null
            else false end as is_met,
        coalesce(
            max(format('(%s) %s copies/mL on %s, on HAART from %s', judged.name, judged.viral_load,
                judged.collected, judged.started))
                filter (where judged.place = 1 and judged.is_met),
            case when count(judged.place) > count(judged.is_met)
                then 'the viral loads on HAART cannot tell'
                when count(judged.place) > 0 then 'no viral load on HAART shows failure'
                when exists (select from course where course.site_id = asked.site_id
                    and course.subject_id = asked.subject_id)
                then 'no viral load on HAART is recorded'
                else 'no HAART of sufficient length is recorded' end) as evidence
    from asked
    left join judged using (site_id, subject_id)
    group by asked.site_id, asked.subject_id
),
tolerance as (
    select asked.site_id, asked.subject_id,
        case when count(distinct known.drug) filter (where known.is_certain)
                >= asked.intolerance_minimum_drugs then true
            when count(distinct known.drug) < asked.intolerance_minimum_drugs then false
            end as is_intolerant
    from asked
    left join lateral counted_intolerance(asked.site_id, asked.subject_id, asked.as_of) as known
        on true
    group by asked.site_id, asked.subject_id, asked.intolerance_minimum_drugs
)
select asked.site_id, asked.subject_id,
    failure.is_met or (not asked.intolerance_requires_failure and tolerance.is_intolerant),
    case when not asked.intolerance_requires_failure and tolerance.is_intolerant
        and failure.is_met is not true
        then failure.evidence || '; not required of who enters for intolerance'
            else failure.evidence end
from asked
join failure using (site_id, subject_id)
join tolerance using (site_id, subject_id)
$criterion$);

insert into eligibility_criterion (criterion, position, description, clause, query)
values ('resistance_or_intolerance', 5,
    'multi-drug resistance by genotype, or serious intolerance to several drugs', '1, 1 iii, 1 iv',
$criterion$
with
asked as materialized (
    select candidate.*, protocol.resistance_minimum_drugs, protocol.resistance_minimum_classes,
        protocol.intermediate_counts_as_resistant, protocol.intolerance_minimum_drugs
    from candidate
    join protocol_period as protocol on candidate.as_of >= protocol.effective_from
        and candidate.as_of < protocol.effective_before
),
-- of positions that were not read, the least that they leave is established
resistance as (
    select asked.site_id, asked.subject_id, count(*) as calls,
        max(activity.algorithm || ' ' || activity.algorithm_version) as algorithm,
        count(*) filter (where resistant.is_so) as drugs,
        count(distinct drug.class) filter (where resistant.is_so) as classes,
        count(*) filter (where resistant.may_be_so) as possible_drugs,
        count(distinct drug.class) filter (where resistant.may_be_so) as possible_classes,
        string_agg(format('%s (%s)', drug.drug, activity.open_positions), ', ' order by drug.drug)
            filter (where resistant.may_be_so and not resistant.is_so) as open_drugs,
        string_agg(drug.drug, ', ' order by drug.drug) filter (where resistant.is_so) as list,
        string_agg(format('%s %s', drug.drug, activity.laboratory_call), ', ' order by drug.drug)
            filter (where activity.is_disputed) as disagreement
    from asked
    -- offset 0: the genotypes of the candidates are read, and no others
    cross join lateral (
        select * from drug_activity as known
        where known.site_id = asked.site_id and known.subject_id = asked.subject_id
            and asked.as_of >= known.effective_from and asked.as_of < known.effective_before
        offset 0
    ) as activity
    join drug on drug.drug = activity.drug and not drug.is_booster
    cross join lateral (
        select activity.degree >= least.degree as is_so,
            activity.possible_degree >= least.degree as may_be_so
        from (values (case when asked.intermediate_counts_as_resistant then 2 else 3 end))
            as least (degree)
    ) as resistant
    group by asked.site_id, asked.subject_id
),
tolerance as (
    select asked.site_id, asked.subject_id,
        count(distinct known.drug) filter (where known.is_certain) as drugs,
        count(distinct known.drug) as possible_drugs,
        string_agg(distinct format('%s (%s%s)', known.drug, known.reaction,
            case when not known.is_certain then ', perhaps after the day' end), ', ')
            filter (where known.drug is not null) as list
    from asked
    left join lateral counted_intolerance(asked.site_id, asked.subject_id, asked.as_of) as known
        on true
    group by asked.site_id, asked.subject_id
)
select asked.site_id, asked.subject_id,
    case
        when resistance.drugs >= asked.resistance_minimum_drugs
            and resistance.classes >= asked.resistance_minimum_classes then true
        when tolerance.drugs >= asked.intolerance_minimum_drugs then true
        when tolerance.possible_drugs >= asked.intolerance_minimum_drugs then null
        when resistance.calls is null then null
        when resistance.possible_drugs >= asked.resistance_minimum_drugs
            and resistance.possible_classes >= asked.resistance_minimum_classes then null
        else false
    end,
    case when resistance.calls is null then 'no genotype is recorded'
        else 'resistance by genotype' || coalesce(' (' || resistance.algorithm || ')', '') || ': '
            || coalesce(resistance.list, 'none')
            || coalesce(', open: ' || resistance.open_drugs, '')
            || coalesce(' (the laboratory otherwise: ' || resistance.disagreement || ')', '') end
    || '; serious intolerance: ' || coalesce(tolerance.list, 'none')
from asked
left join resistance using (site_id, subject_id)
join tolerance using (site_id, subject_id)
$criterion$);
