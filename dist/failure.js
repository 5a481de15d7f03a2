// src/base/failure.ts
/** Ends a command with a text for the person who reads it. Anything else that is thrown is a bug or a broken machine. */
var Failure = class extends Error {
	name = "Failure";
	exitCode;
	hint;
	code;
	see;
	diagnostics;
	constructor(message, details) {
		super(message, details.cause === void 0 ? void 0 : { cause: details.cause });
		this.exitCode = details.exitCode;
		this.hint = details.hint;
		this.code = details.code;
		this.see = details.see;
		this.diagnostics = details.diagnostics ?? [];
	}
};
/** Returns the message of anything that was thrown, without its stack. */
function messageOf(thrown) {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
export { messageOf as n, Failure as t };
