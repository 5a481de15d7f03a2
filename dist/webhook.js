import { n as retryAfter, t as networkReason } from "./channel.js";
import { t as durationText } from "./duration.js";
import { a as hookTitle, c as cutOutput, r as fenced } from "./notice.js";
import { t as clip } from "./phrases.js";
import { createHmac, randomUUID } from "node:crypto";
// src/notify/webhook-body.ts
function webhookBody(template, notice, envelope) {
	switch (template) {
		case "json": return ownBody(notice, envelope);
		case "teams": return teamsBody(notice, envelope);
		case "discord": return discordBody(notice, envelope);
	}
}
function ownBody({ event, text, hook }, { id, sentAt, origin }) {
	const { host, runId, runUrl } = origin;
	return {
		id,
		sent_at: sentAt.toISOString(),
		event,
		ok: !isBad(event),
		text,
		host,
		run_id: runId,
		...runUrl === void 0 ? {} : { run_url: runUrl },
		...hook === void 0 ? {} : { hook: hookFields(hook) }
	};
}
function hookFields({ hook, command, stdout, stderr, exitCode, durationMs, problem }) {
	return {
		hook,
		command: cutOutput(command),
		stdout: cutOutput(stdout),
		stderr: cutOutput(stderr),
		exit_code: exitCode,
		duration_ms: durationMs,
		success: problem === void 0
	};
}
/** Returns an Adaptive Card. Teams refuses messages larger than 28 KB; the limits here keep messages far smaller. */
function teamsBody(notice, { origin }) {
	const { event, text, hook } = notice;
	const title = hook ? `${hookTitle(hook.hook)}: exit code ${hook.exitCode}` : titleOf(event);
	const parts = hook ? hookParts(hook) : [{
		type: "TextBlock",
		text: literal(text),
		wrap: true
	}];
	const colour = isBad(event) ? "Attention" : "Good";
	const link = origin.runUrl === void 0 ? [] : [{
		type: "Action.OpenUrl",
		title: "Run",
		url: origin.runUrl
	}];
	return {
		type: "message",
		attachments: [{
			contentType: "application/vnd.microsoft.card.adaptive",
			content: {
				type: "AdaptiveCard",
				$schema: "http://adaptivecards.io/schemas/adaptive-card.json",
				version: "1.4",
				body: [
					{
						type: "TextBlock",
						text: title,
						weight: "Bolder",
						color: colour,
						wrap: true
					},
					...parts,
					{
						type: "TextBlock",
						text: literal(origin.host),
						isSubtle: true,
						size: "Small"
					}
				],
				actions: link
			}
		}]
	};
}
function hookParts({ command, stdout, stderr, durationMs }) {
	return [...Object.entries({
		Command: command,
		Stdout: stdout,
		Stderr: stderr
	}).filter(([, text]) => text !== "").flatMap(([name, text]) => [{
		type: "TextBlock",
		text: name,
		weight: "Bolder"
	}, {
		type: "TextBlock",
		text: literal(cutOutput(text)),
		wrap: true,
		fontType: "Monospace"
	}]), {
		type: "TextBlock",
		text: `Duration: ${durationText(durationMs)}`
	}];
}
/**
* Escapes text for a card. A card reads Markdown links and lists. It also joins lines, unless two spaces or an empty line
* separate them.
*/
function literal(text) {
	return text.replace(/[\\*_[\]]/g, "\\$&").replaceAll("\n", "\n\n");
}
const DISCORD = {
	description: 4096,
	field: {
		lines: 50,
		chars: 1e3,
		cutChars: 900
	}
};
const GREEN = 3581519;
const RED = 14483456;
/** Returns an embed of at most 6,000 characters. Mentions in the text are inactive. */
function discordBody({ event, text, hook }, { sentAt, origin }) {
	const { host, runUrl } = origin;
	return {
		username: "maand",
		embeds: [{
			...hook ? discordHook(hook) : {
				title: titleOf(event),
				description: clip(text, DISCORD.description)
			},
			color: isBad(event) ? RED : GREEN,
			footer: { text: clip(host, 2048) },
			timestamp: sentAt.toISOString(),
			...runUrl === void 0 ? {} : { url: runUrl }
		}],
		allowed_mentions: { parse: [] }
	};
}
function discordHook({ hook, command, stdout, stderr, exitCode, durationMs }) {
	const outputs = Object.entries({
		Stdout: stdout,
		Stderr: stderr
	}).filter(([, text]) => text !== "");
	const field = (name, value) => ({
		name,
		value,
		inline: true
	});
	return {
		title: hookTitle(hook),
		description: fenced(cutOutput(command)),
		fields: [
			...outputs.map(([name, text]) => ({
				name,
				value: fenced(cutOutput(text, DISCORD.field)),
				inline: false
			})),
			field("Exit Code", `\`${exitCode}\``),
			field("Duration", durationText(durationMs))
		]
	};
}
function isBad(event) {
	return event === "deploy-failed" || event === "hook-failed";
}
function titleOf(event) {
	switch (event) {
		case "deploy-started": return "Deploy started";
		case "deploy-succeeded": return "Deploy succeeded";
		case "deploy-failed": return "Deploy failed";
		case "hook-succeeded": return "Hook succeeded";
		case "hook-failed": return "Hook failed";
	}
}
// src/notify/webhook.ts
/** Sends notices as JSON with HTTP POST. The request is signed when the target has a secret. */
const LONGEST_ANSWER_CHARS = 200;
function openWebhook(target, { env, origin }) {
	const { label, quiet, template } = target;
	const secret = target.secret ?? (env.NOTIFY_SECRET || void 0);
	const calls = /* @__PURE__ */ new WeakMap();
	return {
		label,
		quiet,
		failure: {
			message: "Webhook send failure",
			hook: "Webhook hook result send failure"
		},
		send: async (notice, signal) => {
			const id = randomUUID();
			const body = () => JSON.stringify(webhookBody(template, notice, {
				id,
				sentAt: /* @__PURE__ */ new Date(),
				origin
			}));
			const call = calls.get(notice) ?? toCall({
				id,
				body: body(),
				secret
			});
			calls.set(notice, call);
			return post(target.url, call, signal);
		}
	};
}
/** Makes the call. The signature covers the bytes of the body, in the format of GitHub's webhook signatures. */
function toCall({ id, body, secret }) {
	const signature = secret === void 0 ? void 0 : createHmac("sha256", secret).update(body).digest("hex");
	return {
		body,
		headers: {
			"content-type": "application/json; charset=utf-8",
			"user-agent": "maand",
			"x-maand-delivery": id,
			...signature === void 0 ? {} : { "x-maand-signature-256": `sha256=${signature}` }
		}
	};
}
async function post(url, { body, headers }, signal) {
	try {
		const response = await fetch(url, {
			method: "POST",
			body,
			headers,
			redirect: "manual",
			signal
		});
		if (response.ok) {
			await response.body?.cancel();
			return { kind: "sent" };
		}
		const again = retryAfter(response.status, response.headers.get("retry-after"));
		return {
			kind: "failed",
			problem: `HTTP ${response.status}${await beginningOf(response)}`,
			...again !== void 0 && { again }
		};
	} catch (thrown) {
		return {
			kind: "failed",
			problem: networkReason(thrown),
			again: 500
		};
	}
}
/** Returns the first part of the response, because a server often explains a refusal there. Later parts are not read. */
async function beginningOf({ body }) {
	if (!body) return "";
	const reader = body.getReader();
	const { value } = await reader.read();
	await reader.cancel();
	const text = new TextDecoder().decode(value).replace(/\s+/g, " ").trim();
	return text === "" ? "" : `: ${text.slice(0, LONGEST_ANSWER_CHARS)}`;
}
export { openWebhook };
