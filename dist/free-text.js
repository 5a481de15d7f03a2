// src/base/free-text.ts
/** Returns a copy in which every free text is masked. */
function maskFreeText(value, wording, mask) {
	return masked(value, wording, mask);
}
function masked(value, wording, mask) {
	if (wording === void 0 || wording === "name") return value;
	if (typeof value === "string") return mask(value);
	if (Array.isArray(value)) return value.map((entry) => masked(entry, wording, mask));
	if (typeof value !== "object" || value === null) return value;
	const wordingOf = (key) => {
		if (typeof wording !== "object" || wording === null) return wording;
		const fields = wording;
		return Object.hasOwn(fields, key) ? fields[key] : fields["*"];
	};
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, wordingOf(key), mask)]));
}
export { maskFreeText as t };
