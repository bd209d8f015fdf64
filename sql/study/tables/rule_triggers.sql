-- The triggers that check rules. They come after the rules: these are checked once, all together

create trigger rules_changed_insert after insert on rule
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_insert on rule is 'checks the rules, and makes every session read them again';

create trigger rules_changed_update after update on rule
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_update on rule is 'checks the rules, and makes every session read them again';

create trigger rules_changed_delete after delete or truncate on rule
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_delete on rule is 'makes every session read the rules again';

create trigger rules_changed_insert after insert on rule_context
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_insert on rule_context is 'checks the rules over the contexts, and makes every session read them again';

create trigger rules_changed_update after update on rule_context
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_update on rule_context is 'checks the rules over the contexts, and makes every session read them again';

create trigger rules_changed_delete after delete or truncate on rule_context
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_delete on rule_context is 'makes every session read the rules again';

-- Checks all rules, as after any loss of a context.
delete from rule_context where false;
