-- The displays of a report as text: a line per row, "part | label | cell | cell".
create function display_text(display text, by name default null) returns text
    language sql
begin atomic
    select string_agg(concat_ws(' | ', part, nullif(label, ''), array_to_string(cells, ' | ')), E'\n')
    from display('ral', display, '2009-06-30', by)
    where part not in ('title', 'footnote');
end;
create function display_is(display text, expected text, by name default null) returns text
    language sql
return is(display_text(display, by), btrim(expected, E'\n'), concat_ws(' by ', display, by));
