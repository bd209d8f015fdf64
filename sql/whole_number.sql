-- whole_number: what a study counts, orders and numbers.  A column of type
-- integer would round a literal of 2.5 to 3 without a word.

create domain whole_number as numeric
    constraint whole_number_is_not_rounded
        check (scale(value) = 0 and value between -2147483648 and 2147483647);
comment on domain whole_number is
    'a whole number in the range of integer, written without decimals: 2.5 is refused, where an integer would round it';
