import { r as quoted } from "./quote.js";
import { isIPv4, isIPv6 } from "node:net";
// src/base/parsed.ts
function parsed(value) {
	return {
		ok: true,
		value
	};
}
function refused(reason) {
	return {
		ok: false,
		reason
	};
}
// src/grammar/names.ts
/**
* Parses names that are later used in paths, shell commands and KV keys. These names must not contain characters that
* have a special meaning in paths, commands or keys. Each parser trims its text and returns the normalized value. For
* an invalid text, each parser returns the end of a sentence that begins with the field, e.g. `must be …` after `host`.
*/
const NAME_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const USER = /^[a-z_][a-z0-9_-]*$/;
const ROOT = /^\/[A-Za-z0-9._/-]+$/;
const LABEL = /^[a-z0-9][a-z0-9_.-]*$/;
const JOB = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const FILE_WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const HOST_KEY = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/;
/** Parses an IPv4 address, an IPv6 address (without brackets and zone) or a host name as in RFC 1123. */
function parseHost(text) {
	const host = text.trim();
	if (host === "") return refused("attribute can't be empty");
	if (isIPv4(host) || isIPv6(host) && !host.includes("%") || isHostName(host)) return parsed(host);
	return refused(`must be an IPv4 address, an IPv6 address without brackets, or a host name (got ${quoted(host)})`);
}
/**
* Returns whether `host` is a host name. The last label must not consist only of digits, because such a text is
* probably a mistyped address.
*/
function isHostName(host) {
	const labels = host.split(".");
	return host.length <= 253 && labels.every((label) => NAME_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
}
/** Parses the name of a user on a worker. */
function parseUser(text) {
	const user = text.trim();
	if (USER.test(user)) return parsed(user);
	return refused(`must be a user name of lower-case letters, digits, "_" and "-" (got ${quoted(user)})`);
}
/**
* Parses the path of the folder on a worker that contains all files of the bucket. Doubled and trailing slashes are
* removed.
*/
function parseRoot(text) {
	const root = text.trim();
	const steps = root.split("/").filter((step) => step !== "");
	if (ROOT.test(root) && steps.length > 0 && !steps.includes("..") && !steps.includes(".")) return parsed(`/${steps.join("/")}`);
	return refused(`must be an absolute path of letters, digits, ".", "_" and "-", without "..", and not "/" (got ${quoted(root)})`);
}
/** Parses a label or selector and returns it in lower case. A blank text is valid, returns '' and has no effect. */
function parseLabel(text) {
	const label = text.trim().toLowerCase();
	if (label === "" || LABEL.test(label)) return parsed(label);
	return refused(`must begin with a letter or digit and hold letters, digits, "_", "." and "-" (got ${quoted(label)})`);
}
/** Returns whether `name` is valid as the name of a job folder. The name is not trimmed. */
function isJobName(name) {
	return JOB.test(name);
}
/**
* Returns whether `text` is valid as an environment or a selector. Environments and selectors become part of file
* names.
*/
function isFileWord(text) {
	return FILE_WORD.test(text);
}
/** Parses a host key such as `ssh-ed25519 AAAA…`; a comment after it is dropped. */
function parseHostKey(text) {
	const [, type = "", blob = ""] = HOST_KEY.exec(text.trim()) ?? [];
	if (type !== "" && typeInside(blob) === type) return parsed(`${type} ${blob}`);
	return refused(`must be a public host key such as "ssh-ed25519 AAAA…" (got ${quoted(text.trim())})`);
}
/**
* Returns the key type that is stored in the blob of a key. The blob begins with the length of the type, followed by
* the type.
*/
function typeInside(blob) {
	const bytes = Buffer.from(blob, "base64");
	if (bytes.length < 4) return "";
	return bytes.toString("latin1", 4, 4 + bytes.readUInt32BE(0));
}
/**
* Parses `user@host:port[,…]`. User and port are optional. IPv6 addresses are in brackets. An empty text means no hops.
*/
function parseProxyJump(text) {
	const hops = text.trim() === "" ? [] : text.split(",").map((hop) => hop.trim());
	const wrong = hops.find((hop) => !isHop(hop));
	if (wrong === void 0) return parsed(hops.join(","));
	return refused(`must be a list of user@host:port (got ${quoted(wrong)})`);
}
function isHop(hop) {
	const [, user, bracketed, plain, port] = /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(hop) ?? [];
	const host = bracketed === void 0 ? plain !== void 0 && parseHost(plain).ok : isIPv6(bracketed);
	const number = Number(port ?? 22);
	return host && (user === void 0 || parseUser(user).ok) && number >= 1 && number <= 65535;
}
export { parseLabel as a, parseUser as c, parseHostKey as i, parsed as l, isJobName as n, parseProxyJump as o, parseHost as r, parseRoot as s, isFileWord as t, refused as u };
