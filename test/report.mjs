// Opens a report in a headless browser over its debugging protocol, and says what is wrong:
// node test/report.mjs CHROMIUM PAGE DIRECTORY.  Screenshots at two widths, and a PDF, go to the directory.
import {spawn} from "node:child_process";
import {writeFileSync, mkdtempSync} from "node:fs";
import {tmpdir} from "node:os";

const [chromium, page, directory] = process.argv.slice(2);
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
	const id = ++count;
	waiting.set(id, answer => answer.error ? failed(new Error(method + ": " + answer.error.message)) : done(answer.result));
	socket.send(JSON.stringify({id, method, params, sessionId: session}));
});
const value = async expression => (await call("Runtime.evaluate", {expression, awaitPromise: true, returnByValue: true})).result.value;
const expect = (is, what) => { if (!is) problems.push(what); else console.log("ok: " + what); };

const {targetId} = await call("Target.createTarget", {url: "about:blank"});
session = (await call("Target.attachToTarget", {targetId, flatten: true})).sessionId;
for (const domain of ["Page", "Runtime", "Network"])
	await call(domain + ".enable");
for (const width of [1280, 390]) {
	await call("Emulation.setDeviceMetricsOverride", {width, height: 1000, deviceScaleFactor: 1, mobile: width < 500});
	await call("Page.navigate", {url: "file://" + page});
	for (let i = 0; i < 300 && !await value("document.body?.dataset.drawn"); i++)
		await new Promise(done => setTimeout(done, 100));
	const figures = await value("document.querySelectorAll('figure').length");
	expect(figures > 0 && await value("Number(document.body.dataset.drawn)") === figures, `${width}: all ${figures} figures are drawn`);
	expect(await value("[...document.querySelectorAll('.drawing svg')].every(svg => svg.querySelectorAll('.mark-line path[d], .mark-symbol path, .mark-rect path').length > 0)"),
		`${width}: each figure has marks`);
	expect(await value("document.documentElement.scrollWidth <= innerWidth"), `${width}: the page is not wider than the window`);
	const shot = await call("Page.captureScreenshot", {captureBeyondViewport: true});
	writeFileSync(`${directory}/report-${width}.png`, Buffer.from(shot.data, "base64"));
}
await value(`document.querySelector("input[type=search]").value = "hy's law", document.querySelector("input[type=search]").dispatchEvent(new Event("input"))`);
expect(await value("[...document.querySelectorAll('.display, figure')].filter(part => !part.hidden).length") === 2, "a search leaves what has its words");
await value(`document.querySelector("input[type=search]").value = "", document.querySelector("input[type=search]").dispatchEvent(new Event("input"))`);
const order = "[...document.querySelectorAll('#display-adverse_events_by_term tr.detail')].map(row => parseFloat(row.cells[1].textContent))";
await value("document.querySelectorAll('#display-adverse_events_by_term thead button')[1].click()");
expect(await value(`${order}.every((one, i, all) => i === 0 || all[i - 1] <= one)`), "a click on a column sorts by it");
await call("Emulation.clearDeviceMetricsOverride");
const pdf = await call("Page.printToPDF", {preferCSSPageSize: true});
writeFileSync(`${directory}/report.pdf`, Buffer.from(pdf.data, "base64"));
expect(pdf.data.length > 10000, "it prints to PDF");
browser.kill();
for (const problem of problems)
	console.log("not ok: " + problem);
process.exit(problems.length ? 1 : 0);
