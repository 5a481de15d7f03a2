// src/base/failure.ts
/**
* Ends a command with a message for the user. A thrown value that is not a `Failure` means a bug in the program or a
* problem of the machine.
*/
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
/** Returns the message of any thrown value, without a stack trace. */
function messageOf(thrown) {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
export { messageOf as n, Failure as t };
