// src/report/ending-wording.ts
const DIAGNOSTIC_WORDING = {
	message: "text",
	place: "name",
	job: "name",
	hint: "text",
	repair: "name"
};
const ENDING_WORDING = {
	message: "text",
	hint: "text",
	code: "name",
	see: "name",
	diagnostics: DIAGNOSTIC_WORDING,
	stack: "text"
};
export { ENDING_WORDING as n, DIAGNOSTIC_WORDING as t };
