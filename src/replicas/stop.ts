// biome-ignore lint/performance/noBarrelFile: the stops moved to the room state; this goes when its five importers name that file
export { type Stop, StopFailure, stopFailure } from '../state/stop.ts';
