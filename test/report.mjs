// Opens a report in a headless browser over its debugging protocol, and says what is wrong:
// node test/report.mjs CHROMIUM PAGE DIRECTORY [AXE [SURVFIT TRIAL]].  Screenshots at two widths, light and dark,
// as they are read and as they are printed, and a PDF, go to the directory.  AXE is the script of axe-core, or empty.
// SURVFIT is test/oracle/results_expected.csv, with the steps that R's survfit has for the simulated TRIAL.
import {spawn, spawnSync} from "node:child_process";
import {readFileSync, writeFileSync, mkdtempSync} from "node:fs";
import {tmpdir} from "node:os";

const [chromium, page, directory, axe, survfit, trial] = process.argv.slice(2);
const problems = [];
const browser = spawn(chromium, ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
	"--no-first-run", `--user-data-dir=${mkdtempSync(tmpdir() + "/report-")}`, "about:blank"], {stdio: ["ignore", "ignore", "pipe"]});
const address = await new Promise((found, lost) => {
	let said = "";
	browser.stderr.on("data", data => {
		said += data;
		const match = said.match(/ws:\/\/[^\s]+/);
		if (match) found(match[0]);
	});
	browser.on("exit", () => lost(new Error("the browser ended: " + said)));
});
const socket = new WebSocket(address);
await new Promise(opened => socket.addEventListener("open", opened));
const waiting = new Map();
let count = 0, session;
socket.addEventListener("message", ({data}) => {
	const message = JSON.parse(data);
	if (message.id) waiting.get(message.id)(message);
	if (message.method === "Network.requestWillBeSent" && !/^(file|data|blob):/.test(message.params.request.url))
		problems.push("a request: " + message.params.request.url);
	if (message.method === "Runtime.exceptionThrown")
		problems.push("an exception: " + JSON.stringify(message.params.exceptionDetails));
	if (message.method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(message.params.type))
		problems.push(`console ${message.params.type}: ` + message.params.args.map(one => one.value ?? one.description).join(" "));
});
const call = (method, params = {}) => new Promise((done, failed) => {
	const id = ++count, late = setTimeout(() => failed(new Error(method + ": no answer in 300 s")), 300000);
	waiting.set(id, answer => {
		clearTimeout(late);
		answer.error ? failed(new Error(method + ": " + answer.error.message)) : done(answer.result);
	});
	socket.send(JSON.stringify({id, method, params, sessionId: session}));
});
const value = async expression => {
	const {result, exceptionDetails} = await call("Runtime.evaluate", {expression, awaitPromise: true, returnByValue: true});
	if (exceptionDetails) problems.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
	return result.value;
};
const expect = (is, what) => { if (!is) problems.push(what); else console.log("ok: " + what); };
const none = (found, what) => expect(found?.length === 0, found?.length ? `${what}, but: ${found.join("; ")}` : what);
const save = (name, {data}) => writeFileSync(`${directory}/${name}`, Buffer.from(data, "base64"));

// The page from top to bottom, a picture for each window of it.  To capture beyond the window would lay the page out for each picture.
async function picture(name, width) {
	const step = width < 500 ? 2400 : 1600;
	await call("Emulation.setDeviceMetricsOverride", {width, height: step, deviceScaleFactor: 1, mobile: width < 500});
	await value("document.querySelector('.search').style.position = 'static'");
	const height = await value("document.documentElement.scrollHeight");
	for (let y = 0, part = 1; y < height; y += step, part++) {
		await value(`scrollTo(0, ${y})`);
		save(`${name}-${String(part).padStart(2, "0")}.png`, await call("Page.captureScreenshot", {optimizeForSpeed: true}));
	}
}
async function open(width, scheme, media = "") {
	await call("Emulation.setEmulatedMedia", {media, features: [{name: "prefers-color-scheme", value: scheme}]});
	await call("Emulation.setDeviceMetricsOverride", {width, height: 1000, deviceScaleFactor: 1, mobile: width < 500});
	await call("Page.navigate", {url: "file://" + page});
	for (let i = 0; i < 600 && !await value("document.body?.dataset.drawn"); i++)
		await new Promise(done => setTimeout(done, 100));
}
async function accessible(where) {
	if (!axe) return;
	await value(readFileSync(axe, "utf8"));
	none(await value(`axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations
		.filter(one => ["serious", "critical"].includes(one.impact))
		.map(one => one.id + " " + one.nodes.length + "x " + one.nodes[0].html.slice(0, 200)))`), where + ": axe-core finds nothing serious");
}

const {targetId} = await call("Target.createTarget", {url: "about:blank"});
session = (await call("Target.attachToTarget", {targetId, flatten: true})).sessionId;
for (const domain of ["Page", "Runtime", "Network"])
	await call(domain + ".enable");
