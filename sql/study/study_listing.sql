-- The listings of a report: what each is called, and its columns

create table virotrial_listing (
    listing text primary key,
    position integer not null unique,
    title text not null,
    columns text[] not null,
    footnote text not null
);
comment on table virotrial_listing is 'the listings of a report, subjects one by one';
comment on column virotrial_listing.listing is 'its name, as listing() takes it';
comment on column virotrial_listing.position is 'its place in the report';
comment on column virotrial_listing.title is 'its title';
comment on column virotrial_listing.columns is 'the heads of its columns, after the subject';
comment on column virotrial_listing.footnote is 'what a reader must know of it';
grant select on virotrial_listing to public;

insert into virotrial_listing (listing, position, title, columns, footnote)
values
('deaths', 10, 'Listing: deaths',
    '{sex,age,days on treatment,died,study day,days since last dose,fatal events,related}',
    'Related: a fatal event is related to the study drug.'),
('adverse_events', 20, 'Listing: adverse events',
    '{term as reported,preferred term,class,onset,study day,ended,grade,serious,related,emergent,action taken}',
    'All events that may have begun by the data cut. Related: to the study drug. Emergent: treatment-emergent. Empty: not known, or not coded.'),
('discontinuations', 30, 'Listing: study drug or study given up',
    '{day,study day,reason,left the study,reason for leaving}',
    'The reason is that of what came first, the end of the study drug or of the study.'),
('deviations', 40, 'Listing: deviations from the protocol', '{rule,item,description}',
    'A deviation has no day, so that the data cut does not leave one out.'),
('laboratory_abnormalities', 50, 'Listing: laboratory results of grade 3 and 4 on treatment',
    '{test,day,study day,result,baseline,grade}',
    'Toxicity grades of the protocol''s scheme, at least. A result in another unit is followed by its value in the standard unit, which the baseline has, too.'),
('viral_loads', 60, 'Listing: HIV-1 RNA', '{study day: copies/mL}',
    'All results of each subject. "<" and ">": beyond a limit of the assay. "TND<50": no target was detected by an assay with the limit 50.');

create function listing(study name, listing text, data_cut date default null)
    returns table (part text, label text, cells text[])
    language sql
    begin atomic
        with shown as (
            select *
            from virotrial_listing as known
            where known.listing = _virotrial.require_in_report('listing', listing.listing)
        ),
        line as materialized (
            select *
            from _virotrial.endpoint_rows(study, 'subject_listing', data_cut, null,
                    _virotrial.require_in_report('listing', listing.listing))
                as row (display text, "position" bigint, subject text, cells text[])
        ),
        page (section, "position", part, label, cells) as (
            select 1, 0, 'title', title, null::text[] from shown
            union all
            select 2, 0, 'population', 'Population: treated subjects, N = ' || line.cells[1], null
            from line
            where "position" = 0
            union all
            select 3, 0, 'header', line.subject, shown.columns
            from shown
            cross join line
            where line."position" = 0
            union all
            select 4, "position", 'row', subject, line.cells from line where "position" > 0
            union all
            select 4, 0, 'section', 'Nothing to show.', null
            where not exists (select from line where "position" > 0)
            union all
            select 5, 0, 'footnote', footnote, null from shown
        )
        select part, label, cells
        from page
        order by section, "position";
    end;
comment on function listing(name, text, date) is 'a listing of a study''s report, as virotrial_listing names them: its title, population, header, rows and footnote, in this order; for data up to a day (by default that of the setting virotrial.data_cut)';
