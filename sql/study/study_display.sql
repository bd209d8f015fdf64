-- The displays of a report: what each is called, and how its results are laid out

create table virotrial_display (
    display text primary key,
    position integer not null unique,
    title text not null,
    population text not null,
    has_statistic_columns boolean not null,
    shows_visits_only boolean not null default false,
    main_level text,
    footnote text not null
);
comment on table virotrial_display is 'the tables of a report, one row per display';
comment on column virotrial_display.display is 'its name, as display() and analysis_result() take it';
comment on column virotrial_display.position is 'its place in the report';
comment on column virotrial_display.title is 'its title';
comment on column virotrial_display.population is 'the subjects that it is about; N is their number';
comment on column virotrial_display.has_statistic_columns is 'true: a column is a statistic, and a group has rows of its own; false: a column is a group';
comment on column virotrial_display.shows_visits_only is 'whether results without a visit are left to a figure';
comment on column virotrial_display.main_level is 'the level of the main analysis, which is marked by *';
comment on column virotrial_display.footnote is 'what a reader must know of it';
grant select on virotrial_display to public;

create table virotrial_display_line (
    display text not null references virotrial_display,
    line integer not null,
    label text,
    template text not null,
    statistics text[] not null,
    primary key (display, line)
);
comment on table virotrial_display_line is 'how the results of a display become cells: one row per line of a variable, or per column of statistics; a line shows where all of its statistics are there';
comment on column virotrial_display_line.display is 'the display';
comment on column virotrial_display_line.line is 'the place of the line, or of the column';
comment on column virotrial_display_line.label is 'its label; null for the level of the variable';
comment on column virotrial_display_line.template is 'the text of a cell, with %s for each statistic';
comment on column virotrial_display_line.statistics is 'the statistics of the template, at most four';
grant select on virotrial_display_line to public;

create table virotrial_analysis_set (
    analysis_set text primary key,
    position integer not null unique,
    population text not null,
    displays text[]
);
comment on table virotrial_analysis_set is 'the analysis sets that displays may be over, one row per set; the view analysis_set of a study has the members';
comment on column virotrial_analysis_set.analysis_set is 'its name, as display() and the view analysis_set have it';
comment on column virotrial_analysis_set.position is 'its place in lists';
comment on column virotrial_analysis_set.population is 'the subjects of it, as a display names them';
comment on column virotrial_analysis_set.displays is 'the displays that may be over it; null for all that are of treated subjects';
grant select on virotrial_analysis_set to public;

insert into virotrial_analysis_set (analysis_set, position, population, displays)
values
('treated', 10, 'treated subjects', null),
('efficacy', 20, 'treated subjects with a baseline viral load', null),
('per protocol', 30, 'subjects treated per protocol', null),
('randomised', 40, 'randomised subjects', '{demographics,disposition,deviations,medical_history,prior_medication,resistance_at_baseline,response,response_by_subgroup,viral_load_change,cd4_change}');

insert into virotrial_display
    (display, position, title, population, has_statistic_columns, shows_visits_only, main_level,
    footnote)
values
('consort', 10, 'Flow of subjects', 'all subjects that were screened', false, false, null,
    'Discontinued: gave up the study drug or the study. Left the study: has not completed it.'),
('demographics', 20, 'Demographics and baseline characteristics', 'treated subjects', false, false,
    null, 'Age is that on the day of consent. Baseline is the last result on or before the first dose. Means and quartiles of HIV-1 RNA and CD4 count are of results that are numbers; others count as missing there. "Not known": a result beyond a limit of its assay leaves the answer open, or a drug was not judged. Quartiles interpolate between the nearest subjects (type 7 of R).'),
('populations', 25, 'Populations', 'enrolled subjects', false, false, null,
    'Per protocol: no deviation that excludes by the protocol, and treated as allocated.'),
('disposition', 30, 'Disposition', 'treated subjects', false, false, null,
    'The reason is that of what came first, the end of the study drug or of the study.'),
('exposure', 40, 'Exposure to the study drug', 'treated subjects', false, false, null,
    'Days on treatment leave out interruptions. A year has 365.25 days. A subject counts in each duration that is reached.'),
('deviations', 50, 'Deviations from the protocol', 'treated subjects', false, false, null,
    'Subjects with a deviation, and the number of deviations. A deviation has no day, so that the data cut does not leave one out.'),
('medical_history', 52, 'Medical history', 'treated subjects', false, false, null,
    'Conditions that began up to the first dose, or of which that is not known. A subject counts once per class and term.'),
