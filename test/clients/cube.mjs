// What a dashboard of Cube asks: its driver reads the schema, its scaffold makes a model of a view,
// and its compiler makes the SQL of a filter on a dimension of that model.
import { createRequire } from 'node:module';
import { ask } from './ask.mjs';

const require = createRequire(`${process.cwd()}/`);
const { PostgresDriver } = require('@cubejs-backend/postgres-driver');
const { PostgresQuery, ScaffoldingTemplate, prepareCompiler } = require('@cubejs-backend/schema-compiler');

const driver = new PostgresDriver({ host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER,
    password: process.env.PGPASSWORD, database: process.env.PGDATABASE });
const model = new ScaffoldingTemplate(await driver.tablesSchema(), driver, { format: 'js' })
    .generateFilesByTableNames(['ral.analysis_viral_load']);
// Only models in YAML or Python need the native part, which npm does not bring.
const compilers = prepareCompiler({ localPath: () => '.', dataSchemaFiles: async () => model },
    { nativeInstance: { newJinjaEngine: () => ({}) } });
await compilers.compiler.compile();

async function rows(query, ...filters) {
    const week24 = [['analysisVisit', 'equals', 'week 24'], ['isAnalysisRecord', 'equals', 'true']];
    const [sql, values] = new PostgresQuery(compilers, {
        ...query, useNativeSqlPlanner: false,
        filters: [...week24, ...filters].map(([member, operator, ...values]) => (
            { member: `AnalysisViralLoad.${member}`, operator, values }))
    }).buildSqlAndParams();
    return driver.query(sql, values);
}
const count = async (...filters) =>
    (await rows({ measures: ['AnalysisViralLoad.count'] }, ...filters))[0].analysis_viral_load__count;

// Cube sends each value as a text without a type.
await ask('below 50', 'lt', () => count(['viralLoad', 'lt', '50']));
await ask('below 50', 'isBelowSuppressionThreshold', () => count(['isBelowSuppressionThreshold', 'equals', 'true']));
await ask('at least 50', 'gte', () => count(['viralLoad', 'gte', '50']));
await ask('50 or 400', 'equals', () => count(['viralLoad', 'equals', '50', '400']));
await ask('neither the result 50 nor 400', 'notEquals and set',
    () => count(['viralLoad', 'notEquals', '50', '400'], ['viralLoad', 'set']));
await ask('the result <50', 'equals', () => count(['viralLoad', 'equals', '<50']));
await ask('the result <50', 'contains', () => count(['viralLoad', 'contains', '<50']));
await ask('the results', 'dimension', async () => (await rows(
    { dimensions: ['AnalysisViralLoad.siteId', 'AnalysisViralLoad.subjectId', 'AnalysisViralLoad.viralLoad'],
        rowLimit: null }, ['viralLoad', 'set'])).map(row => row.analysis_viral_load__viral_load).sort().join(' '));
await driver.release();
