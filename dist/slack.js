import { n as retryAfter, t as networkReason } from "./channel.js";
import { t as durationText } from "./duration.js";
import { a as hookTitle, c as cutOutput } from "./notice.js";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
// src/notify/slack-call.ts
/** Calls `chat.postMessage` of Slack's Web API once, and interprets the response. */
/** Slack repeats the message in its response, so a response may be several times longer than the message. */
const LARGEST_ANSWER_BYTES = 1048576;
const LONGEST_ERROR_CHARS = 200;
/** Makes one attempt. It never throws, because a failure is returned as an outcome. */
async function postMessage({ apiUrl = "https://slack.com/api/", ...call }) {
	const url = `${apiUrl}${apiUrl.endsWith("/") ? "" : "/"}chat.postMessage`;
	const headers = {
		authorization: `Bearer ${call.token}`,
		accept: "application/json",
		"user-agent": "maand"
	};
	const body = formOf(call.message);
	try {
		const response = await fetch(url, {
			method: "POST",
			headers,
			body,
			redirect: "error",
			signal: call.signal
		});
		return response.status === 200 ? verdictOf(await readAnswer(response)) : await refusalOf(response);
	} catch (thrown) {
		return {
			kind: "failed",
			problem: networkReason(thrown),
			again: 500
		};
	}
}
/** Encodes the message as a form. Structured fields are JSON in it. Every method of the Web API accepts this form. */
function formOf({ channel, username, attachments, thread_ts, reply_broadcast }) {
	return new URLSearchParams({
		channel,
		username,
		attachments: JSON.stringify(attachments),
		...thread_ts === void 0 ? {} : { thread_ts },
		...reply_broadcast === void 0 ? {} : { reply_broadcast: String(reply_broadcast) }
	});
}
/**
* Returns the outcome of a response whose status is not 200. Slack responds with 200 even when it refuses a call, and with
* 429 when it is busy.
*/
async function refusalOf({ status, headers, body }) {
	await body?.cancel();
	const again = retryAfter(status, status === 429 ? headers.get("retry-after") : null);
	return {
		kind: "failed",
		problem: status === 429 ? "Slack asks to send less" : `HTTP ${status}`,
		...again !== void 0 && { again }
	};
}
/** Returns the parsed response. Returns undefined when the response is too long or is not JSON. */
async function readAnswer({ body }) {
	const chunks = [];
	let sizeBytes = 0;
	for await (const chunk of body ?? []) {
		sizeBytes += chunk.byteLength;
		if (sizeBytes > LARGEST_ANSWER_BYTES) return void 0;
		chunks.push(chunk);
	}
	try {
		return JSON.parse(Buffer.concat(chunks).toString("utf8"));
	} catch {
		return;
	}
}
function verdictOf(answer) {
	if (typeof answer !== "object" || answer === null || !("ok" in answer)) return {
		kind: "failed",
		problem: "the answer is not one of the Web API (check the setting api)"
	};
	if (answer.ok === true) return { kind: "sent" };
	const error = "error" in answer ? errorName(answer.error) : UNNAMED;
	const advice = ADVICE.get(error);
	return {
		kind: "failed",
		problem: advice === void 0 ? error : `${error} (${advice})`,
		...TRANSIENT.includes(error) && { again: 500 }
	};
}
const UNNAMED = "Slack refuses the message without naming an error";
/**
* Returns Slack's name of the error. A long text is not a name. The text is not cut, because half a secret would not be
* masked.
*/
function errorName(error) {
	const name = typeof error === "string" ? error.replace(/\s+/g, " ").trim() : "";
	return name === "" || name.length > LONGEST_ERROR_CHARS ? UNNAMED : name;
}
/** Advice for the user by Slack's name of the error. */
const ADVICE = /* @__PURE__ */ new Map([
	["channel_not_found", "check its name, or invite the app to a private channel"],
	["not_in_channel", "invite the app to the channel"],
	["is_archived", "the channel is archived"],
	["invalid_auth", "check SLACK_TOKEN"],
	["not_authed", "check SLACK_TOKEN"],
	["token_revoked", "make a new SLACK_TOKEN"],
	["token_expired", "make a new SLACK_TOKEN"],
	["account_inactive", "make a new SLACK_TOKEN"],
	["missing_scope", "the app needs the scope chat:write"]
]);
const TRANSIENT = [
	"internal_error",
	"fatal_error",
	"service_unavailable",
	"request_timeout",
	"ratelimited"
];
// src/notify/slack-message.ts
/** Writes notices as Slack attachments. */
const GOOD = "#36a64f";
const BAD = "#dd0000";
/** Returns the attachment of a message. A message has exactly one. */
function slackAttachment({ text, event, hook }, origin, heading) {
	const foot = {
		footer: footerOf(origin, heading),
		ts: String(Math.floor(Date.now() / 1e3))
	};
	const link = origin.runUrl === void 0 ? {} : { title_link: origin.runUrl };
	if (hook) return {
		...hookParts(hook),
		...link,
		...foot
	};
	const whole = origin.runUrl === void 0 ? escaped(text) : `${escaped(text)}\n<${origin.runUrl}|Run>`;
	return {
		color: event === "deploy-failed" ? BAD : hostColour(origin.host),
		fallback: text,
		text: whole,
		mrkdwn_in: ["text"],
		...foot
	};
}
function hookParts({ hook, command, stdout, stderr, exitCode, durationMs, problem }) {
	const title = hookTitle(hook);
	const outputs = [{
		title: "Stdout",
		text: stdout
	}, {
		title: "Stderr",
		text: stderr
	}].filter(({ text }) => text !== "");
	return {
		color: problem === void 0 ? GOOD : BAD,
		fallback: `${title}: exit code ${exitCode}`,
		title,
		text: codeBlock(command),
		fields: [
			...outputs.map((output) => ({
				title: output.title,
				value: codeBlock(output.text),
				short: false
			})),
			{
				title: "Exit Code",
				value: `\`${exitCode}\``,
				short: true
			},
			{
				title: "Duration",
				value: durationText(durationMs),
				short: true
			}
		],
		mrkdwn_in: ["text", "fields"]
	};
}
/** Returns a code block. Code fences in the text are changed, so the text cannot end the block. */
function codeBlock(text) {
	return `\`\`\`\n${escaped(cutOutput(text).replaceAll("```", "`​`​`"))}\n\`\`\``;
}
/** Escapes the text. Slack reads links, mentions and channels only from angle brackets. */
function escaped(text) {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
function footerOf({ host }, { title, url }) {
	if (title === void 0) return escaped(host);
	return `${url === void 0 ? escaped(title) : `<${url}|${escaped(title)}>`}/${escaped(host)}`;
}
/**
* Returns the colour of a host. The colour of a host never changes, and it has little red, so that it does not look like an
* alarm.
*/
function hostColour(host) {
	const [red = 0, green = 0, blue = 0] = createHash("md5").update(host).digest();
	return `#${[
		red % 96,
		64 + green % 192,
		64 + blue % 192
	].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
// src/notify/slack.ts
/** Sends notices to Slack, with a sender, a channel and a thread. */
const THREAD_FILE = ".slack-thread-ts";
async function openSlack(target, surroundings) {
	const token = surroundings.env.SLACK_TOKEN ?? "";
	if (target.channel === "") return { problem: "slack channel is required (slack://CHANNEL, without #)" };
	if (token === "") return { problem: "the variable SLACK_TOKEN is not set" };
	const { label, quiet, thread } = target;
	const parent = thread.kind === "given" ? thread.timestamp : await readParent(target, surroundings);
	return {
		label,
		quiet,
		failure: {
			message: "Slack postMessage failure",
			hook: "Slack hook result notification failure"
		},
		send: async (notice, signal) => {
			const message = toMessage(notice, {
				target,
				surroundings,
				parent
			});
			return postMessage({
				apiUrl: target.apiUrl,
				token,
				message,
				signal
			});
		}
	};
}
/**
* Returns the timestamp of the parent message. The workflow that started the thread writes the timestamp to a file of the
* bucket. Without the file, messages are not in a thread.
*/
async function readParent({ thread }, { bucketDir }) {
	if (thread.kind !== "in-file") return void 0;
	const text = await readFile(join(bucketDir, THREAD_FILE), "utf8").catch(() => "");
	return text.trim() === "" ? void 0 : text.trim();
}
function toMessage(notice, { target, surroundings, parent }) {
	const { channel, username } = target;
	const message = {
		channel,
		username,
		attachments: [slackAttachment(notice, surroundings.origin, target)]
	};
	if (parent === void 0) return message;
	return notice.event === "deploy-failed" ? {
		...message,
		thread_ts: parent,
		reply_broadcast: true
	} : {
		...message,
		thread_ts: parent
	};
}
export { openSlack };
