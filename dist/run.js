// src/rollout/run.ts
const indexes = /* @__PURE__ */ new WeakMap();
/** Every allocation asks for its worker and its job several times; a catalog never changes. */
function indexOf(catalog) {
	const known = indexes.get(catalog) ?? {
		workers: new Map(catalog.workers.map((worker) => [worker.host, worker])),
		jobs: new Map(catalog.jobs.map((job) => [job.name, job]))
	};
	indexes.set(catalog, known);
	return known;
}
function workerOf({ catalog }, host) {
	const worker = indexOf(catalog).workers.get(host);
	if (!worker) throw new Error(`no worker ${host} in the catalog`);
	return worker;
}
function jobOf({ catalog }, name) {
	const job = indexOf(catalog).jobs.get(name);
	if (!job) throw new Error(`no job ${name} in the catalog`);
	return job;
}
/** `<root>/<bucket id>` on a worker. */
function bucketFolder(worker, bucketId) {
	return `${worker.root}/${bucketId}`;
}
/** `<root>/<bucket id>/jobs/<job>` on a worker. */
function jobFolder(worker, bucketId, job) {
	return `${bucketFolder(worker, bucketId)}/jobs/${job}`;
}
export { workerOf as i, jobFolder as n, jobOf as r, bucketFolder as t };