('prior_medication', 54, 'Prior medication', 'treated subjects', false, false, null,
    'Medication that began before the first dose, or of which that is not known; antiretroviral drugs, too.'),
('concomitant_medication', 56, 'Concomitant medication', 'treated subjects', false, false, null,
    'Medication that was taken on or after the first dose, or may have been; the background therapy, too. The study drug is left out.'),
('resistance_at_baseline', 58, 'Resistance at baseline', 'treated subjects', false, false, null,
    'Subjects whom a genotypic test up to enrolment called resistant to the drug, of those with a call.'),
('response', 60, 'Virologic response by visit', 'treated subjects', true, false,
    'non-completer = failure',
    'The limits are exact (Clopper and Pearson). Where censoring leaves an answer unknown, the rate counts it as a failure, and the true rate lies between those of the last column. Missing: without a result at the visit. Observed leaves them out; non-completer = failure counts them as failures; treatment-related discontinuation = failure counts only those as failures who left for lack of efficacy, an adverse event or death; last observation carried forward takes the last result up to leaving. Snapshot is that of the FDA: missing is without virologic data in the window. * The main analysis.'),
('viral_load_change', 70, 'Fall of HIV-1 RNA from baseline by visit', 'treated subjects', true,
    false, null,
    'Substituted: a bound counts as the value. Likelihood: a normal distribution with censoring. The median needs no model, and is a bound if it lies among censored values. Missing: no baseline, or no result at the visit. Unknown: baseline and result are both beyond a limit, so that nothing is known of the fall. 95 % limits.'),
('cd4_change', 80, 'Change of CD4 count from baseline by visit', 'treated subjects', true, false,
    null, 'The mean has t limits, the median those of the sign test; the estimate of Hodges and Lehmann has those of the signed-rank distribution. The p value is of the signed-rank test. Missing: no baseline, or no count at the visit. Unknown: a count is a limit, so that the change is no number. 95 % limits.'),
('kaplan_meier', 90, 'Times to an event, estimated by Kaplan and Meier', 'treated subjects', true,
    true, null,
    'Without the event: the estimate on the day of the visit, with log-log limits of 95 %. Time to response is the day of the first result below the threshold. Time to loss of response is that of the FDA (TLOVR): who never had two results in a row below the threshold lost it on the first day. Time to discontinuation counts the first and the last day on treatment.'),
('resistance_emergent', 95, 'Resistance that emerged at virologic failure', 'treated subjects',
    false, false, null,
    'Emergent: a mutation since failure that no test before treatment showed, in a gene that was read then.'),
('adverse_events', 100, 'Adverse events, overview', 'treated subjects', true, false, null,
    'Treatment-emergent events. The limits are exact. The rate is of events per 100 person-years. Unknown: subjects with an event that may have begun before treatment.'),
('adverse_events_by_term', 110, 'Adverse events by term', 'treated subjects', false, false, null,
    'Treatment-emergent events: subjects (per cent), and events. A subject counts once per term. The most frequent terms come first.'),
('adverse_events_by_grade', 120, 'Adverse events by term and highest grade', 'treated subjects',
    false, false, null, 'Treatment-emergent events. Each subject counts at the highest grade.'),
('adverse_events_in_detail', 105, 'Adverse events: seriousness, grade and action taken',
    'treated subjects', false, false, null,
    'Treatment-emergent events. A subject counts once per row, and at the highest grade.'),
('adverse_events_by_class', 107, 'Adverse events by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Treatment-emergent events: subjects (per cent), and events. A subject counts once per row. Not coded: counted under the term as reported.'),
('common_adverse_events', 109, 'Adverse events of at least 5 % of the subjects',
    'treated subjects', false, false, null,
    'Treatment-emergent events by preferred term: subjects (per cent), and events.'),
('serious_events_by_class', 121, 'Serious adverse events by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Treatment-emergent events: subjects (per cent), and events. A subject counts once per row.'),
('discontinuation_events_by_class', 122,
    'Adverse events leading to discontinuation by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Treatment-emergent events for which the study drug was withdrawn: subjects (per cent), and events.'),
('adverse_events_by_subgroup', 123, 'Adverse events by subgroup', 'treated subjects', false, false,
    null, 'Subjects with a treatment-emergent event, of the subjects of the subgroup.'),
('serious_events_by_subgroup', 124, 'Serious adverse events by subgroup', 'treated subjects',
    false, false, null,
    'Subjects with a serious treatment-emergent event, of the subjects of the subgroup.'),
