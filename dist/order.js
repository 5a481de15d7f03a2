// src/base/order.ts
/**
* Orders texts by their UTF-8 bytes, which is the order of their code points. Every listing and every hash uses this
* order.
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
/** Corrects the order of UTF-16, which puts surrogates before U+E000 to U+FFFF; UTF-8 does not. */
function rank(unit) {
	if (unit < 55296) return unit;
	return unit >= 57344 ? unit - 2048 : unit + 8192;
}
export { compareText as t };