for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
	const where = `${width} ${scheme}`;
	await open(width, scheme);
	const figures = await value("document.querySelectorAll('figure').length");
	expect(figures > 0 && await value("Number(document.body.dataset.drawn)") === figures, `${where}: all ${figures} figures are drawn`);
	none(await value(`[...document.querySelectorAll("figure")].filter(one => !one.querySelector(
		".drawing svg :is(.mark-line, .mark-symbol, .mark-rect) path[d]") && (one.querySelector(".drawing.nothing")?.textContent !== "Nothing to show."
		|| JSON.parse(one.querySelector(".specification").textContent).data.values.length)).map(one => one.id)`), `${where}: each figure has marks, or nothing to show`);
	none(await value(`[...document.querySelectorAll("figure")].filter(one => /NaN|undefined|Infinity/.test(one.querySelector("svg")?.outerHTML ?? ""))
		.map(one => one.id + " " + one.querySelector("svg").outerHTML.match(/.{80}(NaN|undefined|Infinity).{80}/)[0])`), `${where}: no figure has what is no number`);
	expect(await value("document.documentElement.scrollWidth <= innerWidth"), `${where}: the page is not wider than the window`);
	await accessible(where);
	await picture(`report-${width}-${scheme}`, width);
}

await open(1280, "light");
const shown = "[...document.querySelectorAll('.display, figure')].filter(part => !part.hidden)";
const search = words => value(`document.querySelector("input[type=search]").value = ${JSON.stringify(words)},
	document.querySelector("input[type=search]").dispatchEvent(new Event("input"))`);
await search("hy's law");
expect(await value(`${shown}.length > 1 && ${shown}.every(part => part.textContent.toLowerCase().includes("hy's law"))
	&& ${shown}.length < document.querySelectorAll(".display, figure").length`), "a search leaves what has its words");
await search("");
none(await value(`[...document.querySelectorAll("table")].flatMap(table => {
	const rows = () => [...table.tBodies].map(body => [...body.rows].filter(row => !row.classList.contains("section"))), all = rows().flat().length;
	return [...[...table.tHead.rows].at(-1).cells].filter((head, column) => {
		head.querySelector("button").click();
		const sorted = rows().every(body => body.map(row => parseFloat(row.cells[column].textContent))
			.every((one, i, values) => i === 0 || isNaN(one) || isNaN(values[i - 1]) || values[i - 1] <= one));
		return !sorted || head.getAttribute("aria-sort") !== "ascending" || rows().flat().length !== all;
	}).map(head => table.closest("section").id + " " + head.textContent);
})`), "a click on each column of each table sorts by it");
// A step function's corners are its data, but for what the path rounds to.
none(await value(`[...document.querySelectorAll("figure")].filter(one => /^figure-(kaplan_meier|time_to_response)$/.test(one.id)).flatMap(figure => {
	const values = JSON.parse(figure.querySelector(".specification").textContent).data.values.filter(one => one.visit === null);
	const curves = Object.values(Object.groupBy(values, one => one.series)).map(curve =>
		Object.values(Object.groupBy(curve, one => one.place)).map(step => ["days", "percent"].map(name => step.find(one => one.statistic === name).value))
			.sort((one, other) => one[0] - other[0]));
	const paths = [...figure.querySelectorAll(".mark-line path")].map(one => one.getAttribute("d").match(/[-\\d.]+,[-\\d.]+/g)?.map(point => point.split(",").map(Number)));
	const days = Math.max(...curves.flat().map(point => point[0])), right = Math.max(...paths.flat().map(point => point[0]));
	const off = curves.map(curve => Math.min(...paths.map(path => Math.max(...curve.map(([day, percent]) =>
		Math.min(...path.map(([x, y]) => Math.max(Math.abs(x - day * right / days), Math.abs(y - 300 + 3 * percent)))))))));
	return curves.length === paths.length && off.every(one => one < 0.0015) ? [] : [figure.id + " " + off];
})`), "the path of each survival curve passes through its steps");

