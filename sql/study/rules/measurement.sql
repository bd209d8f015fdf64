-- Measurements: of a visit and its date, within the limits of the assay

insert into rule (name, table_name, clause, evidence, priority, hint, query)
select 'result_visit', table_name, '4', array['visit'], 20,
    'A result of a visit is of its day; one from another day belongs to another visit, or to none.',
    $rule$
select changed.site_id, changed.subject_id, changed.collected::text,
    format('collected %s, but its visit "%s" was on %s', changed.collected, changed.visit, visit.visit_date)
from changed
join visit using (site_id, subject_id, visit)
where changed.collected <> visit.visit_date
$rule$
from unnest(array['viral_load_result', 'cd4_result', 'genotype']) as table_name;

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('assay_limits', 'viral_load_result', '4', '{assay}', 30, 'Check the result and its assay; table assay has the limits of quantification.',
$rule$
select changed.site_id, changed.subject_id, changed.collected::text,
    case when assay.assay is null then format('"%s" is not an assay of the study', changed.assay)
        else format('%s is not a result of %s, whose limits are %s and %s', changed.viral_load, changed.assay, assay.lower_limit, assay.upper_limit) end
from changed
left join assay on assay.assay = changed.assay and assay.effective_from <= changed.collected
where (case when is_censored(changed.viral_load)
        then coalesce(upper_bound(changed.viral_load) = assay.lower_limit, lower_bound(changed.viral_load) = assay.upper_limit)
        else quantity(changed.viral_load) between assay.lower_limit and assay.upper_limit end) is not true
    and not exists (
        select from assay as later
        where later.assay = changed.assay and later.effective_from <= changed.collected
            and later.effective_from > assay.effective_from)
$rule$);

-- A result from before the first dose may be the new baseline of all others.
insert into rule (name, table_name, clause, anchors, evidence, action, screen, query)
values ('assay_change', 'viral_load_result', '4', '{enrolment}', '{viral_load_result}', 'record',
$rule$
select from changed
join viral_load_result as other using (site_id, subject_id)
where other.assay <> changed.assay
$rule$,
$rule$
select result.site_id, result.subject_id, result.collected::text,
    format('%s on day %s, another assay than at baseline', result.assay, study_day(result.collected, enrolment.first_dose))
from changed
join enrolment using (site_id, subject_id)
join viral_load_result as result using (site_id, subject_id)
where result.collected > enrolment.first_dose
    and (result.collected = changed.collected or changed.collected <= enrolment.first_dose)
    and exists (
        select from viral_load_result as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id and other.assay <> changed.assay)
    and result.assay <> (
        select baseline.assay
        from viral_load_result as baseline
        where baseline.site_id = result.site_id and baseline.subject_id = result.subject_id
            and baseline.collected <= enrolment.first_dose
        order by baseline.collected desc, baseline.replicate desc
        limit 1)
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('cd4_method', 'cd4_result', '4', '{protocol}', 30, 'The method is a parameter of the protocol.',
$rule$
select changed.site_id, changed.subject_id, changed.collected::text,
    format('counted by %s instead of %s', changed.method, protocol.cd4_method)
from changed
join protocol_period as protocol on changed.collected >= protocol.effective_from and changed.collected < protocol.effective_before
where changed.visit is not null and changed.method <> protocol.cd4_method
$rule$);
