// src/commands/hook-json.ts
/** The record of one hook process, as contract §5 has it. */
function hookRecordJson({ exitCode, durationMs, ...rest }) {
	return {
		...rest,
		exit_code: exitCode,
		duration_ms: durationMs
	};
}
export { hookRecordJson as t };
