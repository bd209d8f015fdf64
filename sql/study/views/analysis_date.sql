-- What the protocol says on the analysis date: an analysis has one definition
-- for all subjects

create view _protocol_at_analysis as
    select * from protocol_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _protocol_at_analysis is 'the row of protocol that is in force on the analysis date';

create view analysis_protocol as
    select protocol, amendment, effective_from, (select analysis_date()) as analysis_date
    from _protocol_at_analysis;
comment on view analysis_protocol is 'the version of the protocol whose thresholds and windows the analysis views use for all subjects: the one in force on the analysis date, whether or not each site has approved it. Eligibility, windows of visits and doses are judged by the version of the site and the day';
comment on column analysis_protocol.protocol is 'the short name of the protocol';
comment on column analysis_protocol.amendment is 'its version or amendment';
comment on column analysis_protocol.effective_from is 'the first day on which it applies';
comment on column analysis_protocol.analysis_date is 'the day that it was chosen by: the data cut, or today';

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
