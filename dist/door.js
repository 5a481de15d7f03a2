import { t as Failure } from "./failure.js";
import { t as DEPLOY_WORDING } from "./deploy-json.js";
import { a as didYouMean, n as parseStateLocation } from "./state-location.js";
import { r as quoted } from "./quote.js";
import { a as parseLabel, c as parseUser, l as parsed, o as parseProxyJump, t as isFileWord, u as refused } from "./names.js";
import { t as maskFreeText } from "./free-text.js";
import { t as EVENT_WORDING } from "./event-wording.js";
import { n as ENDING_WORDING, t as DIAGNOSTIC_WORDING } from "./ending-wording.js";
import { parseArgs } from "node:util";
import { resolve } from "node:path";
// src/request/contradictions.ts
/** Records a refusal in `values` for every option that has no effect together with the rest of the request. */
function refuseContradictions(values, request) {
	const { command, flags, filters } = request;
	if (flags.active && flags.deleted) values.refuse("active", "and --deleted exclude each other: give one of them");
	if (flags.check && flags.purgeSecretsKv) values.refuse("purge-secrets-kv", "cannot be used with --check, which writes nothing");
	if (command === "build" && filters.jobs.length > 0 && !flags.purgeSecretsKv) values.refuse("jobs", "cannot be used with build, except together with --purge-secrets-kv");
	if (command === "deploy" && flags.withHooks && !flags.dryRun) values.refuse("with-hooks", "is for dry runs: a deploy runs its hooks anyway");
	if (command === "job") refuseForVerb(values, request);
	if (command === "run_command") refuseForRunCommand(values, request);
}
const ONLY_CREATE = ["selectors"];
const NOT_CREATE = [
	"allocations",
	"health-check",
	"target"
];
/** Refuses options that a verb of `job` does not support. Each verb has its own options. */
function refuseForVerb(values, { operands }) {
	const [verb = ""] = operands;
	for (const name of verb === "create" ? NOT_CREATE : ONLY_CREATE) if (values.isGiven(name)) values.refuse(name, `cannot be used with job ${verb}`.trimEnd());
	if (verb !== "create" && verb !== "run" && values.isGiven("target")) values.refuse("target", "belongs to job run: the other verbs are targets themselves");
}
function refuseForRunCommand(values, { operands, flags, filters, script }) {
	if (filters.workers.length > 0 && filters.labels.length > 0) values.refuse("labels", "and workers exclude each other: specify either --workers or --labels, not both");
	if (flags.ignoreFailure && flags.healthCheck) values.refuse("ignore-failure", "and --health-check exclude each other: a failed health check ends the run");
	if (operands.length > 0 && script !== void 0) values.refuse("run", "and a command in words exclude each other: give one of them");
}
// src/request/notify/url-settings.ts
/** Reads settings that have the form `name=value&…` in a URL. */
/**
* Reads settings and collects all problems, so that a refusal of a line lists all its problems. An unknown name is a problem.
*/
var UrlSettings = class {
	#values;
	#reasons = [];
	constructor(values, names) {
		this.#values = values;
		for (const name of new Set(values.keys())) {
			if (names.includes(name)) continue;
			const hint = didYouMean(name, names) ?? `there are: ${names.join(", ")}`;
			this.refuse(`unknown setting ${quoted(name)} (${hint})`);
		}
	}
	/** Returns the text. Returns undefined when the text is missing or blank. */
	text(name) {
		const text = this.#values.get(name) ?? "";
		return text.trim() === "" ? void 0 : text;
	}
	/** Returns true for each word that ParseBool of Go reads as true, and false for every other text. */
	flag(name) {
		return isTrue(this.text(name));
	}
	webAddress(name) {
		const text = this.text(name);
		if (text === void 0) return void 0;
		if (!(URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) this.refuse(`${name} must be a web address (got ${quoted(text)})`);
		return text;
	}
	refuse(reason) {
		this.#reasons.push(reason);
	}
	finish(value) {
		return this.#reasons.length === 0 ? parsed(value) : refused(this.#reasons.join("; "));
	}
};
function isTrue(text) {
	return text !== void 0 && /^(1|t|T|true|TRUE|True)$/.test(text);
}
/** Returns only the scheme and the host, because the other parts may be secret. */
function shownUrl(url) {
	if (!url) return "a text that is not a URL";
	const rest = url.pathname.length > 1 || url.search !== "" || url.hash !== "" ? "/…" : "";
	return url.host === "" ? `${url.protocol}…` : `${url.protocol}//${url.host}${rest}`;
}
/** Decodes percent escapes. A text with an invalid percent escape is returned unchanged. */
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
// src/request/notify/parse-mail.ts
const SUBMISSION_PORT = 587;
/** The standard port for connections that start with TLS. */
const TLS_PORT = 465;
const NAMES = [
	"username",
	"password",
	"from",
	"subject",
	"tls",
	"quiet"
];
/**
* Parses `smtp://HOST[:PORT]/RECIPIENT?username=…&password=…`. A missing setting is not reported here but when the channel is
* opened.
*/
function parseMail(url) {
	const settings = new UrlSettings(url.searchParams, NAMES);
	const password = settings.text("password") ?? (decoded(url.password) || void 0);
	const port = url.port === "" ? SUBMISSION_PORT : Number(url.port);
	const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
	return settings.finish({
		kind: "mail",
		label: host === "" ? "mail" : `mail ${host}`,
		host,
		port,
		to: decoded(url.pathname.replace(/^\//, "")),
		username: settings.text("username") ?? (decoded(url.username) || void 0),
		password,
		from: settings.text("from"),
		subject: settings.text("subject"),
		quiet: settings.flag("quiet"),
		tls: tlsOf(settings, port),
		secrets: password === void 0 ? [] : [password]
	});
}
/** Returns the TLS mode. TLS is off only for `tls=false`, `tls=0` or `tls=f`. */
function tlsOf(settings, port) {
	if (/^(0|f|F|false|FALSE|False)$/.test(settings.text("tls") ?? "")) return "none";
	return port === TLS_PORT ? "from-start" : "upgrade";
}
// src/request/notify/target.ts
const WEBHOOK_TEMPLATES = [
	"json",
	"teams",
	"discord"
];
// src/request/notify/parse-webhook.ts
/** Services whose webhooks accept only their own message format. */
const SERVICES = [{
	host: /(^|\.)discord(app)?\.com$/,
	template: "discord"
}, {
	host: /(^|\.)(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/,
	template: "teams"
}];
/** Parts of an address with at least this length are treated as tokens. */
const SHORTEST_TOKEN = 16;
/**
* Parses `https://…#template=…&secret=…&quiet=…`. The settings are in the fragment, because a fragment is never sent. The
* query of the address belongs to the receiver.
*/
function parseWebhook(url) {
	const settings = new UrlSettings(new URLSearchParams(url.hash.slice(1)), [
		"template",
		"secret",
		"quiet"
	]);
	const secret = settings.text("secret");
	if (url.username !== "" || url.password !== "") settings.refuse("an address with user or password cannot be called");
	const address = new URL(url);
	address.hash = "";
	return settings.finish({
		kind: "webhook",
		label: `webhook ${url.host}`,
		url: address.href,
		template: templateOf(settings, url.hostname),
		secret,
		quiet: settings.flag("quiet"),
		secrets: [...tokensOf(address), ...secret === void 0 ? [] : [secret]]
	});
}
function templateOf(settings, host) {
	const asked = settings.text("template");
	const template = WEBHOOK_TEMPLATES.find((one) => one === asked);
	if (asked !== void 0 && template === void 0) settings.refuse(`template must be ${WEBHOOK_TEMPLATES.join(", ")} (got ${JSON.stringify(asked)})`);
	return template ?? SERVICES.find((one) => one.host.test(host))?.template ?? "json";
}
/**
* Returns the secrets of an address. Anybody who knows the address can post to it, so the whole address is secret. Each part
* that looks like a token is also secret.
*/
function tokensOf(url) {
	const parts = [...url.pathname.split("/"), ...url.searchParams.values()];
	return [url.href, ...parts.filter((part) => part.length >= SHORTEST_TOKEN)];
}
// src/request/notify/parse-targets.ts
/**
* Parses the text of `notify`, which has one URL per line, into targets. A refusal quotes the line without the parts that may
* be secret.
*/
const KNOWN = "want slack://CHANNEL, smtp://HOST/RECIPIENT, mail://HOST/RECIPIENT or https://…";
function parseTargets(text) {
	const lines = text.split("\n").map((line) => line.trim());
	const targets = [];
	const reasons = [];
	for (const [at, line] of lines.entries()) {
		if (line === "") continue;
		const target = parseTarget(line);
		if (target.ok) targets.push(target.value);
		else reasons.push(`line ${at + 1}: ${target.reason}`);
	}
	return reasons.length === 0 ? parsed(targets) : refused(reasons.join("; "));
}
function parseTarget(line) {
	const url = URL.canParse(line) ? new URL(line) : void 0;
	if (!url) return unsupported(url);
	switch (url.protocol) {
		case "slack:": return parseSlack(url);
		case "smtp:":
		case "mail:": return parseMail(url);
		case "https:":
		case "http:": return parseWebhook(url);
		default: return unsupported(url);
	}
}
function unsupported(url) {
	return refused(`unsupported notify: ${shownUrl(url)} (${KNOWN})`);
}
const TIMESTAMP = /^\d{1,12}\.\d{1,9}$/;
function parseSlack(url) {
	const settings = new UrlSettings(url.searchParams, [
		"title",
		"url",
		"quiet",
		"thread",
		"thread_ts",
		"username",
		"api"
	]);
	const channel = decoded(url.hostname);
	const timestamp = settings.text("thread_ts");
	if (timestamp !== void 0 && !TIMESTAMP.test(timestamp)) settings.refuse(`thread_ts must be the timestamp of a message such as 1503435956.000247 (got ${quoted(timestamp)})`);
	return settings.finish({
		kind: "slack",
		label: channel === "" ? "slack" : `slack ${channel}`,
		channel,
		title: settings.text("title"),
		url: settings.webAddress("url"),
		username: settings.text("username") ?? "maand",
		quiet: settings.flag("quiet"),
		thread: threadOf(settings.flag("thread") ? "in-file" : "none", timestamp),
		apiUrl: settings.webAddress("api"),
		secrets: []
	});
}
/** Returns the thread. A given timestamp takes precedence over `kind`. */
function threadOf(kind, timestamp) {
	if (timestamp !== void 0) return {
		kind: "given",
		timestamp
	};
	return { kind };
}
// src/request/option-table.ts
const DEPLOYING = ["deploy", "plan"];
const OPTIONS$1 = [
	{
		name: "command",
		kind: "text",
		value: "COMMAND",
		summary: "the command, instead of a word on the command line",
		fallback: "deploy in the action"
	},
	{
		name: "bucket",
		kind: "text",
		value: "DIR",
		summary: "bucket directory",
		fallback: "the nearest parent with maand.conf"
	},
	{
		name: "jobs",
		kind: "list",
		value: "A,B",
		summary: "only these jobs",
		fallback: "all",
		commands: [
			...DEPLOYING,
			"build",
			"health_check",
			"hooks",
			"cat"
		]
	},
	{
		name: "workers",
		kind: "list",
		short: "w",
		value: "H,…",
		summary: "only these workers",
		fallback: "all",
		commands: [
			"cat",
			"render",
			"run_command",
			"doctor"
		]
	},
	{
		name: "allocations",
		kind: "list",
		value: "H,…",
		summary: "only the allocations on these workers",
		fallback: "all",
		commands: ["job"]
	},
	{
		name: "labels",
		kind: "list",
		short: "l",
		value: "L,…",
		summary: "only workers with one of these labels",
		fallback: "all",
		commands: ["run_command"]
	},
	{
		name: "only-waves",
		kind: "text",
		value: "0,1-2",
		summary: "only these waves of the deploy",
		missing: true
	},
	{
		name: "build",
		kind: "flag",
		short: "b",
		only: "cli",
		summary: "build first",
		commands: DEPLOYING
	},
	{
		name: "check",
		kind: "flag",
		only: "cli",
		summary: "only validate; needs no key, no state and no SSH, and writes nothing",
		commands: ["build", "validate"]
	},
	{
		name: "fix",
		kind: "flag",
		only: "cli",
		summary: "rewrite older words of the workspace first",
		commands: ["build"]
	},
	{
		name: "purge-secrets-kv",
		kind: "flag",
		only: "cli",
		summary: "delete values that hooks stored for jobs without allocations; with --jobs, also of disabled jobs",
		commands: ["build"]
	},
	{
		name: "selectors",
		kind: "list",
		only: "cli",
		value: "A,B",
		summary: "labels that a worker must have to get the new job",
		fallback: "the name of the job",
		commands: ["job"]
	},
	{
		name: "retain-days",
		kind: "text",
		only: "cli",
		value: "N",
		summary: "keep the history of keys that changed in the last N days",
		fallback: "0",
		commands: ["gc"]
	},
	{
		name: "forget",
		kind: "list",
		only: "cli",
		value: "H,…",
		summary: "delete the records of these workers, which are no longer in workers.json",
		commands: ["gc"]
	},
	{
		name: "dry-run",
		kind: "flag",
		short: "n",
		summary: "show what would happen, and change nothing",
		commands: [...DEPLOYING, "gc"]
	},
	{
		name: "force",
		kind: "flag",
		summary: "roll jobs even when nothing changed",
		commands: DEPLOYING
	},
	{
		name: "sync-only",
		kind: "flag",
		summary: "deliver files, but run no make target",
		commands: DEPLOYING
	},
	{
		name: "trust-state",
		kind: "flag",
		summary: "ask no worker when the state in a file says that there is nothing to do",
		commands: DEPLOYING
	},
	{
		name: "allow-downgrade",
		kind: "flag",
		summary: "deploy although a newer run has deployed, where maand.conf has allow_downgrade = false",
		commands: DEPLOYING
	},
	{
		name: "with-hooks",
		kind: "flag",
		only: "cli",
		summary: "also run post_build and pre_deploy hooks in a dry run; values that they store are dropped",
		commands: DEPLOYING
	},
	{
		name: "allow-stops",
		kind: "list",
		value: "JOB,…|all",
		summary: "these jobs may be stopped on their last worker",
		fallback: "none: such a deploy is refused",
		commands: DEPLOYING
	},
	{
		name: "plan-digest",
		kind: "text",
		value: "sha256:…",
		summary: "refuse unless the plan has this digest",
		commands: ["deploy"]
	},
	{
		name: "wait",
		kind: "flag",
		summary: "wait until the jobs are healthy",
		commands: ["health_check"]
	},
	{
		name: "health-check",
		kind: "flag",
		summary: "wait after each batch until the jobs are healthy",
		commands: ["job", "run_command"]
	},
	{
		name: "hook",
		kind: "text",
		value: "HOOK",
		summary: "the hook to run",
		commands: ["hooks"]
	},
	{
		name: "target",
		kind: "text",
		value: "T",
		summary: "the make target of job run",
		commands: ["job"]
	},
	{
		name: "run",
		kind: "text",
		value: "CMD",
		summary: "the command for the workers, instead of a word on the command line",
		fallback: "the file workspace/command.sh",
		commands: ["run_command"]
	},
	{
		name: "concurrency",
		kind: "text",
		short: "c",
		only: "cli",
		value: "N",
		summary: "how many workers run it at the same time",
		fallback: "1",
		commands: ["run_command"]
	},
	{
		name: "ignore-failure",
		kind: "flag",
		only: "cli",
		summary: "continue with the other workers after a failure",
		commands: ["run_command"]
	},
	{
		name: "args",
		kind: "text",
		value: "WORDS",
		summary: "more words for the command, as typed in a shell"
	},
	{
		name: "active",
		kind: "flag",
		only: "cli",
		summary: "only keys that are not deleted",
		commands: ["cat"]
	},
	{
		name: "deleted",
		kind: "flag",
		only: "cli",
		summary: "only deleted keys",
		commands: ["cat"]
	},
	{
		name: "worker",
		kind: "list",
		only: "cli",
		value: "HOST",
		summary: "the same as workers",
		commands: ["render"]
	},
	{
		name: "out",
		kind: "text",
		only: "cli",
		value: "PATH",
		summary: "render: write into this folder, which must be empty or new; state export: write into this file",
		commands: ["render", "state"]
	},
	{
		name: "diff",
		kind: "flag",
		only: "cli",
		summary: "show changes since the last promote; changed lines come from the workers that answer",
		commands: ["render"]
	},
	{
		name: "reveal",
		kind: "flag",
		only: "cli",
		summary: "show a secret as plain text",
		commands: ["cat"]
	},
	{
		name: "from",
		kind: "text",
		only: "cli",
		value: "HOST",
		summary: "state recover: use the copy of this worker",
		commands: ["state"]
	},
	{
		name: "accept-rollback",
		kind: "flag",
		only: "cli",
		summary: "state recover: accept a copy that is older than the newest deploy on a worker",
		commands: ["state"]
	},
	{
		name: "reason",
		kind: "text",
		only: "cli",
		value: "TEXT",
		summary: "state recover: the reason, which is kept in the state",
		commands: ["state"]
	},
	{
		name: "new-key",
		kind: "flag",
		only: "cli",
		summary: "state rotate-key: make a key, and put it first in secrets/state.key",
		commands: ["state"]
	},
	{
		name: "import",
		kind: "text",
		only: "cli",
		value: "FILE",
		summary: "state adopt: a JSON file with ports and key/value entries, which are not on the workers",
		commands: ["state"]
	},
	{
		name: "environment",
		kind: "text",
		value: "NAME",
		summary: "each environment has its own state; uses workspace/workers.NAME.json when it exists",
		fallback: "default"
	},
	{
		name: "job-config-selector",
		kind: "text",
		value: "NAME",
		summary: "use bucket.jobs.NAME.conf",
		fallback: "from maand.conf"
	},
	{
		name: "ssh-private-key",
		kind: "secret",
		summary: "text of the SSH key",
		fallback: "the file secrets/<ssh_key> of the bucket"
	},
	{
		name: "ssh-passphrase",
		kind: "secret",
		summary: "passphrase of the SSH key"
	},
	{
		name: "ssh-user",
		kind: "text",
		value: "USER",
		summary: "user on the workers",
		fallback: "from maand.conf"
	},
	{
		name: "ssh-port",
		kind: "text",
		value: "PORT",
		summary: "SSH port of the workers",
		fallback: "from maand.conf"
	},
	{
		name: "ssh-proxy-jump",
		kind: "text",
		value: "USER@HOST:PORT,…",
		summary: "jump hosts",
		fallback: "from maand.conf"
	},
	{
		name: "known-hosts",
		kind: "text",
		value: "TEXT",
		summary: "host keys, in OpenSSH format",
		fallback: "the file workspace/known_hosts"
	},
	{
		name: "host-key-policy",
		kind: "text",
		value: "strict|accept-new",
		summary: "accept-new pins the first key that a worker shows",
		fallback: "strict"
	},
	{
		name: "state-key",
		kind: "secret",
		summary: "encrypts the state and its secrets",
		fallback: "on the command line the file secrets/state.key"
	},
	{
		name: "state",
		kind: "text",
		value: "cache|workers|file:DIR",
		summary: "where the state is kept",
		fallback: "state of maand.conf, else the bucket"
	},
	{
		name: "initialize",
		kind: "text",
		value: "auto|never",
		summary: "whether a run without a state may create one",
		fallback: "auto"
	},
	{
		name: "lock-wait",
		kind: "text",
		value: "SECONDS",
		summary: "how long to wait for the lock of another run",
		fallback: "0"
	},
	{
		name: "before-deploy-hook",
		kind: "text",
		value: "SCRIPT",
		summary: "shell script before the deploy; when it fails, nothing is changed",
		commands: DEPLOYING
	},
	{
		name: "after-deploy-hook",
		kind: "text",
		value: "SCRIPT",
		summary: "shell script after a successful deploy; when it fails, the deploy stays successful",
		commands: DEPLOYING
	},
	{
		name: "working-directory",
		kind: "text",
		value: "DIR",
		summary: "folder in which the two shell scripts run",
		fallback: "the bucket directory",
		commands: DEPLOYING
	},
	{
		name: "hook-timeout",
		kind: "text",
		value: "SECONDS",
		summary: "time limit of a hook",
		fallback: "hook_timeout of maand.conf, 600"
	},
	{
		name: "hook-env",
		kind: "list",
		value: "NAME,…",
		summary: "withheld variables that hooks may see"
	},
	{
		name: "notify",
		kind: "lines",
		value: "URL",
		sensitive: true,
		summary: "where messages about deploys are sent: slack://, smtp://, https://; may be given more than once"
	},
	{
		name: "parallel-workers",
		kind: "text",
		value: "N",
		summary: "how many workers are handled at the same time",
		fallback: "from maand.conf, 32"
	},
	{
		name: "log-format",
		kind: "text",
		value: "text|json|kv",
		summary: "form of the live log",
		fallback: "text"
	},
	{
		name: "comment",
		kind: "flag",
		summary: "keep a comment with the result on the pull request",
		missing: true
	},
	{
		name: "github-token",
		kind: "secret",
		summary: "asks GitHub whether the run that has the lock has ended",
		fallback: "in the action the token of the job"
	},
	{
		name: "verbose",
		kind: "flag",
		short: "v",
		summary: "show every worker, every promote, and stack traces of internal errors"
	},
	{
		name: "json",
		kind: "flag",
		only: "cli",
		summary: "print exactly one JSON document on standard output"
	},
	{
		name: "no-color",
		kind: "flag",
		only: "cli",
		summary: "no colours (also with NO_COLOR)"
	},
	{
		name: "help",
		kind: "flag",
		short: "h",
		only: "cli",
		summary: "show help"
	},
	{
		name: "version",
		kind: "flag",
		only: "cli",
		summary: "show the version"
	}
];
function optionNamed(name) {
	return OPTIONS$1.find((option) => option.name === name);
}
/** Returns true when the text may come in a variable that child processes must not inherit. */
function isWithheld({ kind, sensitive }) {
	return kind === "secret" || sensitive === true;
}
/** Returns the name of the environment variable of a secret. */
function secretVariable({ name }) {
	return `MAAND_${name.toUpperCase().replaceAll("-", "_")}`;
}
// src/request/values.ts
/** Turns texts of inputs and flags into typed values. Problems are collected, so that all of them are reported at once. */
/**
* Reads the values of one request. `nameOf` returns the name of an option for messages, for example `--jobs` or `input jobs`.
*/
var Values = class {
	#texts;
	#nameOf;
	#problems = [];
	constructor(texts, nameOf) {
		this.#texts = texts;
		this.#nameOf = nameOf;
	}
	/** Returns the text. Returns undefined when the text is missing or blank. */
	text(name) {
		const text = this.#texts.get(name);
		return text === void 0 || text.trim() === "" ? void 0 : text;
	}
	/** Returns whether the user set the option. A flag with the value `false` counts as not set. */
	isGiven(name) {
		const text = this.text(name)?.trim();
		return text !== void 0 && !(optionNamed(name)?.kind === "flag" && /^(false|False|FALSE)$/.test(text));
	}
	/** Reads a boolean in the spelling of YAML. */
	flag(name) {
		const text = this.text(name)?.trim() ?? "false";
		if (/^(true|True|TRUE)$/.test(text)) return true;
		if (!/^(false|False|FALSE)$/.test(text)) this.refuse(name, `must be true or false (got ${quoted(text)})`);
		return false;
	}
	/**
	* Splits the text at commas and line breaks. Duplicates are dropped; the first mention of an entry determines its position.
	*/
	list(name) {
		const entries = (this.text(name) ?? "").split(/[,\n]/).map((entry) => entry.trim());
		return [...new Set(entries.filter((entry) => entry !== ""))];
	}
	integer(name, { least, most }) {
		const text = this.text(name)?.trim();
		if (text === void 0) return void 0;
		const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
		if (value >= least && value <= most) return value;
		this.refuse(name, `must be a whole number between ${least} and ${most} (got ${quoted(text)})`);
	}
	choice(name, choices) {
		const text = this.text(name)?.trim();
		const choice = choices.find((one) => one === text);
		if (text !== void 0 && choice === void 0) this.refuse(name, `must be ${choices.join(" or ")} (got ${quoted(text)})`);
		return choice;
	}
	parsed(name, parse) {
		const text = this.text(name);
		if (text === void 0) return void 0;
		const result = parse(text);
		if (result.ok) return result.value;
		this.refuse(name, result.reason);
	}
	/** Records a refusal. `reason` completes a sentence that starts with the name of the option. */
	refuse(name, reason) {
		this.#problems.push(`${this.#nameOf(name)} ${reason}`);
	}
	/** Throws a `Failure` (exit code 2) with all refusals, if there are any. */
	requireSound() {
		if (this.#problems.length > 0) throw new Failure(this.#problems.join("\n"), { exitCode: 2 });
	}
};
// src/request/make-request.ts
/**
* Makes the typed request from command, operands and option texts, both for the action and for the command line. Throws a
* `Failure` (exit code 2) with everything that is wrong.
*/
const MOST_SECONDS = 604800;
const MOST_DAYS = 36500;
function makeRequest(input) {
	const { face, spec } = input;
	if (spec.missing) throw notAvailable(spec);
	const values = new Values(input.texts, (name) => face === "action" ? `input ${name}` : `--${name}`);
	if (face === "action") refuseScreenFlags(values);
	refuseMissing(values);
	refuseUnheard(values, spec);
	const request = read(input, values);
	refuseContradictions(values, request);
	const logFormat = values.choice("log-format", [
		"text",
		"json",
		"kv"
	]) ?? "text";
	values.requireSound();
	requireOperands(input);
	return {
		request,
		logFormat
	};
}
/** Returns the failure for a command that this version does not have. */
function notAvailable({ name }) {
	return new Failure(`${name} is not available in this version`, { exitCode: 2 });
}
function refuseMissing(values) {
	for (const { name, missing } of OPTIONS$1) if (missing && values.isGiven(name)) values.refuse(name, "is not available in this version: leave it out");
}
/** Refuses display flags for the action. In the action they can only come from the input `args`. */
function refuseScreenFlags(values) {
	for (const name of [
		"json",
		"no-color",
		"help",
		"version"
	]) if (values.isGiven(name)) values.refuse(name, "is for the command line (the JSON is in the file of the output \"result\")");
}
/**
* Refuses options that the command does not support. To ignore such an option is dangerous: for example, a command that
* ignores `dry-run` would write.
*/
function refuseUnheard(values, { name: command }) {
	for (const { name, commands, missing } of OPTIONS$1) {
		if (missing || !commands || commands.includes(command) || !values.isGiven(name)) continue;
		values.refuse(name, `cannot be used with ${command} (only with ${commands.join(", ")})`);
	}
}
function requireOperands({ spec, operands }) {
	if (operands.length <= spec.mostOperands) return;
	const usage = `maand ${spec.name} ${spec.operands}`.trim();
	throw new Failure(`${spec.name} does not accept the word ${quoted(operands[spec.mostOperands] ?? "")}`, {
		exitCode: 2,
		hint: `usage: ${usage}`
	});
}
function read({ spec, operands, ...base }, values) {
	const hookTimeoutSeconds = values.integer("hook-timeout", {
		least: 1,
		most: MOST_SECONDS
	});
	return {
		command: spec.name,
		operands,
		bucket: values.text("bucket")?.trim(),
		flags: readFlags(values),
		filters: {
			jobs: values.list("jobs"),
			workers: [.../* @__PURE__ */ new Set([...values.list("workers"), ...values.list("worker")])],
			allocations: values.list("allocations"),
			labels: values.list("labels")
		},
		connection: readConnection(values),
		state: {
			location: values.parsed("state", (text) => parseStateLocation(text, base)),
			key: values.text("state-key"),
			initialize: values.choice("initialize", ["auto", "never"]) ?? "auto",
			lockWaitMs: (values.integer("lock-wait", {
				least: 0,
				most: MOST_SECONDS
			}) ?? 0) * 1e3
		},
		repair: {
			from: values.text("from")?.trim(),
			acceptRollback: values.flag("accept-rollback"),
			reason: values.text("reason")?.trim(),
			newKey: values.flag("new-key"),
			import: values.text("import")
		},
		environment: values.parsed("environment", parseName) ?? "default",
		jobConfigSelector: values.parsed("job-config-selector", parseName),
		hookTimeoutMs: hookTimeoutSeconds === void 0 ? void 0 : hookTimeoutSeconds * 1e3,
		hookEnv: values.list("hook-env"),
		shellHooks: {
			before: values.text("before-deploy-hook"),
			after: values.text("after-deploy-hook"),
			workingDirectory: values.text("working-directory")?.trim()
		},
		notify: values.parsed("notify", parseTargets) ?? [],
		allowStops: values.list("allow-stops"),
		planDigest: values.parsed("plan-digest", parseDigest),
		parallelWorkers: values.integer("parallel-workers", {
			least: 1,
			most: 1e3
		}),
		outPath: values.parsed("out", (folder) => parsed(resolve(base.workingDirectory, folder.trim()))),
		githubToken: values.text("github-token"),
		selectors: readSelectors(values),
		retainDays: values.integer("retain-days", {
			least: 0,
			most: MOST_DAYS
		}) ?? 0,
		forgottenWorkers: values.list("forget"),
		target: values.text("target"),
		script: values.text("run"),
		concurrency: values.integer("concurrency", {
			least: 1,
			most: 1e3
		}) ?? 1
	};
}
function readFlags(values) {
	return {
		build: values.flag("build"),
		check: values.flag("check"),
		fix: values.flag("fix"),
		dryRun: values.flag("dry-run"),
		force: values.flag("force"),
		syncOnly: values.flag("sync-only"),
		trustState: values.flag("trust-state"),
		allowDowngrade: values.flag("allow-downgrade"),
		wait: values.flag("wait"),
		verbose: values.flag("verbose"),
		reveal: values.flag("reveal"),
		active: values.flag("active"),
		deleted: values.flag("deleted"),
		diff: values.flag("diff"),
		purgeSecretsKv: values.flag("purge-secrets-kv"),
		withHooks: values.flag("with-hooks"),
		healthCheck: values.flag("health-check"),
		ignoreFailure: values.flag("ignore-failure")
	};
}
function readConnection(values) {
	return {
		privateKey: values.text("ssh-private-key"),
		passphrase: values.text("ssh-passphrase"),
		user: values.parsed("ssh-user", parseUser),
		port: values.integer("ssh-port", {
			least: 1,
			most: 65535
		}),
		proxyJump: values.parsed("ssh-proxy-jump", parseProxyJump),
		knownHosts: values.text("known-hosts"),
		hostKeyPolicy: values.choice("host-key-policy", ["strict", "accept-new"]) ?? "strict"
	};
}
function readSelectors(values) {
	const labels = values.list("selectors").map((text) => {
		const label = parseLabel(text);
		if (label.ok) return label.value;
		values.refuse("selectors", label.reason);
		return "";
	});
	return [...new Set(labels)];
}
function parseName(text) {
	const name = text.trim();
	return isFileWord(name) ? parsed(name) : refused(`must be part of a file name: letters, digits, ".", "_" and "-" (got ${quoted(name)})`);
}
function parseDigest(text) {
	const digest = text.trim();
	return /^sha256:[0-9a-f]{64}$/.test(digest) ? parsed(digest) : refused(`must be sha256: and 64 hex digits (got ${quoted(digest)})`);
}
// src/request/older-words.ts
/** Translates outdated words of the command line into current ones. */
const COMMANDS$1 = {
	job_command: "hooks",
	jobcommand: "hooks"
};
const LISTINGS = {
	job_commands: "hooks",
	hashes: "deployments"
};
const OPTIONS = { "purge-job-kv": "purge-secrets-kv" };
/** Returns command and operands in current words. A dash and an underscore are equal. */
function todaysWords([command = "", ...operands]) {
	const notes = [];
	const replace = (word, today) => {
		if (today === void 0 || today === word) return word;
		notes.push(sentence(word, today));
		return today;
	};
	const name = replace(command, entryOf(COMMANDS$1, command));
	const [first = "", ...rest] = operands;
	if (operands.length === 0) return {
		words: [name],
		notes
	};
	if (name === "cat") return {
		words: [
			name,
			replace(first, entryOf(LISTINGS, first)),
			...rest
		],
		notes
	};
	return {
		words: [
			name,
			name === "hooks" || name === "hook" ? replace(first, first.replace(/^command_/, "hook_")) : first,
			...rest
		],
		notes
	};
}
/**
* Returns the current name of an option with an outdated name, and undefined for other options. `name` is written with
* dashes.
*/
function todaysOption(name) {
	const today = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : void 0;
	return today === void 0 ? void 0 : {
		name: today,
		note: sentence(`--${name}`, `--${today}`)
	};
}
function entryOf(table, word) {
	const spelled = word.replaceAll("-", "_");
	return Object.hasOwn(table, spelled) ? table[spelled] : void 0;
}
function sentence(older, today) {
	return `${quoted(older)} is an older word for ${quoted(today)}`;
}
// src/request/request.ts
const COMMANDS = [
	"init",
	"build",
	"deploy",
	"validate",
	"plan",
	"rollback",
	"health_check",
	"hooks",
	"job",
	"run_command",
	"render",
	"cat",
	"worker_facts",
	"gc",
	"logs",
	"state",
	"doctor"
];
// src/request/command-table.ts
/** Lists every command with its names, its operands and its help text. */
const MANY = Number.POSITIVE_INFINITY;
const missing = (name, operands, summary) => ({
	name,
	operands,
	summary,
	mostOperands: MANY,
	examples: [],
	state: "never",
	missing: true
});
const TABLE = [
	{
		name: "init",
		operands: "[DIR]",
		mostOperands: 1,
		summary: "make a bucket",
		about: ["Keeps existing files, so it can be run again. Extends .gitignore and makes secrets/state.key."],
		examples: ["maand init", "maand init deploy/production"],
		state: "always"
	},
	{
		name: "build",
		operands: "",
		mostOperands: 0,
		summary: "read and validate the workspace, place jobs, publish KV",
		about: [
			"Reports all errors at once, with file, line and column.",
			"--purge-secrets-kv deletes the variables and secrets that hooks stored for jobs without allocations, and lists them.",
			"A disabled job keeps them, unless it is named with --jobs."
		],
		examples: [
			"maand build",
			"maand build --check --json",
			"maand build --check --fix",
			"maand build --purge-secrets-kv --jobs old-api"
		],
		state: "always"
	},
	{
		name: "deploy",
		operands: "",
		mostOperands: 0,
		summary: "deploy the last build to the workers, wave by wave",
		about: ["Rolls only what changed, in batches, with a health check after each. The next deploy resumes a failed one."],
		examples: [
			"maand deploy --build",
			"maand deploy -b --jobs api,web",
			"maand deploy -b --dry-run --json"
		],
		state: "always"
	},
	{
		name: "validate",
		operands: "",
		mostOperands: 0,
		summary: "short for build --check",
		about: ["Needs no key, no state and no SSH, and writes nothing."],
		examples: ["maand validate"],
		state: "never"
	},
	{
		name: "plan",
		operands: "",
		mostOperands: 0,
		summary: "short for deploy --build --dry-run",
		about: ["Contacts no worker, runs no hook, saves nothing."],
		examples: ["maand plan", "maand plan --json > plan.json"],
		state: "with-key"
	},
	{
		name: "health_check",
		operands: "",
		mostOperands: 0,
		summary: "check the health of every worker and every job",
		examples: ["maand health_check", "maand health_check --jobs api --wait"],
		state: "always"
	},
	{
		name: "hooks",
		aliases: ["hook"],
		operands: "HOOK [JOB]",
		mostOperands: 2,
		summary: "run a hook that is registered for the event cli",
		examples: ["maand hooks hook_backup", "maand hook hook_backup database"],
		state: "always"
	},
	{
		name: "cat",
		operands: "workers|jobs|allocations|deployments|hooks|ports|certs|kv|info",
		mostOperands: 4,
		summary: "list what the bucket holds",
		about: ["Shows the bucket as a build would make it now. Contacts no worker, takes no lock, writes nothing.", "maand cat kv get NAMESPACE KEY [--reveal] shows one value."],
		examples: [
			"maand cat deployments",
			"maand cat kv --jobs api",
			"maand cat kv get maand/job/api job_name"
		],
		state: "always"
	},
	{
		name: "render",
		operands: "JOB",
		mostOperands: 1,
		summary: "show what a deploy would deliver",
		about: ["Lists the files with mode and size. Runs no hook and saves nothing; only --diff contacts workers.", "Lists keys that hooks have not written yet: templates that read them cannot be rendered before that."],
		examples: [
			"maand render api",
			"maand render api --worker 10.0.0.1 --out /tmp/api",
			"maand render api --diff"
		],
		state: "with-key"
	},
	{
		name: "job",
		operands: "start|stop|restart|reload|status|run|create JOB",
		mostOperands: 2,
		summary: "run a make target of a job by hand, or make a new job",
		about: [
			"start, stop, restart, reload, status: that target of the Makefile, on every active allocation, in rollout order and",
			"batches of max_concurrent_upgrades. run: any other target, --target NAME. JOB may be a list: A,B.",
			"A job with a job_control hook runs this hook instead, with the target in TARGET.",
			"The state does not change: the next deploy does not start a job that was stopped by hand, unless the job changed.",
			"To keep one stopped, disable it in workspace/disabled.json.",
			"create: makes workspace/jobs/JOB with manifest.json and a Makefile."
		],
		examples: [
			"maand job restart api --health-check",
			"maand job status api,web",
			"maand job stop database --allocations 10.0.0.2",
			"maand job run database --target backup",
			"maand job create api --selectors web,eu"
		],
		state: "always"
	},
	{
		name: "run_command",
		operands: "'CMD'",
		mostOperands: 1,
		summary: "run a command on workers",
		about: [
			"CMD is a script for sh: quote it. It runs in the bucket's folder on the worker (before the first deploy: the login",
			"folder) with BUCKET_ID and WORKER_IP, at most command_timeout seconds. Without CMD: workspace/command.sh.",
			"After the first failure no further worker begins; running ones are finished."
		],
		examples: [
			"maand run_command 'df -h /' --concurrency 10",
			"maand run_command 'systemctl restart docker' --labels db --health-check",
			"maand run_command 'apt-get -y upgrade' -w 10.0.0.1,10.0.0.2 --ignore-failure"
		],
		state: "always"
	},
	{
		name: "gc",
		operands: "",
		mostOperands: 0,
		summary: "remove folders, keys and records of removed allocations",
		about: [
			"Removes the whole folder of the job on their workers, with data/ and logs/. In the state it removes their records,",
			"keys of jobs without allocations (disabled ones count), and old versions of keys. Refused while a removed allocation",
			"still has to be stopped: run maand deploy first. On a worker that left workers.json it is kept until --forget."
		],
		examples: [
			"maand gc --dry-run",
			"maand gc --retain-days 30",
			"maand gc --forget 10.0.0.9"
		],
		state: "always"
	},
	missing("rollback", "JOB", "bring back the previously promoted tree"),
	{
		...missing("worker_facts", "", "probe capacity into workers.json"),
		aliases: ["collect_facts", "collect"]
	},
	missing("logs", "show", "read the log"),
	{
		name: "state",
		operands: "show|unlock|export|recover|rotate-key|adopt",
		mostOperands: 2,
		summary: "show the state, or repair it",
		about: [
			"show               show every copy, the lock and unfinished steps, even when no run could start from the state",
			"unlock TOKEN       break the lock with this token or run id",
			"export             print the state as JSON; secrets and private keys stay sealed",
			"recover            use the newest remaining copy (or the one --from HOST) although it is not proven",
			"rotate-key         seal the state and every secret again, with the first key",
			"adopt [BUCKET-ID]  make a first state from the jobs that are deployed on the workers"
		],
		examples: [
			"maand state show --json",
			"maand state unlock 3f0c8a52-4a0e-4a1d-9d1b-6d1f0f6f3a11",
			"maand state export --out state.json",
			"maand state recover --reason \"two of three workers burnt\"",
			"maand state recover --from 10.0.0.1 --accept-rollback --reason \"wrong snapshot restored\"",
			"maand state rotate-key --new-key",
			"maand state adopt --import ports.json"
		],
		state: "always"
	},
	{
		name: "doctor",
		operands: "",
		mostOperands: 0,
		summary: "check runner, keys and workers",
		about: ["Shows the cause, the evidence and the fix of each failure. Takes no lock and writes nothing."],
		examples: ["maand doctor", "maand doctor --workers 10.0.0.1 --json"],
		state: "with-key"
	}
];
/** Returns all commands in the order of the help. */
function commandSpecs() {
	return TABLE;
}
function commandSpec(name) {
	const spec = TABLE.find((one) => one.name === name);
	if (!spec) throw new Error(`no entry for the command ${name}`);
	return spec;
}
/**
* Returns the command at the beginning of `written`, and the words after the command. Throws a `Failure` (exit code 2) with
* the most similar name when the command is unknown.
*/
function resolveCommand(written) {
	const { words, notes } = todaysWords(written);
	const [first = "", second = ""] = words.map(spelling$1);
	if (first === "collect" && second === "facts") return {
		spec: commandSpec("worker_facts"),
		operands: words.slice(2),
		notes
	};
	const spec = TABLE.find(({ name, aliases = [] }) => name === first || aliases.includes(first));
	if (spec) return {
		spec,
		operands: words.slice(1),
		notes
	};
	const names = TABLE.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
	const hint = didYouMean(first, names) ?? `there are: ${COMMANDS.join(", ")}`;
	throw new Failure(`unknown command ${quoted(words[0] ?? "")}`, {
		exitCode: 2,
		hint
	});
}
/** Replaces dashes by underscores, because users may write either of them. */
function spelling$1(word) {
	return word.replaceAll("-", "_");
}
// src/request/parse-words.ts
/** Parses the words of a command line into command, operands and option values. It checks only the syntax of the words. */
const PARSED_OPTIONS = Object.fromEntries(OPTIONS$1.map(({ name, kind, short }) => [name, {
	type: kind === "flag" ? "boolean" : "string",
	...short === void 0 ? {} : { short }
}]));
/** Parses the words. Options may appear anywhere before `--`. */
function parseWords(words) {
	const { tokens } = parseArgs({
		args: words.map(spelling),
		options: PARSED_OPTIONS,
		strict: false,
		allowPositionals: true,
		tokens: true
	});
	const positionals = [];
	const values = /* @__PURE__ */ new Map();
	const notes = [];
	let problem;
	for (const token of tokens) {
		if (token.kind === "positional") positionals.push(token.value);
		if (token.kind !== "option") continue;
		const today = todaysOption(token.name);
		if (today) notes.push(today.note);
		const read = readOption({
			...token,
			name: today?.name ?? token.name
		});
		if (read.ok) values.set(read.name, join$1(values.get(read.name), read));
		else problem ??= read.failure;
	}
	return {
		positionals,
		values,
		problem,
		notes
	};
}
/** Turns `--sync_only` into `--sync-only`. Words after `--` are unchanged. */
function spelling(word, at, words) {
	const [, name, rest] = /^--([^=]+)(.*)$/s.exec(word) ?? [];
	const end = words.indexOf("--");
	if (name === void 0 || rest === void 0 || end !== -1 && at > end) return word;
	return `--${name.replaceAll("_", "-")}${rest}`;
}
function readOption({ name, rawName, value, inlineValue = false }) {
	const option = optionNamed(name);
	if (!option) return refuse(`unknown option ${quoted(rawName)}`, didYouMean(name, OPTIONS$1.map((one) => one.name)));
	if (option.kind === "secret") return refuse(`--${name} would show a secret to everyone on this machine`, `set ${secretVariable(option)} instead`);
	if (option.kind === "flag") return {
		ok: true,
		name,
		kind: option.kind,
		text: inlineValue ? value ?? "" : "true"
	};
	if (value === void 0 || !inlineValue && value.startsWith("-") && value.length > 1) return refuse(`--${name} needs a value: --${name} ${option.value ?? "VALUE"}`, void 0);
	return {
		ok: true,
		name,
		kind: option.kind,
		text: value
	};
}
function refuse(message, hint) {
	return {
		ok: false,
		failure: new Failure(message, {
			exitCode: 2,
			...hint === void 0 ? {} : { hint }
		})
	};
}
/**
* Joins the values of an option that is given twice. Lists and lines are combined; for other kinds the later value replaces
* the earlier one.
*/
function join$1(earlier, { kind, text }) {
	if (earlier === void 0) return text;
	if (kind === "lines") return `${earlier}\n${text}`;
	return kind === "list" ? `${earlier},${text}` : text;
}
// src/request/shell-words.ts
/** Splits the text of an input into words by the quoting rules of a shell. */
/**
* Splits a text into words. Quotes and backslashes protect characters, and nothing is expanded. Throws a `Failure` (exit code
* 2) when a quote is not closed.
*/
function shellWords(text) {
	const words = [];
	let word;
	let quote;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (quote !== void 0) {
			if (character === quote) quote = void 0;
			else if (character === "\\" && quote === "\"" && /["\\]/.test(text[at + 1] ?? "")) word += text[++at];
			else word += character;
		} else if (character === "\"" || character === "'") {
			quote = character;
			word ??= "";
		} else if (/\s/.test(character)) {
			if (word !== void 0) words.push(word);
			word = void 0;
		} else word = (word ?? "") + (character === "\\" ? text[++at] ?? "" : character);
	}
	if (quote !== void 0) throw new Failure(`a quote is not closed in: ${text.trim()}`, { exitCode: 2 });
	return word === void 0 ? words : [...words, word];
}
// src/request/read-command.ts
/** Reads the command, its operands and the option texts from words and inputs. */
/**
* Reads the command. `texts` holds inputs by option name; `words` and the words of the input `args` override them. Throws a
* `Failure` (exit code 2) when the command or an option is wrong.
*/
function readCommand(words, texts) {
	const typed = parseWords(words);
	const extra = parseWords(shellWords(typed.values.get("args") ?? texts.get("args") ?? ""));
	const merged = new Map([
		...texts,
		...typed.values,
		...extra.values
	]);
	const command = merged.get("command") ?? "";
	const first = typed.positionals.length > 0 ? typed.positionals : shellWords(command);
	if (first.length === 0) throw typed.problem ?? new Failure("no command is given", {
		exitCode: 2,
		hint: "maand --help lists them"
	});
	const named = (merged.get("hook") ?? "").trim();
	const { spec, operands, notes } = resolve$1([...first, ...extra.positionals], named);
	if (spec.missing) throw notAvailable(spec);
	const problem = typed.problem ?? extra.problem;
	if (problem) throw problem;
	return {
		spec,
		operands,
		texts: merged,
		notes: [
			...typed.notes,
			...extra.notes,
			...notes
		]
	};
}
/** Resolves the command. The option `hook` becomes the first operand of the command `hooks`. */
function resolve$1(words, hook) {
	const plain = resolveCommand(words);
	if (hook === "" || plain.spec.name !== "hooks") return plain;
	const [command = ""] = words;
	return resolveCommand([
		command,
		hook,
		...plain.operands
	]);
}
const BLOCK = 3;
const LONGEST_SKIP = 4;
const TABLE_BITS = 18;
var FormFinder = class {
	/**
	* Maps the hash of a block of three characters to the number of characters that the search may skip at that block.
	*/
	#skips = new Uint8Array(1 << TABLE_BITS).fill(LONGEST_SKIP);
	/** Maps the first six characters to the search texts that begin with them, the longest first. */
	#forms = /* @__PURE__ */ new Map();
	#known = /* @__PURE__ */ new Set();
	add(form) {
		if (this.#known.has(form)) return;
		this.#known.add(form);
		const head = form.slice(0, 6);
		const others = this.#forms.get(head);
		if (others !== void 0) {
			const at = others.findIndex(({ length }) => length < form.length);
			others.splice(at === -1 ? others.length : at, 0, form);
			return;
		}
		this.#forms.set(head, [form]);
		for (let at = 0; at < LONGEST_SKIP; at++) {
			const block = blockAt(head, at);
			this.#skips[block] = Math.min(this.#skips[block] ?? 0, 3 - at);
		}
	}
	/**
	* Returns the span of the longest accepted search text at each position. A search text is accepted when `accept`
	* returns true. Spans are in ascending order and may overlap.
	*/
	find(text, accept) {
		const spans = [];
		const last = this.#known.size === 0 ? -1 : text.length - 6;
		for (let start = 0; start <= last;) {
			const skip = this.#skips[blockAt(text, start + 6 - BLOCK)] ?? 0;
			if (skip > 0) {
				start += skip;
				continue;
			}
			const found = this.#forms.get(text.slice(start, start + 6))?.find((form) => text.startsWith(form, start) && accept(form, start));
			if (found !== void 0) spans.push({
				start,
				end: start + found.length
			});
			start++;
		}
		return spans;
	}
};
function blockAt(text, at) {
	return (Math.imul(text.charCodeAt(at), 2654435761) ^ Math.imul(text.charCodeAt(at + 1), 2246822507) ^ Math.imul(text.charCodeAt(at + 2), 3266489909)) >>> 14;
}
// src/base/secret-forms.ts
/** Lists the forms in which programs may write a secret: plain, encoded, quoted and escaped. */
/** The minimum length of a form that is only part of an encoding. Shorter forms would match unrelated words. */
const SHORTEST_CORE = 8;
/**
* Returns the lines of a secret, trimmed and without duplicates. A CR without LF also ends a line, because terminals
* and some programs start a new line after a CR.
*/
function linesOfSecret(secret) {
	const whole = secret.split(/\r?\n/);
	const parts = whole.flatMap((line) => line.includes("\r") ? line.split("\r") : []);
	return [...new Set([...whole, ...parts].map((line) => line.trim()))];
}
/** Matches texts in which no program escapes a character. */
const PLAIN = /^[A-Za-z0-9_.-]*$/;
function formsOf(text) {
	const base64 = Buffer.from(text).toString("base64");
	if (PLAIN.test(text)) return {
		common: [text, base64],
		further: base64Forms(text)
	};
	return {
		common: [.../* @__PURE__ */ new Set([
			text,
			base64,
			...urlForms(text),
			...jsonForms(text)
		])],
		further: [...base64Forms(text), ...quotedForms(text)]
	};
}
/**
* Returns the Base64 forms of the text, in the standard alphabet and in the alphabet for URLs. Some of the forms are
* for a text inside a longer text, such as `user:password`. In a longer text, the offset determines which of three
* encodings appears. These three forms omit the characters at both ends, because those characters depend on the text
* before and after the secret.
*/
function base64Forms(text) {
	const bytes = Buffer.from(text);
	const whole = bytes.toString("base64url");
	const cores = [
		0,
		1,
		2
	].map((shift) => {
		const own = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64url").slice(Math.ceil(shift * 8 / 6));
		return (bytes.length + shift) % 3 === 0 ? own : own.slice(0, -1);
	});
	const forms = [
		whole,
		`${whole}${"=".repeat((3 - bytes.length % 3) % 3)}`,
		...cores.filter(({ length }) => length >= SHORTEST_CORE)
	];
	return [...forms, ...forms.map((form) => form.replaceAll("-", "+").replaceAll("_", "/"))];
}
/**
* Returns the text as JavaScript and Python encode it in a URL, with upper-case and lower-case hex digits. Returns an
* empty list for a text with a lone surrogate, which has no URL form.
*/
function urlForms(text) {
	try {
		const loose = encodeURIComponent(text);
		const strict = loose.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
		const forms = [
			loose,
			strict,
			strict.replaceAll("%2F", "/"),
			strict.replaceAll("%20", "+")
		];
		return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
	} catch {
		return [];
	}
}
/**
* Returns the text as it is written inside a JSON string. Some forms escape characters outside ASCII. Some forms escape
* `<`, `>` and `&`, as Go does by default.
*/
function jsonForms(text) {
	const plain = JSON.stringify(text).slice(1, -1);
	const forms = [
		plain,
		plain.replace(/[<>&\u2028\u2029]/g, unicodeEscape),
		plain.replaceAll("/", "\\/")
	];
	return [...forms, ...forms.map((form) => form.replace(/[\u0080-\uffff]/g, unicodeEscape))];
}
function unicodeEscape(unit) {
	return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
const SINGLE_QUOTES = [
	"'",
	"&#39;",
	"&#x27;",
	"&apos;",
	"&#039;"
];
const DOUBLE_QUOTES = [
	"\"",
	"&quot;",
	"&#34;"
];
/** Returns the text as HTML and XML write it, and as a shell writes it inside single or double quotes. */
function quotedForms(text) {
	if (!/[&<>"'\\$`]/.test(text)) return [];
	const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
	const inHtml = DOUBLE_QUOTES.flatMap((double) => SINGLE_QUOTES.map((single) => html.replaceAll("\"", double).replaceAll("'", single)));
	const inShell = [
		`'\\''`,
		`'"'"'`,
		"\\'"
	].map((single) => text.replaceAll("'", single));
	return [
		...inHtml,
		...inShell,
		text.replace(/[\\"$`]/g, "\\$&")
	];
}
// src/base/masker.ts
/** Masks known secrets in texts for people, except in names and words that must stay readable. */
const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;
/**
* Masks known secrets in texts for people. Each line of a secret is masked, in every form in which programs write it.
* Lines of fewer than 6 characters and the BEGIN and END lines of PEM are not masked, because masking them would make
* logs unreadable. Reserved words are not masked either, because people and scripts must be able to read them.
*/
var Masker = class {
	/**
	* Maps each known secret to the places where it is kept. With this map, repeated calls of `add` are cheap. Such calls
	* are frequent, because templates read a secret once for each worker and file.
	*/
	#secrets = /* @__PURE__ */ new Map();
	#reserved = /* @__PURE__ */ new Set();
	/**
	* All reserved words, one per line. A single search in this text shows whether a form is part of any reserved word.
	*/
	#reservedLines = "";
	#announced = /* @__PURE__ */ new Set();
	#spared = /* @__PURE__ */ new Map();
	#onForm;
	#hearSpared;
	#finder = new FormFinder();
	/** Maps a form to the reserved words that contain it. */
	#names = /* @__PURE__ */ new Map();
	/**
	* `onForm` is called once with each common form, so that the caller can register the form with a CI system. `onForm`
	* is never called with a form that equals or is part of a reserved word, because the CI system would mask that word.
	*/
	constructor(onForm = () => {}) {
		this.#onForm = onForm;
	}
	/**
	* Registers a secret. Returns false when no line of the secret can be masked, e.g. because it is too short. `place`
	* says where the secret is kept, and becomes the `origin` of a `Spared`.
	*/
	add(secret, place) {
		const known = this.#secrets.get(secret);
		if (known !== void 0 && (place === void 0 || known.origins.has(place))) return known.isMaskable;
		const origin = place ?? "a secret that this run was given";
		const lines = linesOfSecret(secret).filter(isMaskable);
		const origins = known?.origins.add(origin) ?? /* @__PURE__ */ new Set([origin]);
		this.#secrets.set(secret, {
			origins,
			isMaskable: lines.length > 0
		});
		this.#learn(secret, origin);
		return lines.length > 0;
	}
	/**
	* Reserves names and words. Reserved words stay readable, even when a secret equals a reserved word. The order of
	* registration does not matter.
	*/
	reserve(words) {
		const before = this.#reserved.size;
		for (const word of words) if (word.length >= 6) this.#reserved.add(word);
		if (this.#reserved.size === before) return;
		this.#reservedLines = [...this.#reserved].join("\n");
		this.#finder = new FormFinder();
		this.#names = /* @__PURE__ */ new Map();
		for (const [secret, { origins }] of this.#secrets) for (const origin of origins) this.#learn(secret, origin);
	}
	/** Calls `hear` once for each secret that is not masked everywhere, including secrets that are already registered. */
	onSpared(hear) {
		this.#hearSpared = hear;
		for (const spared of this.#spared.values()) hear(spared);
	}
	mask(text) {
		let shown = "";
		let copied = 0;
		for (const { start, end } of this.#ranges(text)) {
			shown += `${text.slice(copied, start)}***`;
			copied = end;
		}
		return copied === 0 ? text : shown + text.slice(copied);
	}
	/** Returns the ranges of all secrets in the text. Overlapping secrets form one range. */
	#ranges(text) {
		const ranges = [];
		for (const span of this.#finder.find(text, (form, start) => !this.#isInName(form, start, text))) {
			const open = ranges.at(-1);
			if (open === void 0 || span.start >= open.end) ranges.push(span);
			else if (span.end > open.end) ranges[ranges.length - 1] = {
				start: open.start,
				end: span.end
			};
		}
		return ranges;
	}
	#learn(secret, origin) {
		const lines = linesOfSecret(secret).filter(isMaskable);
		if (lines.length === 0) return;
		const taken = lines.filter((line) => this.#reserved.has(line));
		if (taken.length > 0) this.#spare("equal", origin);
		const texts = [
			...lines,
			secret,
			secret.trim()
		].filter((text) => !taken.includes(text.trim()));
		for (const text of new Set(texts)) {
			const { common, further } = formsOf(text);
			for (const form of common) if (this.#learnForm(form, origin) === "clear") this.#announce(form);
			for (const form of further) this.#learnForm(form, origin);
		}
	}
	/**
	* Registers a form. Returns `clear` when the form is registered and is not part of a reserved word, otherwise
	* `reserved`.
	*/
	#learnForm(form, origin) {
		if (!isMaskable(form) || this.#reserved.has(form)) return "reserved";
		this.#finder.add(form);
		const names = this.#namesWith(form);
		if (names.length === 0) return "clear";
		this.#names.set(form, names);
		this.#spare("part", origin);
		return "reserved";
	}
	#announce(form) {
		if (this.#announced.has(form)) return;
		this.#announced.add(form);
		this.#onForm(form);
	}
	#namesWith(form) {
		if (!this.#reservedLines.includes(form)) return [];
		return [...this.#reserved].filter((word) => word.length > form.length && word.includes(form));
	}
	#spare(likeness, origin) {
		if (this.#spared.has(origin)) return;
		const spared = {
			origin,
			likeness
		};
		this.#spared.set(origin, spared);
		this.#hearSpared?.(spared);
	}
	/**
	* Returns whether the form at `start` lies inside a complete reserved word of the text. Such a form reveals no more
	* than the word itself.
	*/
	#isInName(form, start, text) {
		return (this.#names.get(form) ?? []).some((name) => offsetsOf(form, name).some((offset) => isWholeWord(text, name, start - offset)));
	}
};
function offsetsOf(part, whole) {
	const offsets = [];
	for (let at = whole.indexOf(part); at !== -1; at = whole.indexOf(part, at + 1)) offsets.push(at);
	return offsets;
}
const WORD_SIGN = /[A-Za-z0-9_]/;
function isWholeWord(text, word, at) {
	if (at < 0 || !text.startsWith(word, at)) return false;
	return !WORD_SIGN.test(text[at - 1] ?? " ") && !WORD_SIGN.test(text[at + word.length] ?? " ");
}
function isMaskable(text) {
	return text.length >= 6 && !ARMOUR.test(text);
}
const RESERVED_WORDS = Object.keys({
	clean_up: true,
	forgotten: true,
	"given-up": true,
	INFO: true,
	action: true,
	"after-deploy": true,
	after_allocation_started: true,
	after_allocation_stopped: true,
	"allocation-promoted": true,
	allocation_id: true,
	allocations: true,
	applied: true,
	"batch-started": true,
	batches: true,
	"before-deploy": true,
	behind: true,
	blocked: true,
	build: true,
	cancelled: true,
	cat: true,
	changed: true,
	cli: true,
	cmd: true,
	code: true,
	command: true,
	content: true,
	current_version: true,
	deploy: true,
	deployed: true,
	digest: true,
	disabled: true,
	doctor: true,
	duration_ms: true,
	error: true,
	event: true,
	exit: true,
	exit_code: true,
	failed: true,
	forced: true,
	forget: true,
	gc: true,
	health: true,
	"health-retried": true,
	health_check: true,
	hook: true,
	"hook-finished": true,
	hooks: true,
	info: true,
	init: true,
	job: true,
	"job-finished": true,
	"job-started": true,
	job_control: true,
	jobs: true,
	left: true,
	level: true,
	logs: true,
	looked: true,
	maand: true,
	matched: true,
	message: true,
	missing: true,
	moves: true,
	msg: true,
	"needs-hook": true,
	"new": true,
	new_version: true,
	"no-worker": true,
	"not-started": true,
	not_looked: true,
	noticed: true,
	ok: true,
	outcome: true,
	output: true,
	phase: true,
	"phase-finished": true,
	"phase-started": true,
	phases: true,
	plan: true,
	"plan-made": true,
	post_build: true,
	post_deploy: true,
	pre_deploy: true,
	promote: true,
	reason: true,
	reconcile: true,
	"reconcile-failed": true,
	reconciled: true,
	refused: true,
	reload: true,
	reloads: true,
	render: true,
	required: true,
	"rest-disabled": true,
	restart: true,
	restarts: true,
	rollback: true,
	run_command: true,
	run_id: true,
	seq: true,
	serial: true,
	"shell-hook-finished": true,
	"shell-hook-output": true,
	"shell-hook-started": true,
	skip: true,
	skipped: true,
	stage: true,
	start: true,
	started_at: true,
	starts: true,
	state: true,
	stderr: true,
	stdout: true,
	stop: true,
	"stop+promote": true,
	"stop+remove": true,
	stopped: true,
	stops: true,
	"stops-everything": true,
	"stops-job": true,
	stream: true,
	succeeded: true,
	sync: true,
	"timed-out": true,
	ts: true,
	unchanged: true,
	unfinished: true,
	unhealthy: true,
	unknown: true,
	unsigned: true,
	update_seq: true,
	validate: true,
	version: true,
	warning: true,
	"wave-started": true,
	waves: true,
	worker: true,
	worker_facts: true,
	workers: true
});
// src/door/door.ts
var Door = class {
	masker;
	#hearers = [];
	constructor(masker) {
		this.masker = masker;
		masker.reserve(RESERVED_WORDS);
	}
	/**
	* Starts to report each secret that is not masked everywhere. Call `open` only after `hear`, because events before
	* the call of `hear` have no receiver.
	*/
	open() {
		this.masker.onSpared((spared) => this.emit({
			type: "noticed",
			level: "warning",
			message: sparedText(spared)
		}));
	}
	emit = (event) => {
		const masked = maskEvent(event, this.text);
		for (const hear of this.#hearers) hear(masked);
	};
	hear = (hearer) => {
		this.#hearers.push(hearer);
	};
	text = (text) => this.masker.mask(text);
	findings(diagnostics) {
		return maskFreeText(diagnostics, DIAGNOSTIC_WORDING, this.text);
	}
	ending(ending) {
		return maskFreeText(ending, ENDING_WORDING, this.text);
	}
	/** Returns what a deploy had done before it was interrupted, with free text masked. */
	progress(json) {
		return json && maskFreeText(json, DEPLOY_WORDING, this.text);
	}
	result({ show }) {
		return show(this.text);
	}
};
/**
* Masks an event. `EVENT_WORDING` has an entry for each event type. The compiler cannot infer that the entry fits this
* event.
*/
function maskEvent(event, mask) {
	const wording = EVENT_WORDING[event.type];
	return maskFreeText(event, wording, mask);
}
/** Returns a warning that says where the secret is kept. The warning reveals nothing about the value. */
function sparedText({ origin, likeness }) {
	switch (likeness) {
		case "equal": return `${origin} equals a name of this bucket or a word of the log, so it is not masked: choose a value that nobody can guess`;
		case "part": return `${origin} is a part of a name of this bucket or of a word of the log: within such names it is not masked, and no CI system is told to mask it`;
	}
}
export { parseWords as a, makeRequest as c, optionNamed as d, secretVariable as f, shellWords as i, OPTIONS$1 as l, Masker as n, commandSpecs as o, readCommand as r, resolveCommand as s, Door as t, isWithheld as u };
