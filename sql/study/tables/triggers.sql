-- The triggers of every table that a rule may guard or rely on

call guard('protocol');
call guard('visit_definition');
call guard('required_assessment');
call guard('snapshot_window');
call guard('assay');
call guard('drug');
call guard('algorithm_drug');
call guard('resistance_algorithm_version');
call guard('resistance_algorithm_drug');
call guard('listed_intolerance');
call guard('eligibility_criterion');
call guard('site');
call guard('subject');
call guard('consent');
call guard('visit');
call guard('hiv_diagnosis');
call guard('art_history');
call guard('intolerance');
call guard('genotype');
call guard('genotype_drug_call');
call guard('viral_load_result');
call guard('cd4_result');
call guard('lab_test');
call guard('lab_unit');
call guard('lab_code');
call guard('toxicity_grade_table');
call guard('reference_range');
call guard('lab_result');
call guard('enrolment');
call guard('eligibility_verdict');
call guard('regimen');
call guard('solicited_complaint');
call guard('relatedness_category');
call guard('adverse_event');
call guard('adverse_event_relatedness');
call guard('disposition');
call guard('deviation');

create trigger rules_changed_insert after insert on rule
    referencing new table as changed
    for each statement execute function rules_changed();
comment on trigger rules_changed_insert on rule is 'checks the rules, and makes every session read them again';

create trigger rules_changed_update after update on rule
    referencing new table as changed
    for each statement execute function rules_changed();
comment on trigger rules_changed_update on rule is 'checks the rules, and makes every session read them again';

create trigger rules_changed_delete after delete or truncate on rule
    for each statement execute function rules_changed();
comment on trigger rules_changed_delete on rule is 'makes every session read the rules again';

create trigger rules_changed_insert after insert on rule_context
    referencing new table as changed
    for each statement execute function rules_changed();
comment on trigger rules_changed_insert on rule_context is 'checks the rules over the contexts, and makes every session read them again';

create trigger rules_changed_update after update on rule_context
    referencing new table as changed
    for each statement execute function rules_changed();
comment on trigger rules_changed_update on rule_context is 'checks the rules over the contexts, and makes every session read them again';

create trigger rules_changed_delete after delete or truncate on rule_context
    for each statement execute function rules_changed();
comment on trigger rules_changed_delete on rule_context is 'makes every session read the rules again';

create trigger criteria_changed_insert after insert on eligibility_criterion
    referencing new table as changed
    for each statement execute function criteria_changed();
comment on trigger criteria_changed_insert on eligibility_criterion is 'checks the criteria';

create trigger criteria_changed_update after update on eligibility_criterion
    referencing new table as changed
    for each statement execute function criteria_changed();
comment on trigger criteria_changed_update on eligibility_criterion is 'checks the criteria';

create trigger criteria_changed_delete after delete or truncate on eligibility_criterion
    for each statement execute function criteria_changed();
comment on trigger criteria_changed_delete on eligibility_criterion is 'makes every session read the criteria again';

create trigger freeze_eligibility after insert on enrolment
    referencing new table as changed
    for each statement execute function freeze_eligibility();
comment on trigger freeze_eligibility on enrolment is 'writes eligibility_verdict';
