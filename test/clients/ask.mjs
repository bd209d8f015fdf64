// What the clients in JavaScript share.

export const WEEK_24 = "from ral.analysis_viral_load where analysis_visit = 'week 24' and is_analysis_record";

export async function ask(question, how, answer) {
    let said;
    try {
        said = String(await answer());
    } catch (error) {
        said = `error: ${error.message ?? error}`;
    }
    console.log([question, how, said.replace(/\s+/g, ' ')].join('\t'));
}

export const results = ({ rows }) => rows.map(row => row.viral_load).sort().join(' ');
