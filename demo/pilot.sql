-- A simulated pilot trial: 72 subjects at 4 sites, the same on every machine.
-- Results below the limit, target not detected, above the upper limit, missed
-- visits and dropouts are as frequent as a small trial sees them.

create schema pilot;
set search_path = pilot, public;

create table subject (
    subject_id text primary key,
    site_id text not null
);

create table visit_result (
    subject_id text not null references subject,
    week integer not null,                  -- 0 is screening
    viral_load viral_load,
    cd4 integer,
    primary key (subject_id, week)
);

-- A uniform number in (0, 1) that depends on its name alone.
create function uniform(name text) returns double precision
    language sql immutable strict parallel safe
    return ((('x' || substr(pg_catalog.md5(name), 1, 13))::bit(52)::bigint) + 0.5) / 4503599627370496;

-- A standard normal number that depends on its name alone (Box and Muller).
create function normal(name text) returns double precision
    language sql immutable strict parallel safe
    return sqrt(-2 * ln(uniform(name || '/r'))) * cos(2 * pi() * uniform(name || '/a'));

insert into subject
select format('S%s-%s', site, to_char(n, 'FM000')), 'S' || site
from generate_series(1, 4) site, generate_series(1, 18) n;

with course as (
    select subject_id, week,
           -- log10 copies/mL: a baseline, a fall that deepens, a third who respond less
           4.75 + 0.75 * normal(subject_id || '/baseline')
           - case week when 0 then 0 when 4 then 0.62 when 12 then 0.87 else 1 end
             * case when uniform(subject_id || '/response') < 0.22 then 0.7 else 3.3 end
             * (1 + 0.2 * normal(subject_id || '/depth'))
           + 0.15 * normal(subject_id || '/assay' || week) as log10_copies,
           220 + 110 * normal(subject_id || '/cd4')
           + case week when 0 then 0 when 4 then 45 when 12 then 70 when 24 then 95 else 120 end
             * (1 + 0.5 * normal(subject_id || '/gain'))
           + 25 * normal(subject_id || '/count' || week) as cells,
           -- the week after which a subject is seen no more
           case when uniform(subject_id || '/dropout') < 0.12
                then 4 + 40 * uniform(subject_id || '/when') else 48 end as last_week
    from subject, unnest(array[0, 4, 12, 24, 48]) week
)
insert into visit_result
select subject_id, week,
       case when log10_copies > log(500000) then '>500000'
            when log10_copies < 0.9 then 'TND<50'
            when log10_copies < log(50) then '<50'
            else round((10 ^ log10_copies)::numeric)::text
       end::viral_load,
       -- one count in twenty is not done
       case when uniform(subject_id || '/haemolysed' || week) < 0.95
            then greatest(5, round(cells))::integer end
from course
where week <= last_week
  and (week = 0 or uniform(subject_id || '/visit missed' || week) > 0.05);

-- One row a subject and scheduled week, also where there is no result.
create view response as
select s.subject_id, s.site_id, w.week,
       b.viral_load as baseline, r.viral_load,
       log_reduction(b.viral_load, r.viral_load) as reduction,
       r.cd4 - b.cd4 as cd4_change
from subject s
cross join unnest(array[4, 12, 24, 48]) w(week)
left join visit_result b on b.subject_id = s.subject_id and b.week = 0
left join visit_result r on r.subject_id = s.subject_id and r.week = w.week;