// R's steps by threshold: where each begins, and from what percentage to what it falls.
function stepsOfSurvfit() {
	const curves = {};
	for (const line of readFileSync(survfit, "utf8").split("\n")) {
		const found = line.match(/^(\d+),"kaplan_meier\/all\/(Time to response[^/]*\/mL)\/day (\d+)\/percent",(.*)$/);
		if (found?.[1] !== trial) continue;
		const curve = curves[found[2]] ??= [];
		curve.push({day: Number(found[3]), from: curve.at(-1)?.to ?? 100, to: Number(found[4])});
	}
	return Object.values(curves);
}
// A path has three decimals of a pixel: a hundred times as large, the same figure shows seven of a proportion.
async function passesThrough(curves) {
	const spec = JSON.parse(document.querySelector("#figure-time_to_response .specification").textContent);
	const place = document.body.appendChild(document.createElement("div")), width = 64000, height = 30000;
	spec.vconcat[0].height = height;
	for (const part of spec.vconcat)
		part.width = width;
	await vegaEmbed(place, spec, {actions: false, renderer: "svg", ast: false});
	const paths = [...place.querySelectorAll(".mark-line path")].map(one => one.getAttribute("d").match(/[-\d.]+,[-\d.]+/g).map(point => point.split(",").map(Number)));
	place.remove();
	const days = Math.max(...curves.flat().map(step => step.day)), right = Math.max(...paths.flat().map(point => point[0]));
	const distance = (path, day, percent) => Math.min(...path.map(([x, y]) =>
		Math.max(Math.abs(x / right - day / days), Math.abs(1 - y / height - percent / 100))));
	const off = curves.map(curve => Math.min(...paths.map(path => Math.max(...curve.flatMap(({day, from, to}) =>
		[distance(path, day, from), distance(path, day, to)])))));
	return {paths: paths.length, steps: curves.flat().length, off: Math.max(...off)};
}
if (survfit) {
	const curves = stepsOfSurvfit(), drawn = await value(`(${passesThrough})(${JSON.stringify(curves)})`);
	expect(curves.length > 1 && drawn.paths === curves.length && drawn.steps > 30 && drawn.off <= 1e-6,
		`the ${drawn.paths} survival curves pass through the ${drawn.steps} steps of survfit to 1e-6: they are off by ${drawn.off}`);
}

await open(1017, "dark", "print");
none(await value(`[...document.querySelectorAll("table, .drawing svg")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
	.map(one => one.closest("section, figure").id)`), "no table or figure is wider than an A4 page");
none(await value(`[...document.querySelectorAll("figure")].filter(one => one.getBoundingClientRect().height > 688).map(one => one.id)`),
	"no figure is higher than an A4 page");
expect(await value("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'"), "dark or not, it prints on white");
await call("Emulation.clearDeviceMetricsOverride");
none(await value(`[...document.querySelectorAll("tbody")].filter(body => body.rows[0]?.classList.contains("section") && body.getBoundingClientRect().height > 688
	&& [...body.rows].slice(1).some(row => !row.cells[0].innerText.startsWith(body.rows[0].innerText)))
	.map(body => body.closest("section").id + " " + body.rows[0].innerText)`), "a part of a table that is longer than a page says in each row what it is of");
// In pieces: a PDF of some megabytes in one message never arrives.
const {stream} = await call("Page.printToPDF", {preferCSSPageSize: true, transferMode: "ReturnAsStream"}), pieces = [];
for (let piece = {}; !piece.eof; pieces.push(Buffer.from(piece.data, piece.base64Encoded ? "base64" : "latin1")))
	piece = await call("IO.read", {handle: stream, size: 262144});
const pdf = Buffer.concat(pieces);
writeFileSync(`${directory}/report.pdf`, pdf);
// Each page of a long table has the heads of its columns: without pdftotext nobody looks.
const pages = spawnSync("pdftotext", ["-layout", `${directory}/report.pdf`, "-"], {encoding: "utf8", maxBuffer: 1e8});
if (pages.error) console.log("SKIPPED: pdftotext is not installed, so that nothing says whether the heads of tables are printed again");
else {
	const printed = pages.stdout.trimEnd().split("\f"), headed = printed.filter(page => /responders\/of +missing/.test(page)).length;
	expect(printed.every((page, i) => page.trimEnd().endsWith(`${i + 1} / ${printed.length}`)), "each page says which it is, of how many");
	const titles = await value(`[...document.querySelectorAll("h1, h2, h3")].map(one => one.textContent)`);
	none(printed.map(page => page.trim().split("\n")[0]).filter(line => !titles.includes(line)), "each page begins with a title");
	const footnotes = await value(`[...document.querySelectorAll(".display > .footnote")].map(one => one.textContent)`);
	const sections = await value(`[...document.querySelectorAll("tr.section th")].map(one => one.textContent)`);
	const lines = printed.map(page => page.split("\n").map(line => line.trim()).filter(line => line).slice(0, -1));
	none(lines.filter(page => page.findLastIndex(line => line.startsWith("Population: ")) > page.length - 4).map(page => page.at(-1)),
		"no head of a table stands at the end of a page");
	none(lines.filter(page => page.length > 3 && !sections.includes(page[3]) && footnotes.some(note => note.startsWith(page[3]))).map(page => page[0]),
		"no footnote stands on a page without a row of its table");
	const notes = await value(`[...document.querySelectorAll("tfoot .footnote")].map(one => one.textContent)`), texts = printed.map(page => page.replace(/\s+/g, " "));
	none(notes.filter(note => !texts.some(page => page.includes(note))), `each of ${notes.length} footnotes is whole on a page`);
	expect(headed > 2, `the heads of a table stand on each of its pages: ${headed} have those of responses`);
}
expect(pdf.length > 10000 && pdf.subarray(0, 5).toString() === "%PDF-", "it prints to PDF");
browser.kill();
for (const problem of problems)
	console.log("not ok: " + problem);
process.exit(problems.length ? 1 : 0);
