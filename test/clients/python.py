"""What a program with a Python driver asks: python.py psycopg2|psycopg|asyncpg|sqlalchemy|pyodbc."""

import asyncio
import os
import sys
from decimal import Decimal

WEEK_24 = ("select count(*) from ral.analysis_viral_load "
           "where analysis_visit = 'week 24' and is_analysis_record and ")
LAST_PROTOCOL = 'select {} from ral.protocol_period order by effective_from desc limit 1'
RESULTS = ("select viral_load from ral.analysis_viral_load where analysis_visit = 'week 24' "
           "and is_analysis_record and viral_load is not null")
VALUES = (('integer', 50), ('float', 50.0), ('numeric', Decimal('50')), ('text', '50'))


def say(question, how, answer):
    print(question, how, ' '.join(str(answer).split()), sep='\t')


def ask(question, how, call):
    try:
        say(question, how, call())
    except Exception as error:
        say(question, how, f'error: {error}')


def questions(mark, cast='{}'):
    """Conditions with a driver's mark of a parameter: question, how, condition, values."""
    number = cast.format(mark)
    for name, value in VALUES:
        yield 'below 50', name, f'viral_load < {number}', (value,)
    yield 'at least 50', 'not, integer', f'not viral_load < {number}', (50,)
    yield '50 or 400', 'in, integer', f'viral_load in ({number}, {number})', (50, 400)
    yield 'neither 50 nor 400', 'not in, integer', f'viral_load not in ({number}, {number})', (50, 400)


def results(rows):
    return ' '.join(sorted(str(row[0]) for row in rows))


def psycopg2():
    import psycopg2
    connection = psycopg2.connect('')
    connection.autocommit = True

    def rows(sql, values=None):
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    for question, how, condition, values in questions('%s'):
        ask(question, how, lambda: rows(WEEK_24 + condition, values)[0][0])
    ask('50 or 400', 'tuple', lambda: rows(WEEK_24 + 'viral_load in %s', ((50, 400),))[0][0])
    ask('50 or 400', 'list', lambda: rows(WEEK_24 + 'viral_load = any(%s)', ([50, 400],))[0][0])
    ask('50 or 400', 'list of text', lambda: rows(WEEK_24 + 'viral_load = any(%s)', (['50', '400'],))[0][0])
    ask('the result <50', 'text', lambda: rows(WEEK_24 + 'viral_load = %s', ('<50',))[0][0])
    ask('the results', 'as they come', lambda: results(rows(RESULTS)))
    ask('a date without end', 'effective_before::text',
        lambda: rows(LAST_PROTOCOL.format('effective_before::text'))[0][0])


def psycopg():
    import psycopg
    connection = psycopg.connect('', autocommit=True)
    for binary in False, True:
        cursor = connection.cursor(binary=binary)
        form = ', binary' if binary else ''

        def first(condition, values):
            return cursor.execute(WEEK_24 + condition, values).fetchone()[0]

        for question, how, condition, values in questions('%b' if binary else '%s'):
            ask(question, how + form, lambda: first(condition, values))
        ask('50 or 400', 'list' + form, lambda: first('viral_load = any(%s)', ([50, 400],)))
        ask('50 or 400', 'list of text' + form, lambda: first('viral_load = any(%s)', (['50', '400'],)))
        ask('the result <50', 'text' + form, lambda: first('viral_load = %s', ('<50',)))
        read = 'viral_load::text' if binary else 'viral_load'
        ask('the results', read + form,
            lambda: results(cursor.execute(RESULTS.replace('viral_load', read, 1)).fetchall()))
        for read in 'effective_before', 'effective_before::text':
            ask('a date without end', read + form,
                lambda: cursor.execute(LAST_PROTOCOL.format(read)).fetchone()[0])


async def ask_asyncpg(connection, form):
    async def ask_it(question, how, sql, values):
        try:
            say(question, how + form, await connection.fetchval(sql, *values))
        except Exception as error:
            say(question, how + form, f'error: {error}')

    for number in '', '::numeric':
        for question, how, condition, values in questions('?', '{}' + number):
            for n in range(1, 3):
                condition = condition.replace('?', f'${n}', 1)
            # Without a type these are results, not numbers.
            if question == 'neither 50 nor 400' and not number:
                question = 'neither the result 50 nor 400'
            await ask_it(question, how + number, WEEK_24 + condition, values)
    await ask_it('the result <50', 'text', WEEK_24 + 'viral_load = $1', ('<50',))
    say('the results', 'as they come' + form, results(await connection.fetch(RESULTS)))
    await ask_it('a date without end', 'effective_before::text', LAST_PROTOCOL.format('effective_before::text'), ())


def asyncpg():
    import asyncpg

    async def main():
        connection = await asyncpg.connect()
        await ask_asyncpg(connection, '')
        await connection.set_type_codec('viral_load', encoder=str, decoder=str, format='text')
        await ask_asyncpg(connection, ', set_type_codec')

    asyncio.run(main())


def sqlalchemy():
    import warnings
    import sqlalchemy as sa

    engine = sa.create_engine('postgresql+psycopg2://')
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')         # it does not know the type, and says so
        view = sa.Table('analysis_viral_load', sa.MetaData(), schema='ral', autoload_with=engine)
    week_24 = sa.and_(view.c.analysis_visit == 'week 24', view.c.is_analysis_record)
    load = view.c.viral_load

    def rows(column, condition):
        with engine.connect() as connection:
            return connection.execute(
                sa.select(column).select_from(view).where(week_24, condition)).fetchall()

    def count(condition):
        return rows(sa.func.count(), condition)[0][0]

    for name, value in VALUES:
        ask('below 50', name, lambda: count(load < value))
    ask('at least 50', 'not, integer', lambda: count(~(load < 50)))
    ask('50 or 400', 'in_, integer', lambda: count(load.in_([50, 400])))
    ask('neither 50 nor 400', 'not_in, integer', lambda: count(load.not_in([50, 400])))
    ask('the result <50', 'text', lambda: count(load == '<50'))
    ask('the results', 'reflected column', lambda: results(rows(load, load.is_not(None))))


def pyodbc():
    import pyodbc
    # by default the driver sends numbers without a type, which are results then
    for form, setting in ('', ''), (', UseServerSidePrepare=0', ';UseServerSidePrepare=0'):
        connection = pyodbc.connect(os.environ['ODBC'] + setting, autocommit=True)
        for number in '{}', 'cast({} as float)':
            for question, how, condition, values in questions('?', number):
                if question == 'neither 50 nor 400' and not setting and number == '{}':
                    question = 'neither the result 50 nor 400'
                ask(question, how + (', cast' if 'cast' in number else '') + form,
                    lambda: connection.execute(WEEK_24 + condition, values).fetchone()[0])
        ask('the result <50', 'text' + form,
            lambda: connection.execute(WEEK_24 + 'viral_load = ?', ('<50',)).fetchone()[0])
        ask('the results', 'as they come' + form,
            lambda: results(connection.execute(RESULTS).fetchall()))


globals()[sys.argv[1]]()
