// src/sight/belief.ts
function judgeWorker(facts, ours, known) {
	const bucket = facts.buckets.get(ours.bucketId);
	if (!bucket) return { kind: "nothing" };
	const { identity } = bucket;
	if (identity === "absent" || identity === "damaged") return {
		kind: "unsigned",
		fault: identity
	};
	if (identity.bucketId !== ours.bucketId) return {
		kind: "unsigned",
		fault: "other-bucket"
	};
	if (identity.workerId !== known.workerId) return {
		kind: "other-worker",
		standing: known.listedIds.has(identity.workerId) ? "listed" : "former"
	};
	return identity.writer === void 0 ? judgeUnsigned(identity, ours, known) : judgeWriter(identity, identity.writer, {
		ours,
		known
	});
}
/** Judges a `worker.json` from the first version of this program. Such a file does not name the state that wrote it. */
function judgeUnsigned({ updateSeq: found }, { updateSeq }, { noted, upload }) {
	const elsewhere = {
		kind: "elsewhere",
		writer: void 0,
		found
	};
	if (found > updateSeq) return elsewhere;
	if (noted === void 0 || found === noted) return { kind: "ours" };
	if (found < noted) return {
		kind: "restored",
		found,
		noted
	};
	return upload === "open" ? { kind: "ours" } : elsewhere;
}
function judgeWriter({ updateSeq: found }, writer, { ours, known: { noted } }) {
	if (!isAdopted(writer, ours) && (writer.kind !== ours.kind || writer.serial > ours.serial)) return {
		kind: "elsewhere",
		writer,
		found
	};
	if (found > ours.updateSeq) return {
		kind: "elsewhere",
		writer: void 0,
		found
	};
	return noted !== void 0 && found < noted ? {
		kind: "restored",
		found,
		noted
	} : { kind: "ours" };
}
function isAdopted({ kind, name, serial }, { adopted }) {
	return adopted !== void 0 && adopted.kind === kind && adopted.name === name && serial <= adopted.serial;
}
/**
* Returns whether the folder of a job exists on the worker. Returns `dangling` when the path contains a symlink whose
* target is missing. The folder then does not count as missing, because a disk may not be mounted. The path in
* `dangling` is relative to the root folder of the worker.
*/
function jobOn({ isRootCutOff, buckets }, bucketId, job) {
	if (isRootCutOff) return { dangling: "" };
	const bucket = buckets.get(bucketId);
	if (bucket === void 0) return "missing";
	const dangling = danglingIn(bucket, job);
	if (dangling !== void 0) return { dangling: `${bucketId}${dangling}` };
	const kind = bucket.jobs.get(job);
	return kind === "folder" || kind === "link" ? "there" : "missing";
}
function danglingIn({ kind, isCutOff, jobs }, job) {
	if (kind === "dangling") return "";
	if (isCutOff) return "/jobs";
	return jobs.get(job) === "dangling" ? `/jobs/${job}` : void 0;
}
export { judgeWorker as n, jobOn as t };
