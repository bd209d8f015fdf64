// Holds each figure of a page against the published schema of Vega-Lite: node test/report_schema.mjs MODULES PAGE.
// MODULES is the directory node_modules with ajv and vega-lite.
import {createRequire} from "node:module";
import {readFileSync} from "node:fs";

const [modules, page] = process.argv.slice(2);
const {default: Ajv} = createRequire(modules + "/")("ajv");
const schema = JSON.parse(readFileSync(modules + "/vega-lite/build/vega-lite-schema.json", "utf8"));
const valid = new Ajv({strict: false, allErrors: false, validateFormats: false}).compile(schema);
const text = html => html.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, "\"").replace(/&amp;/g, "&");
let wrong = 0;
for (const [, figure, specification] of readFileSync(page, "utf8").matchAll(/<figure id="figure-(\w+)">.*?<pre class="specification">(.*?)<\/pre>/gs))
	if (valid(JSON.parse(text(specification))))
		console.log(`ok: ${figure} is a specification of Vega-Lite`);
	else {
		console.log(`not ok: ${figure} is no specification of Vega-Lite: ${JSON.stringify(valid.errors[0])}`);
		wrong++;
	}
process.exit(wrong ? 1 : 0);
