-- The words that laboratories write in the place of a number: the study's own
-- copy, so that a later version of the extension reads none of them otherwise.

create table result_word (
    word text not null primary key
        check (word <> '' and word !~ '^[[:space:]]|[[:space:]]{2}|[[:space:]]$'
            and octet_length(word) <= 200),
    meaning text not null
        check (meaning in ('not detected', 'detected', 'below', 'above', 'rejected',
            'insufficient', 'invalid', 'pending', 'not done', 'missing', 'unread')),
    note text
);

comment on table result_word is 'words that laboratories write in the place of a viral load, and what they say; a copy of laboratory_words(), which the study''s owner extends by languages and laboratories';
comment on column result_word.word is 'the word; the letters A to Z in any case';
comment on column result_word.meaning is 'not detected, below or above: a limit of the assay; detected, without a number; rejected, insufficient, invalid, pending, not done or missing: no result; unread: the word is not to be read';
comment on column result_word.note is 'the language, the laboratory, or who decided it';

create unique index result_word_case on result_word (lower(word collate "C"));
comment on index result_word_case is 'a word has one meaning, in whichever case it is written';

insert into result_word (word, meaning, note)
    select word, meaning, 'of the extension' from laboratory_words();

create function result_words() returns text[]
    language sql stable parallel safe
    begin atomic
        select array_agg(array[word, meaning] order by word) from result_word;
    end;
comment on function result_words() is 'the study''s words as read_viral_load() and read_lab_value() take them: its argument dictionary';