('solicited_complaints', 125, 'Adverse events of interest: complaints that the protocol asks for',
    'treated subjects', false, false, null,
    'Treatment-emergent events. A subject counts once per row, and at the highest grade.'),
('fatal_events_by_class', 126, 'Fatal adverse events by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Adverse events with the outcome of death, during treatment and after: subjects (per cent), and events.'),
('deaths', 130, 'Deaths, and candidates of Hy''s law', 'treated subjects', true, false, null,
    'Hy''s law: alanine (ALT) or aspartate (AST) aminotransferase at least 3 times, and bilirubin at least twice the upper limit of normal, with alkaline phosphatase below twice its limit. Unknown: a result beyond a limit, or a missing one, leaves the answer open.'),
('laboratory_values', 140, 'Laboratory values by visit, and change from baseline',
    'treated subjects', true, false, null,
    'Of results that are numbers; the column "censored" counts those that are limits, which are in no other figure. 95 % t limits.'),
('laboratory_shifts', 150, 'Laboratory: grade at baseline and worst grade on treatment',
    'treated subjects', true, false, null, 'Number of subjects. Toxicity grades of the protocol''s scheme. Unknown: a result that leaves the grade open, such as one beyond a limit, or at a bound of the scheme that is not verified. Not known: unknown or missing.'),
('laboratory_abnormalities', 160, 'Laboratory: grades 3 and 4 on treatment', 'treated subjects',
    true, false, null, 'The worst grade on treatment. The limits are exact. Unknown: subjects whose results leave the answer open; they are not in the denominator. Worse: the grade at baseline was lower, or missing.'),
('electrocardiogram', 170, 'Electrocardiograms on treatment', 'treated subjects', true, false, null,
    'Subjects with the finding at least once. QTcF: the QT interval corrected by Fridericia. The limits are exact. Unknown: subjects of whom it cannot be told, such as for want of a baseline; they are not in the denominator.'),
('vital_signs', 180, 'Vital signs by visit, and change from baseline', 'treated subjects', true,
    false, null, 'Baseline is the last measurement on or before the first dose. 95 % t limits.'),
('blood_pressure', 190, 'Blood pressure on treatment by category', 'treated subjects', false,
    false, null, 'The highest, and for hypotension the lowest pressure on treatment of each subject, of those with one. The categories overlap.');

update virotrial_display set footnote = footnote ||
    ' NRTI and NNRTI: nucleoside and non-nucleoside inhibitors of reverse transcriptase. PI and INSTI: inhibitors of protease and of integrase.'
where display in ('prior_medication', 'concomitant_medication', 'resistance_at_baseline');

