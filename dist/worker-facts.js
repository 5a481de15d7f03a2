// src/sight/worker-facts.ts
const KINDS = /* @__PURE__ */ new Set([
	"folder",
	"link",
	"dangling",
	"file"
]);
/** Parses the lines of the facts; other lines are ignored. */
function parseFacts(host, lines) {
	const all = (word) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => cut(line.slice(word.length + 1)));
	const [workerId] = all("worker-id").map(([id]) => id);
	const [bootId] = all("boot").map(([id]) => id);
	const identities = new Map(all("identity").map(([bucket, text]) => [bucket, parseIdentity(text)]));
	const cutOff = new Set(all("jobs").map(([bucket]) => bucket));
	const jobs = all("job").map(([bucket, rest]) => ({
		bucket,
		folder: cut(rest)
	}));
	const buckets = all("folder").map(([bucket, kind]) => [bucket, {
		identity: identities.get(bucket) ?? "absent",
		kind: kindOf(kind),
		isCutOff: cutOff.has(bucket),
		jobs: new Map(jobs.filter((job) => job.bucket === bucket).map(({ folder: [jobKind, name] }) => [name, kindOf(jobKind)]))
	}]);
	return {
		host,
		workerId: workerId !== void 0 && /^[0-9a-f]{32}$/.test(workerId) ? workerId : void 0,
		bootId,
		states: all("state").map(([bucketId, name]) => ({
			bucketId,
			name
		})),
		isRootCutOff: all("root").length > 0,
		buckets: new Map(buckets)
	};
}
/** Parses the text of a `worker.json`, on one line. */
function parseIdentity(text) {
	try {
		const { bucket_id: bucketId, worker_id: workerId, update_seq: updateSeq, writer } = JSON.parse(text) ?? {};
		if (!isCount(updateSeq)) return "damaged";
		return {
			bucketId: textOf(bucketId),
			workerId: textOf(workerId),
			updateSeq,
			writer: parseWriter(writer)
		};
	} catch {
		return "damaged";
	}
}
/** Parses the `writer` of a `worker.json`; returns undefined when it is missing or malformed. */
function parseWriter(json) {
	const { kind, name, serial, run } = json ?? {};
	if (kind !== "file" && kind !== "workers" || typeof name !== "string" || !isCount(serial)) return void 0;
	return {
		kind,
		name,
		serial,
		run: textOf(run)
	};
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
function isCount(value) {
	return Number.isSafeInteger(value) && value >= 0;
}
function kindOf(word) {
	return KINDS.has(word) ? word : "file";
}
/** Cuts the first word off. */
function cut(text) {
	const at = text.indexOf(" ");
	return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
export { parseWriter as n, parseFacts as t };
