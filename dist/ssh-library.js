import { o as __toESM } from "./rolldown-runtime.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { createPrivateKey } from "node:crypto";
// src/transport/ssh/keys/openssh-key.ts
/**
* Returns a private key of Node's crypto as text that `ssh2` reads. RSA becomes PKCS#1 PEM, EC becomes SEC1 PEM, and
* Ed25519 becomes the OpenSSH format. Returns `undefined` for key types that SSH does not support.
*/
function toOpenSshText(key) {
	const kind = key.asymmetricKeyType;
	if (kind === "rsa") return key.export({
		type: "pkcs1",
		format: "pem"
	}).toString();
	if (kind === "ec") return key.export({
		type: "sec1",
		format: "pem"
	}).toString();
	return kind === "ed25519" ? ed25519Text(key) : void 0;
}
/** Returns an Ed25519 key in the layout of OpenSSH's PROTOCOL.key, without encryption. */
function ed25519Text(key) {
	const { x = "", d = "" } = key.export({ format: "jwk" });
	const publicBytes = Buffer.from(x, "base64url");
	const publicBlob = Buffer.concat([field("ssh-ed25519"), field(publicBytes)]);
	const check = Buffer.alloc(8);
	const secret = Buffer.concat([Buffer.from(d, "base64url"), publicBytes]);
	const inner = padded(Buffer.concat([
		check,
		publicBlob,
		field(secret),
		field("")
	]));
	const magic = Buffer.from("openssh-key-v1\0", "latin1");
	const count = Buffer.from([
		0,
		0,
		0,
		1
	]);
	return `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.concat([
		magic,
		field("none"),
		field("none"),
		field(""),
		count,
		field(publicBlob),
		field(inner)
	]).toString("base64").match(/.{1,70}/g)?.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
function field(value) {
	const bytes = Buffer.from(value);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(bytes.length);
	return Buffer.concat([length, bytes]);
}
function padded(bytes) {
	const missing = (8 - bytes.length % 8) % 8;
	return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
// src/transport/ssh/keys/private-key.ts
/** Repairs and parses the private key that the user gave. */
const ARMOUR = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/;
/**
* Repairs the usual damage from copying a key: CRLF, indentation, a literal `
* `, all text on one line, or no last line break. Throws a `Failure` (exit code 2) when the text is clearly not a
* private key, or when its passphrase is missing. Needs no SSH library.
*/
function repairPrivateKey(key) {
	const text = key.text.replace(/^\uFEFF/, "").replaceAll("\\n", "\n").trim();
	if (text === "") throw refuse(key, "is empty");
	if (text.startsWith("PuTTY-User-Key-File")) throw refuse(key, "is in the format of PuTTY", { hint: "convert it: puttygen KEY.ppk -O private-openssh -o KEY" });
	const [, label, body] = ARMOUR.exec(text) ?? [];
	if (label === void 0 || body === void 0) throw refuse(key, `is not a private key: ${whatElse(text)}`);
	if (!label.endsWith("PRIVATE KEY")) throw refuse(key, `is not a private key but a ${label.toLowerCase()}`);
	const repaired = rearmour(label, body);
	if (isEncrypted(label, body) && !key.passphrase) throw refuse(key, "is encrypted and no passphrase was given", { hint: "set ssh-passphrase (MAAND_SSH_PASSPHRASE)" });
	return repaired;
}
/**
* Parses a private key once for all connections, because opening an encrypted key takes a third of a second. `parse` is
* the function of `ssh2` and reads OpenSSH's own format; Node's crypto reads all other formats. Throws a `Failure`
* (exit code 2) when the key cannot be used.
*/
function parsePrivateKey(key, parse) {
	const text = repairPrivateKey(key);
	const parsed = text.startsWith("-----BEGIN OPENSSH") ? parse(text, key.passphrase) : parse(fromPem(key, text));
	if (parsed instanceof Error) {
		if (key.passphrase && /passphrase|bad decrypt|integrity check/i.test(parsed.message)) throw refuse(key, WRONG_PASSPHRASE, {
			hint: PASSPHRASE_HINT,
			cause: parsed
		});
		throw refuse(key, reasonOf(parsed.message), { cause: parsed });
	}
	if (!parsed.isPrivateKey()) throw refuse(key, "has no private key");
	if (parsed.type === "ssh-dss") throw refuse(key, "is a DSA key, which no current sshd accepts", { hint: GENERATE });
	return parsed;
}
const WRONG_PASSPHRASE = "cannot be opened with the passphrase that was given";
const PASSPHRASE_HINT = "check ssh-passphrase (MAAND_SSH_PASSPHRASE); if it is right, the key is damaged: give the whole text of its file";
const GENERATE = "make a new one: ssh-keygen -t ed25519 -N \"\" -f worker.key";
function fromPem(key, text) {
	let opened;
	try {
		opened = createPrivateKey({
			key: text,
			...key.passphrase ? { passphrase: key.passphrase } : {}
		});
	} catch (thrown) {
		if (isEncryptedPem(text)) throw refuse(key, WRONG_PASSPHRASE, {
			hint: PASSPHRASE_HINT,
			cause: thrown
		});
		throw refuse(key, reasonOf(messageOf(thrown)), { cause: thrown });
	}
	const openSsh = toOpenSshText(opened);
	if (openSsh === void 0) throw refuse(key, `is a ${opened.asymmetricKeyType} key, which cannot be used for SSH`, { hint: GENERATE });
	return openSsh;
}
function rearmour(label, body) {
	const lines = body.split(/\r\n|\r|\n/).map((line) => line.trim());
	const headers = lines.filter((line) => line.includes(":"));
	const wrapped = lines.filter((line) => !line.includes(":")).join("").replace(/\s+/g, "").match(/.{1,64}/g)?.join("\n") ?? "";
	return `-----BEGIN ${label}-----\n${headers.length > 0 ? `${headers.join("\n")}\n\n` : ""}${wrapped}\n-----END ${label}-----\n`;
}
/**
* Returns whether the PEM text is encrypted. The error message is not enough to detect a wrong passphrase: about one in
* 256 passes the padding check, and OpenSSL then reports malformed data.
*/
const isEncryptedPem = (text) => /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(text);
function isEncrypted(label, body) {
	if (isEncryptedPem(`-----BEGIN ${label}-----\n${body}`)) return true;
	if (label !== "OPENSSH PRIVATE KEY") return false;
	const head = Buffer.from(body.replace(/\s+/g, "").slice(0, 64), "base64");
	return head.toString("latin1", 0, 14) === "openssh-key-v1" && head.toString("latin1", 19, 23) !== "none";
}
function whatElse(text) {
	if (/^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(text)) return "it is a public key; give the file without .pub";
	if (text.includes("-----BEGIN")) return "its END line is missing, so the text is incomplete";
	return "it has no line \"-----BEGIN … PRIVATE KEY-----\"";
}
function reasonOf(message) {
	return `cannot be read: ${message.replace(/^error:[0-9A-F]+:/, "")}`;
}
function refuse(key, what, { hint, cause } = {}) {
	return new Failure(`the SSH private key from ${key.source} ${what}`, {
		exitCode: 2,
		hint: hint ?? "give the whole text of the key file, from its BEGIN line to its END line",
		cause
	});
}
// src/transport/ssh/ssh-library.ts
/**
* Loads the library, which takes 40 ms, so that commands without SSH stay fast. Also parses the key. Throws a `Failure`
* (exit code 2) when the key cannot be used.
*/
async function loadSshLibrary(key) {
	const [{ NodeSSH }, { default: ssh2 }] = await Promise.all([import("./esm.js"), import("./lib3.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1))]);
	return {
		NodeSSH,
		key: parsePrivateKey(key, (text, passphrase) => ssh2.utils.parseKey(text, passphrase))
	};
}
export { repairPrivateKey as n, loadSshLibrary as t };
