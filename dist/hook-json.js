// src/commands/hook-json.ts
/** Returns the record of one hook process with the names that JSON results use. */
function hookRecordJson({ exitCode, durationMs, ...rest }) {
	return {
		...rest,
		exit_code: exitCode,
		duration_ms: durationMs
	};
}
export { hookRecordJson as t };
