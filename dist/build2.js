export { n as build } from "./build.js";
