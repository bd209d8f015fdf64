// What a program with node-postgres asks.
import { createRequire } from 'node:module';
import { ask, results, WEEK_24 } from './ask.mjs';

const pg = createRequire(`${process.cwd()}/`)('pg');
const client = new pg.Client();
await client.connect();
const count = async (condition, values) =>
    (await client.query(`select count(*) ${WEEK_24} and ${condition}`, values)).rows[0].count;

await ask('below 50', 'number', () => count('viral_load < $1', [50]));
await ask('below 50', 'text', () => count('viral_load < $1', ['50']));
await ask('below 50', 'number, $1::numeric', () => count('viral_load < $1::numeric', [50]));
await ask('at least 50', 'not, number', () => count('not viral_load < $1', [50]));
await ask('50 or 400', 'in, number', () => count('viral_load in ($1, $2)', [50, 400]));
await ask('50 or 400', 'array', () => count('viral_load = any ($1)', [[50, 400]]));
// Numbers come without a type, and are results then.
await ask('neither the result 50 nor 400', 'not in, number', () => count('viral_load not in ($1, $2)', [50, 400]));
await ask('neither 50 nor 400', 'not in, $1::numeric',
    () => count('viral_load not in ($1::numeric, $2::numeric)', [50, 400]));
await ask('the result <50', 'text', () => count('viral_load = $1', ['<50']));
await ask('the results', 'as they come', async () => results(await client.query(
    `select viral_load ${WEEK_24} and viral_load is not null`)));
await client.end();
