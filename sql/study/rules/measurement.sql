-- Measurements: of a visit and its date, within the limits of the assay

insert into rule (name, table_name, clause, evidence, priority, hint, screen, query)
select 'result_visit', table_name, '4', array['visit'], 20,
    'A result of a visit is of its day; one from another day belongs to another visit, or to none.',
    $screen$
coalesce(changed.collected <> (row_of(null::visit, changed.site_id, changed.subject_id, changed.visit)).visit_date, false)
$screen$,
    $rule$
select changed.site_id, changed.subject_id, changed.collected::text,
    format('collected %s, but its visit "%s" was on %s', changed.collected, changed.visit, visit.visit_date)
from changed
join visit using (site_id, subject_id, visit)
where changed.collected <> visit.visit_date
$rule$
from unnest(array['viral_load_result', 'cd4_result', 'genotype']) as table_name;

insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('assay_limits', 'viral_load_result', '4', '{assay}', 30, 'Check the result and its assay; table assay has the limits of quantification.',
$screen$
(case when is_censored(changed.viral_load)
    then coalesce(upper_bound(changed.viral_load) = (in_force(null::assay, changed.assay, changed.collected)).lower_limit,
        lower_bound(changed.viral_load) = (in_force(null::assay, changed.assay, changed.collected)).upper_limit)
    else quantity(changed.viral_load) between (in_force(null::assay, changed.assay, changed.collected)).lower_limit
        and (in_force(null::assay, changed.assay, changed.collected)).upper_limit end) is not true
$screen$,
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

-- A result from before the first dose may be the new baseline of all others.  The
-- screen looks for one first; what is left of the anchor is for a join to find.
insert into rule (name, table_name, clause, anchors, action, screen, query)
values ('assay_change', 'viral_load_result', '4', array['enrolment', $anchor$viral_load_result where exists (
    select from enrolment
    where enrolment.site_id = changed.site_id and enrolment.subject_id = changed.subject_id and enrolment.first_dose >= changed.collected)
$anchor$], 'record',
$screen$
coalesce(changed.collected <= (row_of(null::enrolment, changed.site_id, changed.subject_id)).first_dose
    or changed.assay <> (last_row_until(null::viral_load_result,
        (row_of(null::enrolment, changed.site_id, changed.subject_id)).first_dose,
        changed.site_id, changed.subject_id)).assay, false)
$screen$,
$rule$
with suspect as materialized (
    select changed.site_id, changed.subject_id, changed.collected, changed.assay, enrolment.first_dose
    from changed
    join enrolment using (site_id, subject_id)
    where changed.collected > enrolment.first_dose and exists (
        select from viral_load_result as other
        join enrolment as dosed using (site_id, subject_id)
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id and other.collected <= dosed.first_dose
            and other.assay <> changed.assay)
)
select suspect.site_id, suspect.subject_id, suspect.collected::text,
    format('%s on day %s, another assay than at baseline', suspect.assay, study_day(suspect.collected, suspect.first_dose))
from suspect
where suspect.assay <> (
    select baseline.assay
    from viral_load_result as baseline
    where baseline.site_id = suspect.site_id and baseline.subject_id = suspect.subject_id
        and baseline.collected <= suspect.first_dose
    order by baseline.collected desc, baseline.replicate desc
    limit 1)
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('cd4_method', 'cd4_result', '4', '{protocol}', 30, 'The method is a parameter of the protocol.',
$screen$
coalesce(changed.visit is not null and changed.method <> (in_force(null::protocol, null, changed.collected)).cd4_method, false)
$screen$,
$rule$
select changed.site_id, changed.subject_id, changed.collected::text,
    format('counted by %s instead of %s', changed.method, protocol.cd4_method)
from changed
join protocol_period as protocol on changed.collected >= protocol.effective_from and changed.collected < protocol.effective_before
where changed.visit is not null and changed.method <> protocol.cd4_method
$rule$);
