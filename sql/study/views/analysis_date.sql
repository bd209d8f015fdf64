-- What the protocol says on the analysis date: an analysis has one definition
-- for all subjects

create view _protocol_at_analysis as
    select * from protocol_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _protocol_at_analysis is 'the row of protocol that is in force on the analysis date';

create view _threshold_at_analysis as
    select distinct limits.threshold
    from _protocol_at_analysis
    cross join lateral (values (response_threshold), (suppression_threshold)) as limits (threshold);
comment on view _threshold_at_analysis is 'the thresholds of viral load by which outcomes are told';
comment on column _threshold_at_analysis.threshold is 'copies/mL';

create view _visit_definition_at_analysis as
    select * from visit_definition_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _visit_definition_at_analysis is 'the visits as they are defined on the analysis date';

create view _snapshot_window_at_analysis as
    select * from snapshot_window_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _snapshot_window_at_analysis is 'the windows of the Snapshot that are in force on the analysis date';