insert into virotrial_display_line (display, line, label, template, statistics)
values
('consort', 1, null, '%s', '{n}'),
('populations', 1, null, '%s (%s %%)', '{n,percent}'),
('medical_history', 1, null, '%s (%s %%)', '{n,percent}'),
('prior_medication', 1, null, '%s (%s %%)', '{n,percent}'),
('concomitant_medication', 1, null, '%s (%s %%)', '{n,percent}'),
('resistance_at_baseline', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('resistance_emergent', 1, null, '%s (%s %%)', '{n,percent}'),
('adverse_events_in_detail', 1, null, '%s (%s %%)', '{n,percent}'),
('adverse_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('common_adverse_events', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('serious_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('discontinuation_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('fatal_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('adverse_events_by_subgroup', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('serious_events_by_subgroup', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('solicited_complaints', 1, null, '%s (%s %%)', '{n,percent}'),
('vital_signs', 1, 'n', '%s', '{n}'),
('vital_signs', 2, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('vital_signs', 3, 'median', '%s', '{median}'),
('vital_signs', 4, 'minimum, maximum', '%s, %s', '{min,max}'),
('vital_signs', 5, 'change, n', '%s', '{change_n}'),
('vital_signs', 6, 'change, mean (95 % limits)', '%s (%s to %s)',
    '{change_mean,change_ci_lower,change_ci_upper}'),
('blood_pressure', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('demographics', 1, 'n (missing)', '%s (%s)', '{n,missing}'),
('demographics', 2, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('demographics', 3, 'median (Q1, Q3)', '%s (%s, %s)', '{median,p25,p75}'),
('demographics', 4, 'minimum, maximum', '%s, %s', '{min,max}'),
('demographics', 5, null, '%s (%s %%)', '{n,percent}'),
('disposition', 1, null, '%s (%s %%)', '{n,percent}'),
('exposure', 1, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('exposure', 2, 'median (Q1, Q3)', '%s (%s, %s)', '{median,p25,p75}'),
('exposure', 3, 'minimum, maximum', '%s, %s', '{min,max}'),
('exposure', 4, 'sum', '%s', '{sum}'),
('exposure', 5, null, '%s (%s %%)', '{n,percent}'),
('deviations', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('response', 1, 'responders/of', '%s/%s', '{n,evaluable}'),
('response', 2, 'missing', '%s', '{missing}'),
('response', 3, 'unknown', '%s', '{unknown}'),
('response', 4, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('response', 5, 'lowest and highest %', '%s to %s', '{percent_lowest,percent_highest}'),
('viral_load_change', 1, 'n', '%s', '{n}'),
('viral_load_change', 2, 'missing', '%s', '{missing}'),
('viral_load_change', 3, 'unknown', '%s', '{unknown}'),
('viral_load_change', 4, 'censored', '%s', '{censored}'),
('viral_load_change', 5, 'mean, substituted', '%s (%s to %s)', '{mean,ci_lower,ci_upper}'),
('viral_load_change', 6, 'mean, likelihood', '%s (%s to %s)',
    '{mean_mle,mle_ci_lower,mle_ci_upper}'),
('viral_load_change', 7, 'median', '%s (%s to %s)', '{median,median_ci_lower,median_ci_upper}'),
('cd4_change', 1, 'n', '%s', '{n}'),
('cd4_change', 2, 'missing', '%s', '{missing}'),
('cd4_change', 3, 'unknown', '%s', '{not_evaluable}'),
('cd4_change', 4, 'mean', '%s (%s to %s)', '{mean,ci_lower,ci_upper}'),
('cd4_change', 5, 'median', '%s (%s to %s)', '{median,median_ci_lower,median_ci_upper}'),
('cd4_change', 6, 'Hodges-Lehmann', '%s (%s to %s)',
    '{hodges_lehmann,hodges_lehmann_ci_lower,hodges_lehmann_ci_upper}'),
('cd4_change', 7, 'p', '%s', '{p_value}'),
('kaplan_meier', 1, 'day', '%s', '{days}'),
('kaplan_meier', 2, 'at risk', '%s', '{at_risk}'),
('kaplan_meier', 3, 'without the event, % (95 % limits)', '%s (%s to %s)',
    '{percent,ci_lower,ci_upper}'),
('adverse_events', 1, 'subjects', '%s', '{n}'),
('adverse_events', 2, 'unknown', '%s', '{unknown}'),
('adverse_events', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('adverse_events', 4, 'events', '%s', '{events}'),
('adverse_events', 5, 'rate (95 % limits)', '%s (%s to %s)', '{rate,rate_ci_lower,rate_ci_upper}'),
('adverse_events_by_term', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('adverse_events_by_grade', 1, null, '%s (%s %%)', '{n,percent}'),
('deaths', 1, 'subjects', '%s', '{n}'),
('deaths', 2, 'unknown', '%s', '{unknown}'),
('deaths', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('laboratory_values', 1, 'n', '%s', '{n}'),
('laboratory_values', 2, 'censored', '%s', '{censored}'),
('laboratory_values', 3, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('laboratory_values', 4, 'median', '%s', '{median}'),
('laboratory_values', 5, 'change, n', '%s', '{change_n}'),
('laboratory_values', 6, 'change, mean (95 % limits)', '%s (%s to %s)',
    '{change_mean,change_ci_lower,change_ci_upper}'),
('laboratory_shifts', 1, 'worst 0', '%s', '{worst_grade_0}'),
('laboratory_shifts', 2, 'worst 1', '%s', '{worst_grade_1}'),
('laboratory_shifts', 3, 'worst 2', '%s', '{worst_grade_2}'),
('laboratory_shifts', 4, 'worst 3', '%s', '{worst_grade_3}'),
('laboratory_shifts', 5, 'worst 4', '%s', '{worst_grade_4}'),
('laboratory_shifts', 6, 'worst not known', '%s', '{worst_grade_not_known}'),
('laboratory_shifts', 7, 'all', '%s', '{n}'),
('laboratory_abnormalities', 1, 'subjects/of', '%s/%s', '{n,evaluable}'),
('laboratory_abnormalities', 2, 'unknown', '%s', '{unknown}'),
('laboratory_abnormalities', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('laboratory_abnormalities', 4, 'worse', '%s', '{worsened}'),
('electrocardiogram', 1, 'subjects/of', '%s/%s', '{n,evaluable}'),
('electrocardiogram', 2, 'unknown', '%s', '{unknown}'),
('electrocardiogram', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}');
