// What a page with PostGraphile asks, through the interface that it generates of a study.
import { createRequire } from 'node:module';
import { ask } from './ask.mjs';

const require = createRequire(`${process.cwd()}/`);
const { createPostGraphileSchema, withPostGraphileContext } = require('postgraphile');
const { makeJSONPgSmartTagsPlugin } = require('graphile-utils');
const { graphql } = require('graphql');
const pgPool = new (require('pg').Pool)();

// The table query would take the name of GraphQL's own Query.
const names = { 'ral.query': { tags: { name: 'data_query' } } };
const schema = await createPostGraphileSchema(pgPool, 'ral', {
    appendPlugins: [makeJSONPgSmartTagsPlugin({ version: 1, config: { class: names } })] });

async function loads(condition, fields) {
    const source = `{ allAnalysisViralLoads(condition: {analysisVisit: "week 24", isAnalysisRecord: true, ${condition}}
        orderBy: VIRAL_LOAD_ASC) { ${fields} } }`;
    const { data, errors } = await withPostGraphileContext({ pgPool }, context => graphql(schema, source, null, context));
    if (errors) throw errors[0];
    return data.allAnalysisViralLoads;
}
const count = async condition => (await loads(condition, 'totalCount')).totalCount;
const input = schema.getType('ViralLoadResultInput').getFields();

await ask('below 50', 'isBelowSuppressionThreshold', () => count('isBelowSuppressionThreshold: true'));
await ask('the result <50', 'number', () => count('viralLoad: 50'));
await ask('the result <50', 'text', () => count('viralLoad: "<50"'));
await ask('the results', 'nodes', async () => (await loads('', 'nodes { viralLoad }'))
    .nodes.flatMap(row => row?.viralLoad ?? []).sort().join(' '));
await ask('the fields that a form demands', 'viral_load_result', () => Object.values(input)
    .filter(field => String(field.type).endsWith('!')).map(field => field.name).sort().join(' '));
await pgPool.end();
