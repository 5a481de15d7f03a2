import { t as require_lib } from "./lib2.js";
export default require_lib();
export {};
