-- The triggers of every table that a rule may guard or rely on

call guard('protocol');
call guard('visit_definition');
call guard('required_assessment');
call guard('snapshot_window');
call guard('assay');
call guard('result_word');
call guard('drug');
call guard('algorithm_drug');
call guard('resistance_algorithm_version');
call guard('resistance_algorithm_drug');
call guard('listed_intolerance');
call guard('eligibility_criterion');
call guard('site');
call guard('protocol_approval');
call guard('site_access');
call guard('subject');
call guard('consent_version');
call guard('consent');
call guard('visit');
call guard('hiv_diagnosis');
call guard('art_history');
call guard('intolerance');
call guard('genotype');
call guard('genotype_drug_call');
call guard('viral_load_result');
call guard('cd4_result');
call guard('drug_abnormality');
call guard('lab_test');
call guard('lab_unit');
call guard('lab_code');
call guard('toxicity_grade_table');
call guard('reference_range');
call guard('lab_result');
call guard('missing_result');
call guard('vital_signs');
call guard('physical_examination');
call guard('asked_complaint');
call guard('pregnancy_test');
call guard('medical_history');
call guard('concomitant_medication');
call guard('screening');
call guard('enrolment_stop');
call guard('enrolment_limit');
call guard('enrolment');
call guard('eligibility_verdict');
call guard('arm');
call guard('stratum');
call guard('dose');
call guard('allocation_list');
call guard('allocation');
call guard('regimen');
call guard('solicited_complaint');
call guard('relatedness_category');
call guard('adverse_event');
call guard('adverse_event_relatedness');
call guard('disposition');
call guard('deviation');
call guard('query');
call guard('query_event');
call guard('source_verification');

-- The others that rules do not guard: no row of any table goes without a trace.
do $$
declare
    target regclass;
begin
    for target in select conrelid::regclass from pg_constraint
            where connamespace = (select relnamespace from pg_class where oid = 'change'::regclass)
                and contype = 'p'
                and conrelid <> 'change'::regclass
                and not exists (select from pg_trigger
                    where tgrelid = conrelid and tgname = 'stamp')
            order by conrelid loop
        call keep_history(target);
    end loop;
end;
$$;

create trigger criteria_changed_insert after insert on eligibility_criterion
    referencing new table as changed
    for each statement execute function _virotrial.criteria_changed();
comment on trigger criteria_changed_insert on eligibility_criterion is 'checks the criteria';

create trigger criteria_changed_update after update on eligibility_criterion
    referencing new table as changed
    for each statement execute function _virotrial.criteria_changed();
comment on trigger criteria_changed_update on eligibility_criterion is 'checks the criteria';

create trigger criteria_changed_delete after delete or truncate on eligibility_criterion
    for each statement execute function _virotrial.criteria_changed();
comment on trigger criteria_changed_delete on eligibility_criterion is 'makes every session read the criteria again';

create trigger freeze_eligibility after insert on enrolment
    referencing new table as changed
    for each statement execute function _virotrial.freeze_eligibility();
comment on trigger freeze_eligibility on enrolment is 'writes eligibility_verdict';

create trigger freeze_eligibility_update after update on enrolment
    referencing old table as removed new table as changed
    for each statement execute function _virotrial.freeze_eligibility();
comment on trigger freeze_eligibility_update on enrolment is 'writes eligibility_verdict anew where the day of enrolment moves';

create trigger await_place before insert or update on enrolment
    for each statement execute function _virotrial.await_place($$stratum = '*'$$);
comment on trigger await_place on enrolment is 'lets those who enrol come one by one where places are limited';

create trigger await_place before insert or update on allocation
    for each statement execute function _virotrial.await_place($$stratum <> '*'$$);
comment on trigger await_place on allocation is 'lets those who randomise come one by one where the places of a stratum are limited';

-- What the database alone writes
do $$
declare
    target text;
    keeper text;
    event text;
    tables text;
begin
    for target, keeper, event, tables in
        select * from (values ('eligibility_verdict', 'keep_verdicts'),
            ('deviation', 'keep_deviations'),
            ('deferred_judgement', 'keep_waiting')) as kept
        cross join (values ('insert', 'new table as changed'), ('delete', 'old table as removed'),
            ('update', 'old table as removed new table as changed'), ('truncate', null)) as event
    loop
        execute format('create trigger %s_%s after %2$s on %s %s '
            'for each statement execute function _virotrial.%1$s()',
            keeper, event, target, 'referencing ' || tables);
        execute format('comment on trigger %s_%s on %s is %L', keeper, event, target,
            'refuses a change of what the database alone writes');
    end loop;
end;
$$;

-- Replicated rows fire these alone.
do $$
declare
    target text;
begin
    foreach target in array array['rule', 'rule_context', 'eligibility_criterion'] loop
        execute format('create trigger rules_arrived after insert or update or delete on %I
            for each row execute function _virotrial.rules_arrived()', target);
        execute format('create trigger rules_arrived_truncate after truncate on %I
            for each statement execute function _virotrial.rules_arrived()', target);
        execute format('alter table %I enable always trigger rules_arrived,
            enable always trigger rules_arrived_truncate', target);
        execute format('comment on trigger rules_arrived on %I is %L', target,
            'makes every session read the rules again, also where rows are replicated');
        execute format('comment on trigger rules_arrived_truncate on %I is %L', target,
            'makes every session read the rules again, also where a truncation is replicated');
    end loop;
end;
$$;
