// What a page of Evidence asks: its connector sends the page's SQL as it stands.
import { createRequire } from 'node:module';
import { ask, results, WEEK_24 } from './ask.mjs';

const runQuery = createRequire(`${process.cwd()}/`)('@evidence-dev/postgres');
const database = { host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER,
    password: process.env.PGPASSWORD, database: process.env.PGDATABASE };
const rows = async sql => {
    const answer = [];
    for await (const batch of (await runQuery(sql, database)).rows())
        answer.push(...batch);
    return answer;
};
const count = async condition => (await rows(`select count(*) as n ${WEEK_24} and ${condition}`))[0].n;

await ask('below 50', 'number', () => count('viral_load < 50'));
await ask('below 50', 'text', () => count("viral_load < '50'"));
await ask('at least 50', 'not, number', () => count('not viral_load < 50'));
await ask('50 or 400', 'in, number', () => count('viral_load in (50, 400)'));
await ask('neither 50 nor 400', 'not in, number', () => count('viral_load not in (50, 400)'));
await ask('the result <50', 'text', () => count("viral_load = '<50'"));
await ask('the results', 'as they come', async () => results({
    rows: await rows(`select viral_load ${WEEK_24} and viral_load is not null`) }));
