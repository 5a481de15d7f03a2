// src/base/order.ts
/**
* Compares two texts by their UTF-8 bytes. The result is the same as for a comparison by code points. All lists and
* hashes use this order.
*/
function compareText(a, b) {
	if (a === b) return 0;
	const length = Math.min(a.length, b.length);
	for (let index = 0; index < length; index++) {
		const left = a.charCodeAt(index);
		const right = b.charCodeAt(index);
		if (left !== right) return rank(left) - rank(right);
	}
	return a.length - b.length;
}
/**
* Returns the rank of a UTF-16 unit. Surrogates rank after U+E000 to U+FFFF, as in UTF-8, although their values are
* lower.
*/
function rank(unit) {
	if (unit < 55296) return unit;
	return unit >= 57344 ? unit - 2048 : unit + 8192;
}
export { compareText as t };
