import { createHash } from "node:crypto";
// src/catalog/identity.ts
/** A stable id for a name (spec 03 §3.1): MD5 of its UTF-8 bytes in the shape of a version 3 UUID. */
function nameId(name) {
	const bytes = createHash("md5").update(name, "utf8").digest();
	bytes.writeUInt8(bytes.readUInt8(6) & 15 | 48, 6);
	bytes.writeUInt8(bytes.readUInt8(8) & 63 | 128, 8);
	const hex = bytes.toString("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20)
	].join("-");
}
function allocationId(job, host) {
	return nameId(`${job}|${host}`);
}
export { nameId as n, allocationId as t };
