-- The figures of a report: Vega-Lite specifications, which figure() gives their data

-- Displays that figures draw
insert into virotrial_display
    (display, position, title, population, has_statistic_columns, shows_visits_only, main_level,
    footnote)
values
('response_by_subgroup', 65, 'Virologic response by subgroup and site', 'treated subjects', true,
    false, null,
    'HIV-1 RNA below the threshold of the last column, non-completer = failure, at the last visit that at least half of the subjects have reached. Missing: without a result at the visit; they count as failures. The limits are exact (Clopper and Pearson). Where censoring leaves an answer unknown, the rate counts it as a failure, and the true rate lies between the lowest and highest. A difference of two arms, in percentage points, has the score limits of Miettinen and Nurminen. No limits are adjusted for how many there are.');

insert into virotrial_display_line (display, line, label, template, statistics)
values
('response_by_subgroup', 1, 'responders/of', '%s/%s', '{n,evaluable}'),
('response_by_subgroup', 2, 'missing', '%s', '{missing}'),
('response_by_subgroup', 3, 'unknown', '%s', '{unknown}'),
('response_by_subgroup', 4, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('response_by_subgroup', 5, 'lowest and highest %', '%s to %s', '{percent_lowest,percent_highest}'),
('response_by_subgroup', 6, 'below, copies/mL', '%s', '{threshold}');

create table virotrial_figure (
    figure text primary key,
    position integer not null unique,
    title text not null,
    display text references virotrial_display,
    variable text,
    series text not null check (series in ('series', 'variable', 'point')),
    footnote text not null,
    specification jsonb not null
);
comment on table virotrial_figure is 'the figures of a report, one row per figure';
comment on column virotrial_figure.figure is 'its name, as figure() takes it';
comment on column virotrial_figure.position is 'its place in the report';
comment on column virotrial_figure.title is 'its title';
comment on column virotrial_figure.display is 'the display whose results it draws; null if it draws rows of figure_point';
comment on column virotrial_figure.variable is 'which variables, or levels, of the display it draws, as a pattern of LIKE; null for all';
comment on column virotrial_figure.series is 'what makes a series of its own: the group (series), the group and the threshold in the variable (variable), or the group of a point (point)';
comment on column virotrial_figure.footnote is 'what a reader must know of it';
comment on column virotrial_figure.specification is 'the specification in Vega-Lite, without title, data, and what all figures have in common';
grant select on virotrial_figure to public;

insert into virotrial_figure
    (figure, position, title, display, variable, series, footnote, specification)
values
('accrual', 5, 'Accrual', null, null, 'point',
    'The dashed line is the target of the protocol.',
$vega${"height":260,"layer":[{"mark":{"type":"line","interpolate":"step-after",
"strokeWidth":2,"color":"#0072B2"},"encoding":{"x":{"field":"label","type":"temporal",
"title":null,"timeUnit":"utcyearmonthdate"},"y":{"field":"y","type":"quantitative",
"title":"Subjects enrolled","scale":{"zero":true}}}},
{"transform":[{"aggregate":[{"op":"max","field":"x","as":"target"}]}],"mark":{"type":"rule",
"strokeDash":[6,4],"color":"#D55E00","strokeWidth":1.5},"encoding":{"y":{"field":"target",
"type":"quantitative"}}}]}$vega$),
('kaplan_meier', 10, 'Time to discontinuation', 'kaplan_meier', 'Time to discontinuation', 'series',
    'The band is the 95 % log-log limits. A tick is a subject whose observation ended. Time counts the first and the last day on treatment. Where few are at risk, as at the end, a curve says little.',
$vega${"vconcat":[{"width":640,"height":300,
"transform":[{"filter":"datum.visit == null"},{"pivot":"statistic","value":"value",
"groupby":["series","variable","visit","level","place"]}],"encoding":{"x":{"field":"days",
"type":"quantitative","title":"Days from the first dose"},"color":{"field":"series",
"type":"nominal","title":null,"legend":{"symbolType":"stroke"}}},
"layer":[{"mark":{"type":"area","interpolate":"step-after","opacity":0.15,"aria":false},
"encoding":{"y":{"field":"ci_lower","type":"quantitative","title":"Without the event, %",
"scale":{"domain":[0,100]}},"y2":{"field":"ci_upper"}}},{"mark":{"type":"line",
"interpolate":"step-after","strokeWidth":2},"encoding":{"y":{"field":"percent",
"type":"quantitative"},"strokeDash":{"field":"series","type":"nominal","title":null},
"tooltip":[{"field":"series"},{"field":"days"},{"field":"percent","format":".1f"},
{"field":"at_risk"}]}},{"transform":[{"filter":"datum.censored > 0"}],"mark":{"type":"tick",
"orient":"vertical","size":9,"thickness":1.5},"encoding":{"y":{"field":"percent",
"type":"quantitative"}}}]},{"width":640,"height":{"step":18},"title":{"text":"At risk",
"anchor":"start","fontSize":11},
"transform":[{"pivot":"statistic","value":"value","groupby":["series","variable","visit","level",
"place"]},{"calculate":"datum.visit == null ? datum.days : 0","as":"step"},
{"joinaggregate":[{"op":"max","field":"step","as":"last"}]},
{"joinaggregate":[{"op":"max","field":"step","as":"end"}],"groupby":["series"]},
{"filter":"datum.visit != null ? datum.days <= datum.last : datum.days == 0 || datum.days == datum.end"},
{"calculate":"round(10 * datum.days / max(datum.last, 1))","as":"stretch"},
{"calculate":"datum.days == 0 || datum.days == datum.end ? 0 : 1","as":"is_between"},
{"window":[{"op":"row_number","as":"nth"}],"groupby":["series","stretch"],
"sort":[{"field":"is_between"},{"field":"days"}]},{"filter":"datum.nth == 1"}],"mark":{"type":"text","fontSize":11},"encoding":{"x":{"field":"days",
"type":"quantitative","axis":null},"y":{"field":"series","type":"nominal","title":null,
"axis":{"domain":false,"ticks":false,"labelLimit":200,"offset":10}},
"text":{"field":"at_risk"},
"color":{"field":"series","type":"nominal","title":null}}}],
"resolve":{"scale":{"x":"shared","color":"shared"}}}$vega$),
('response', 30, 'Responders by visit, non-completer = failure', 'response', 'non-completer = failure', 'series',
    'Exact 95 % limits. A shaded stretch is what an unknown answer leaves open: the rate without and with it.',
$vega${"facet":{"row":{"field":"variable","type":"nominal","title":null,
"sort":{"field":"place"},"header":{"labelAngle":0,"labelAnchor":"start","labelOrient":"top",
"labelFontSize":12}}},"spec":{"width":640,"height":170,"transform":[{"pivot":"statistic",
"value":"value","groupby":["series","variable","visit","level","place"]}],
"encoding":{"x":{"field":"visit","type":"ordinal","sort":{"field":"place"},"title":null,
"axis":{"labelAngle":0}},"xOffset":{"field":"series","type":"nominal","title":null},
"color":{"field":"series","type":"nominal","title":null}},"layer":[{"mark":{"type":"bar",
"opacity":0.25,"width":10},"encoding":{"y":{"field":"percent_lowest","type":"quantitative",
"title":"Responders, %","scale":{"domain":[0,100]}},"y2":{"field":"percent_highest"}}},
{"mark":{"type":"rule","strokeWidth":1.5},"encoding":{"y":{"field":"ci_lower",
"type":"quantitative"},"y2":{"field":"ci_upper"}}},{"mark":{"type":"point","filled":true,
"size":70,"opacity":1},"encoding":{"y":{"field":"percent","type":"quantitative"},
"shape":{"field":"series","type":"nominal","title":null},"tooltip":[{"field":"series"},
{"field":"visit"},{"field":"n"},{"field":"evaluable"},{"field":"percent",
"format":".1f"}]}}]}}$vega$),
('trajectory', 40, 'Viral load of each subject', null, null, 'point',
    'On a logarithmic scale. A triangle is a limit: the value lies below, or above it.',
$vega${"facet":{"row":{"field":"series","type":"nominal","title":null,
"header":{"labelAngle":0,"labelAnchor":"start","labelOrient":"top","labelFontSize":12,
"labelExpr":"datum.value == 'all subjects' ? ' ' : datum.label"}}},"spec":{"width":640,"height":280,
"transform":[{"calculate":"datum.qualifier == '=' ? 'value' : datum.qualifier == '>' ? 'above the limit' : 'below the limit, or not detected'",
"as":"result"}],"encoding":{"x":{"field":"x","type":"quantitative","title":"Study day"},
"y":{"field":"y","type":"quantitative","scale":{"type":"log"},
"title":"HIV-1 RNA, copies/mL","axis":{"values":[1,10,100,1000,10000,100000,1000000,10000000]}}},
"layer":[{"mark":{"type":"line","strokeWidth":0.6,
"opacity":0.45,"color":"#777777"},"encoding":{"detail":{"field":"id"},
"order":{"field":"x"}}},{"mark":{"type":"point","size":26,"opacity":0.75,"filled":false},
"encoding":{"shape":{"field":"result","type":"nominal","title":null,
"scale":{"domain":["value","below the limit, or not detected","above the limit"],
"range":["circle","triangle-down","triangle-up"]}},"color":{"field":"result",
"type":"nominal","title":null,"scale":{"domain":["value","below the limit, or not detected",
"above the limit"],"range":["#0072B2","#D55E00","#009E73"]}},"tooltip":[{"field":"id"},
{"field":"label"},{"field":"x"},{"field":"y"},{"field":"result"}]}}]}}$vega$),
('viral_load_change', 50, 'Mean fall of viral load from baseline', 'viral_load_change', null,
    'series',
    '95 % limits. Substituted: a bound counts as the value, which makes the fall too small. Likelihood: a normal distribution with censoring. Who had baseline and result both beyond a limit is left out.',
$vega${"height":280,"transform":[{"pivot":"statistic","value":"value",
"groupby":["series","variable","visit","level","place"]},{"fold":["mean","mean_mle"],
"as":["method","estimate"]},{"filter":"isValid(datum.estimate)"},
{"calculate":"datum.method == 'mean' ? datum.ci_lower : datum.method == 'mean_mle' ? datum.mle_ci_lower : null",
"as":"lower"},
{"calculate":"datum.method == 'mean' ? datum.ci_upper : datum.method == 'mean_mle' ? datum.mle_ci_upper : null",
"as":"upper"},
{"calculate":"datum.method == 'mean' ? 'substituted' : datum.method == 'mean_mle' ? 'likelihood' : null",
"as":"kind"},
{"calculate":"datum.series == 'all subjects' ? datum.kind : datum.series + ', ' + datum.kind",
"as":"what"}],"encoding":{"x":{"field":"visit","type":"ordinal","sort":{"field":"place"},
"title":null,"axis":{"labelAngle":0}},"xOffset":{"field":"what"},"color":{"field":"what",
"type":"nominal","title":null}},"layer":[{"mark":{"type":"rule","strokeWidth":1.5},
"encoding":{"y":{"field":"lower","type":"quantitative","title":"Fall, log10 copies/mL",
"scale":{"zero":true}},"y2":{"field":"upper"}}},{"mark":{"type":"point","filled":true,
"size":70,"opacity":1},"encoding":{"y":{"field":"estimate","type":"quantitative"},
"shape":{"field":"what","type":"nominal","title":null},"tooltip":[{"field":"what"},
{"field":"visit"},{"field":"n"},{"field":"estimate","format":".2f"},{"field":"lower",
"format":".2f"},{"field":"upper","format":".2f"}]}}]}$vega$),
('cd4_change', 60, 'Change of CD4 count from baseline', 'cd4_change', null, 'series',
    '95 % limits: t limits of the mean, and those of the signed-rank distribution of the estimate of Hodges and Lehmann.',
$vega${"height":280,"transform":[{"pivot":"statistic","value":"value",
"groupby":["series","variable","visit","level","place"]},{"fold":["mean","hodges_lehmann"],
"as":["method","estimate"]},{"filter":"isValid(datum.estimate)"},
{"calculate":"datum.method == 'mean' ? datum.ci_lower : datum.method == 'hodges_lehmann' ? datum.hodges_lehmann_ci_lower : null",
"as":"lower"},
{"calculate":"datum.method == 'mean' ? datum.ci_upper : datum.method == 'hodges_lehmann' ? datum.hodges_lehmann_ci_upper : null",
"as":"upper"},
{"calculate":"datum.method == 'mean' ? 'mean' : datum.method == 'hodges_lehmann' ? 'Hodges-Lehmann' : null",
"as":"kind"},
{"calculate":"datum.series == 'all subjects' ? datum.kind : datum.series + ', ' + datum.kind",
"as":"what"}],"encoding":{"x":{"field":"visit","type":"ordinal","sort":{"field":"place"},
"title":null,"axis":{"labelAngle":0}},"xOffset":{"field":"what"},"color":{"field":"what",
"type":"nominal","title":null}},"layer":[{"mark":{"type":"rule","strokeWidth":1.5},
"encoding":{"y":{"field":"lower","type":"quantitative","title":"Change, cells/µL",
"scale":{"zero":true}},"y2":{"field":"upper"}}},{"mark":{"type":"point","filled":true,
"size":70,"opacity":1},"encoding":{"y":{"field":"estimate","type":"quantitative"},
"shape":{"field":"what","type":"nominal","title":null},"tooltip":[{"field":"what"},
{"field":"visit"},{"field":"n"},{"field":"estimate","format":".2f"},{"field":"lower",
"format":".2f"},{"field":"upper","format":".2f"}]}}]}$vega$),
('waterfall', 70, 'Change of viral load of each subject', null, null, 'point',
    'At the last scheduled visit with a result. An open bar is a bound: the change is at least as large. Who had baseline and result both beyond a limit has no bar.',
$vega${"height":280,
"transform":[{"calculate":"datum.qualifier == '=' ? 'value' : 'at least this far'",
"as":"result"},{"window":[{"op":"row_number","as":"place"}],"sort":[{"field":"series"},
{"field":"x"}]}],"mark":{"type":"bar","strokeWidth":1},
"encoding":{"x":{"field":"place","type":"ordinal","title":"Subjects, by their change",
"axis":{"labels":false,"ticks":false}},"y":{"field":"y","type":"quantitative",
"title":"Change, log10 copies/mL"},"fill":{"field":"series","type":"nominal","title":null},
"stroke":{"field":"series","type":"nominal","title":null},"fillOpacity":{"field":"result",
"type":"ordinal","scale":{"domain":["value","at least this far"],"range":[1,0]}},
"tooltip":[{"field":"id"},{"field":"series"},{"field":"label"},{"field":"y","format":".2f"},
{"field":"result"}]}}$vega$),
('liver', 80, 'Hy''s law: liver tests on treatment (eDISH)', null, null, 'point',
    'Each subject at the highest of either. The lines are 3 and 2 times the limits: to the right of the one and above the other is where candidates of Hy''s law lie. ALT and AST: alanine and aspartate aminotransferase. eDISH: evaluation of drug-induced serious hepatotoxicity.',
$vega${"height":320,"layer":[{"mark":{"type":"point","size":50,"filled":false,
"strokeWidth":1.5},"encoding":{"x":{"field":"x","type":"quantitative",
"scale":{"type":"log"},"title":"Highest ALT or AST, times the upper limit of normal"},
"y":{"field":"y","type":"quantitative","scale":{"type":"log"},
"title":"Highest bilirubin, times its limit"},"color":{"field":"series","type":"nominal",
"title":null},"shape":{"field":"series","type":"nominal","title":null},
"tooltip":[{"field":"id"},{"field":"series"},{"field":"x","format":".2f"},{"field":"y",
"format":".2f"}]}},{"data":{"values":[{"v":3}]},"mark":{"type":"rule","strokeDash":[4,3]},
"encoding":{"x":{"field":"v","type":"quantitative"}}},{"data":{"values":[{"v":2}]},
"mark":{"type":"rule","strokeDash":[4,3]},"encoding":{"y":{"field":"v",
"type":"quantitative"}}}]}$vega$);

insert into virotrial_figure
    (figure, position, title, display, variable, series, footnote, specification)
values
('deviations', 25, 'Subjects with a deviation at each site, as a funnel', null, null, 'point',
    'Control limits of 95 and 99.8 % about the rate of all sites: exact binomial, interpolated (Spiegelhalter, Statistics in Medicine 2005; 24: 1185-1202, appendix A.1.1). Chance alone takes one site in 500 beyond the limits of 99.8 %.',
$vega${"height":280,"encoding":{"x":{"field":"x","type":"quantitative",
"title":"Treated subjects of the site","axis":{"format":"d","tickMinStep":1}},
"y":{"field":"y","type":"quantitative","title":"Subjects with a deviation, %",
"scale":{"domain":[0,100]}}},
"layer":[{"transform":[{"filter":"datum.id == null"}],"mark":{"type":"line","strokeWidth":1.2,
"color":"#555555"},"encoding":{"detail":{"field":"qualifier"},"strokeDash":{"field":"label",
"type":"nominal","title":null,"legend":{"symbolType":"stroke"},"scale":{"domain":["all sites",
"95 % limits","99.8 % limits"],"range":[[1,0],[6,3],[2,2]]}}}},{"transform":[{"filter":"datum.id != null"}],
"mark":{"type":"point","filled":true,"size":70,"opacity":1},"encoding":{"color":{
"field":"label","type":"nominal","title":null,"scale":{"domain":["site",
"site beyond the limits"],"range":["#0072B2","#D55E00"]}},"shape":{"field":"label",
"type":"nominal","title":null,"scale":{"domain":["site","site beyond the limits"],
"range":["circle","diamond"]}},"tooltip":[{"field":"id"},{"field":"x"},{"field":"y",
"format":".1f"}]}},{"transform":[{"filter":"datum.id != null"},{"joinaggregate":[{"op":"count","as":"sites"}]},
{"aggregate":[{"op":"values","field":"id","as":"rows"},{"op":"max","field":"sites","as":"sites"}],
"groupby":["x","y","label"]},{"calculate":"join(pluck(datum.rows, 'id'), ', ')","as":"names"}],
"mark":{"type":"text","align":"right","dx":-7,"dy":-7,"fontSize":10},"encoding":{"text":{"value":"",
"condition":{"test":"datum.label == 'site beyond the limits' || datum.sites <= 12",
"field":"names"}}}}],
"resolve":{"legend":{"strokeDash":"independent"}}}$vega$),
('forest', 35, 'Virologic response by subgroup and site', 'response_by_subgroup', null, 'series',
    'Non-completer = failure, at the last visit that at least half of the subjects have reached. Exact 95 % limits; of a difference those of Miettinen and Nurminen. A shaded stretch is what an unknown answer leaves open. A dashed line is the rate of all subjects of a group, or the difference of all.',
$vega${"transform":[{"pivot":"statistic","value":"value","groupby":["series","variable",
"visit","level","place"]},{"joinaggregate":[{"op":"max","field":"threshold","as":"threshold"}]},
{"calculate":"isValid(datum.n) ? 'HIV-1 RNA < ' + datum.threshold + ' copies/mL at ' + datum.visit + ', % of subjects' : 'Difference, percentage points: ' + slice(datum.variable, indexof(datum.variable, ', ') + 2)",
"as":"measure"},{"calculate":"isValid(datum.n) ? datum.variable : slice(datum.variable, 0, indexof(datum.variable, ', '))",
"as":"divided"},{"calculate":"datum.divided == 'All subjects' ? datum.divided : datum.divided + ': ' + datum.level",
"as":"subgroup"},
{"calculate":"isValid(datum.n) ? datum.n + '/' + datum.evaluable : 'difference'","as":"responders"},
{"calculate":"isValid(datum.n) ? 0 : 1","as":"is_difference"},
{"calculate":"isValid(datum.n) ? datum.percent_lowest : datum.percent","as":"lowest"},
{"calculate":"isValid(datum.n) ? datum.percent_highest : datum.percent","as":"highest"}],"facet":{"row":{"field":"measure","type":"nominal","title":null,
"sort":{"field":"place"},"header":{"labelAngle":0,"labelAnchor":"start","labelOrient":"top",
"labelFontSize":12}}},"spec":{"width":440,"height":{"step":24,"for":"position"},
"encoding":{"color":{"field":"series","type":"nominal","title":null,
"sort":{"field":"is_difference","op":"max"}}},"layer":[{
"transform":[{"filter":"datum.divided == 'All subjects'"}],"mark":{"type":"rule",
"strokeDash":[4,3],"opacity":0.6},"encoding":{"x":{"field":"percent","type":"quantitative"}}},{"transform":[{"filter":"datum.divided == 'All subjects'"},
{"calculate":"0","as":"zero"}],"mark":{"type":"rule","strokeWidth":1},"encoding":{
"x":{"field":"zero","type":"quantitative"},
"color":{"value":"#555555"}}},{"encoding":{"y":{"field":"subgroup","type":"nominal","sort":{"field":"place"},"title":null,
"axis":{"labelLimit":260,"grid":true,"gridOpacity":0.25}},"yOffset":{"field":"series"}},
"layer":[{"mark":{"type":"rule","opacity":0.25,"strokeWidth":9},"encoding":{
"x":{"field":"lowest","type":"quantitative"},"x2":{"field":"highest"}}},
{"mark":{"type":"rule","strokeWidth":1.5},"encoding":{"x":{"field":"ci_lower",
"type":"quantitative","title":null,"scale":{"zero":true}},"x2":{"field":"ci_upper"}}},
{"mark":{"type":"point","filled":true,"size":60,"opacity":1},"encoding":{"x":{
"field":"percent","type":"quantitative"},"shape":{"field":"series","type":"nominal",
"title":null,"sort":{"field":"is_difference","op":"max"}},"tooltip":[{"field":"subgroup"},{"field":"series"},{"field":"responders"},
{"field":"percent","format":".1f"},{"field":"ci_lower",
"format":".1f"},{"field":"ci_upper","format":".1f"}]}}]}]},
"resolve":{"scale":{"x":"independent","yOffset":"independent"}}}$vega$),
('swimmer', 75, 'Treatment and events of each subject', null, null, 'point',
    'A lane is a subject, the longest on top. A bar is a period on treatment, without interruptions. A serious adverse event of an uncertain day is on the first day of treatment that it may be.',
$vega${"height":420,"transform":[{"joinaggregate":[{"op":"max","field":"y","as":"last"}],
"groupby":["id"]},{"window":[{"op":"dense_rank","as":"lane"}],"sort":[{"field":"series"},
{"field":"last","order":"descending"},{"field":"id"}]}],"layer":[{
"transform":[{"filter":"datum.label == 'on treatment'"},{"calculate":"datum.lane - 0.38",
"as":"top"},{"calculate":"datum.lane + 0.38","as":"bottom"}],"mark":{"type":"rect"},
"encoding":{"x":{"field":"x","type":"quantitative","title":"Study day"},"x2":{"field":"y"},
"y":{"field":"top","type":"quantitative","title":"Subjects","scale":{"reverse":true,
"zero":false,"nice":false},"axis":{"labels":false,"ticks":false,"grid":false}},
"y2":{"field":"bottom"},"fill":{"field":"series","type":"nominal","title":null,
"scale":{"range":["#b9cbdc","#e6d2ac","#c3ddc8","#ddc6d6","#d9d9d9"]}}}},{
"transform":[{"filter":"datum.label != 'on treatment' || datum.qualifier == '>'"},
{"calculate":"datum.label == 'on treatment' ? 'treatment goes on' : datum.label","as":"what"}],
"mark":{"type":"point","filled":true,"size":32,"opacity":1},"encoding":{"x":{"field":"y",
"type":"quantitative"},"y":{"field":"lane","type":"quantitative"},"shape":{"field":"what",
"type":"nominal","title":null,"scale":{"domain":["serious adverse event","virologic failure",
"treatment given up","completed","death","treatment goes on"],"range":["circle",
"triangle-down","square","diamond","cross","triangle-right"]}},"color":{"field":"what",
"type":"nominal","title":null,"scale":{"domain":["serious adverse event",
"virologic failure","treatment given up","completed","death","treatment goes on"],
"range":["#D55E00","#CC79A7","#E69F00","#009E73","#000000","#0072B2"]}},
"tooltip":[{"field":"id"},{"field":"what"},{"field":"y"}]}}]}$vega$),
('laboratory_shifts', 90, 'Laboratory: grade at baseline and worst grade on treatment',
    'laboratory_shifts', null, 'series',
    'Number of subjects. Rows are the grade at baseline, columns the worst grade on treatment: right of the diagonal is worse. n.k.: not known.',
$vega${"transform":[{"filter":"test(/^worst_grade_/, datum.statistic)"},
{"calculate":"replace(slice(datum.statistic, 12), '_', ' ')","as":"worst"},
{"calculate":"slice(datum.level, 18)","as":"baseline"},
{"calculate":"datum.series == 'all subjects' ? datum.variable : datum.variable + '|' + datum.series",
"as":"what"},{"window":[{"op":"dense_rank","as":"group"}],"sort":[{"field":"series"}]},
{"calculate":"100 * floor(datum.place / 100) + datum.group","as":"order"}],
"facet":{"field":"what","type":"nominal","title":null,
"sort":{"field":"order","op":"min"},"header":{"labelFontSize":11,"labelLimit":230,
"labelAnchor":"start","labelExpr":"split(datum.label, '|')"}},"columns":6,"spec":{"width":170,"height":126,
"encoding":{"x":{"field":"worst","type":"nominal","title":null,"sort":["0","1","2","3","4",
"not known"],"axis":{"labelAngle":0,"labelExpr":"datum.label == 'not known' ? 'n.k.' : datum.label"}},"y":{"field":"baseline",
"type":"nominal","title":null,"sort":["0","1","2","3","4","unknown","missing"],
"axis":{"labelLimit":60}}},"layer":[{"mark":{"type":"rect","stroke":"#ffffff"},"encoding":{
"color":{"field":"value","type":"quantitative","legend":null,"scale":{
"range":["#f4f6f8","#6aa7d6"]}}}},{"mark":{"type":"text","fontSize":11},"encoding":{
"text":{"field":"value"}}}]}}$vega$);

-- Two figures of one kind
insert into virotrial_figure
    (figure, position, title, display, variable, series, footnote, specification)
select 'time_to_response', 20, 'Time to virologic response', display, 'Time to response%',
    'variable',
    'The band is the 95 % log-log limits. A tick is a subject whose observation ended. The event is the first result below the threshold. Where few are at risk, as at the end, a curve says little.',
    specification
from virotrial_figure
where figure = 'kaplan_meier';

create function _virotrial.figure_of(figure text, data jsonb, data_cut date,
    population text default null) returns jsonb
    language sql stable
    begin atomic
        select
$vega${"$schema":"https://vega.github.io/schema/vega-lite/v6.json",
"config":{"font":"sans-serif","view":{"stroke":null},"range":{"category":["#0072B2",
"#D55E00","#009E73","#CC79A7","#56B4E9","#E69F00","#000000","#F0E442"]},
"axis":{"gridOpacity":0.5,"labelFlush":false},"axisX":{"labelOverlap":true},"legend":{"orient":"bottom","labelLimit":400,"symbolOpacity":1,
"columns":3}}}$vega$::jsonb
            -- a figure of several parts has no width of its own
            || case when specification ?| '{vconcat,facet}' then '{}'
                else '{"width": 640}' end::jsonb
            || specification || jsonb_build_object(
            'title', jsonb_build_object('text', concat_ws(', ', title, population),
                'anchor', 'start', 'fontSize', 14),
            'usermeta', jsonb_build_object('footnote', footnote, 'data_cut', data_cut),
            'data', jsonb_build_object('values', coalesce(data, '[]')))
        from virotrial_figure as known
        where known.figure = figure_of.figure;
    end;
comment on function _virotrial.figure_of(text, jsonb, date, text) is 'a figure with its title, footnote and data; the title names subjects that are not those of the figure elsewhere';

create function _virotrial.figure_results(figure text, results analysis_result_row[]) returns jsonb
    language sql stable
    begin atomic
        select jsonb_agg(jsonb_build_object(
                'series', case
                    when drawn.series = 'variable' then concat_ws(', ',
                        nullif(result.group_value, 'all'), substring(result.variable from '<.*'))
                    when result."grouping" = 'all' then 'all subjects'
                    else result.group_value end,
                'visit', result.visit, 'variable', result.variable, 'level', result.level,
                'place', result."position", 'statistic', result.statistic, 'value', result.value)
            order by result."position", result."grouping", result.group_value, result.statistic)
        from unnest(results) as result
        join virotrial_figure as drawn on drawn.display = result.display
        where drawn.figure = figure_results.figure and result.statistic <> 'N'
            and (drawn.variable is null or result.variable like drawn.variable
                or result.level like drawn.variable)
            -- all subjects where no group is: a difference of two is of all
            and (result."grouping" <> 'all' or result."position" not in (
                select other."position" from unnest(results) as other
                where other."grouping" <> 'all'));
    end;
comment on function _virotrial.figure_results(text, analysis_result_row[]) is 'the data of a figure that draws results of a display: of each group, where there are groups';

create function _virotrial.figure_points(study name, figure text, data_cut date, by name)
    returns jsonb
    language sql
    begin atomic
        select jsonb_agg(jsonb_build_object(
                'series', case when by is null then 'all subjects' else row.group_value end,
                'id', nullif(concat_ws('/', row.site_id, row.subject_id), ''), 'label', row.label, 'x', row.x, 'y', row.y,
                'qualifier', row.qualifier)
            order by row.site_id, row.subject_id, row.x, row.label, row.y)
        from _virotrial.endpoint_rows(study, 'figure_point', data_cut, by, figure)
            as row (display text, group_value text, site_id text, subject_id text, label text,
                x double precision, y double precision, qualifier text);
    end;
comment on function _virotrial.figure_points(name, text, date, name) is 'the data of a figure that draws points of single subjects';

create function _virotrial.figure_of_results(figure text, results analysis_result_row[],
    data_cut date) returns jsonb
    language sql stable
    begin atomic
        select _virotrial.figure_of(figure, _virotrial.figure_results(figure, results), data_cut,
            (select nullif((results[1]).population, shown.population)
            from virotrial_display as shown
            where shown.display = (results[1]).display));
    end;
comment on function _virotrial.figure_of_results(text, analysis_result_row[], date) is 'a figure that draws results of a display';

create function figure(study name, figure text, data_cut date default null,
    by name default null, analysis_set text default null) returns jsonb
    language sql
    begin atomic
        select case when drawn.display is null
            then _virotrial.figure_of(drawn.figure,
                _virotrial.figure_points(study, drawn.figure, data_cut, by), asked.data_cut)
            else _virotrial.figure_of_results(drawn.figure, array(
                select result
                from analysis_result(study, data_cut, by, drawn.display, asked.analysis_set)
                    as result), asked.data_cut) end
        from virotrial_figure as drawn
        cross join lateral (select nullif(coalesce(figure.data_cut, data_cut()), 'infinity')
                as data_cut,
            _virotrial.require_analysis_set(figure.analysis_set,
                coalesce(drawn.display, 'figure ' || drawn.figure)) as analysis_set
            offset 0) as asked
        where drawn.figure = _virotrial.require_in_report('figure', figure.figure);
    end;
comment on function figure(name, text, date, name, text) is 'a figure of a study''s report, as virotrial_figure lists them: a specification in Vega-Lite with its data in it; for data up to a day (by default that of the setting virotrial.data_cut), also by a column of its analysis_subject, and over an analysis set where it draws a display that may be over it';
