/** Draws the waves of a deploy as a Mermaid flowchart for the job summary. */
import { codeBlock } from './markdown-parts.ts';

export interface DiagramJob {
  readonly job: string;
  /** Determines the colour of the job. */
  readonly mark: 'good' | 'bad' | 'idle' | 'stopped' | 'waiting';
}

export interface DiagramWave {
  readonly seq: number;
  readonly jobs: readonly DiagramJob[];
}

/** GitHub refuses large diagrams, and people cannot read them. */
const MOST_JOBS = 60;
const MOST_WAVES = 60;

const CLASSES: Readonly<Record<DiagramJob['mark'], string>> = {
  good: 'fill:#d1f0d9,stroke:#1a7f37,color:#0a3d1a',
  bad: 'fill:#ffd8d3,stroke:#cf222e,color:#5c0a12',
  idle: 'fill:#eef1f4,stroke:#8c959f,color:#24292f',
  stopped: 'fill:#fff1c9,stroke:#bf8700,color:#4d3600',
  waiting: 'fill:#ddebff,stroke:#0969da,color:#032f62',
};

/**
 * Returns a Mermaid flowchart of the waves from left to right, with the jobs of each wave. When there are many jobs, it shows
 * only their number. Returns an empty string when there are no waves, or too many waves to draw.
 */
export function waveDiagram(waves: readonly DiagramWave[]): string {
  const drawn = waves.filter(({ jobs }) => jobs.length > 0);
  if (drawn.length === 0 || drawn.length > MOST_WAVES) return '';
  const jobCount = drawn.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const boxes = drawn.flatMap(jobCount > MOST_JOBS ? countedWave : namedWave);
  const arrows = drawn.slice(1).map(({ seq }, at) => `  wave${drawn[at]?.seq} --> wave${seq}`);
  const classes = Object.entries(CLASSES).map(([name, style]) => `  classDef ${name} ${style}`);
  return codeBlock(['flowchart LR', ...boxes, ...arrows, ...classes].join('\n'), 'mermaid');
}

function namedWave({ seq, jobs }: DiagramWave): string[] {
  const nodes = jobs.map(({ job, mark }, at) => `    wave${seq}job${at}["${label(job)}"]:::${mark}`);
  return [`  subgraph wave${seq}["wave ${seq}"]`, ...nodes, '  end'];
}

function countedWave({ seq, jobs }: DiagramWave): string[] {
  const bad = jobs.some(({ mark }) => mark === 'bad');
  return [`  wave${seq}["wave ${seq}: ${jobs.length} jobs"]:::${bad ? 'bad' : 'idle'}`];
}

/** Returns the label of a job. A character that is not allowed in job names becomes `_`, so it cannot end the quotes. */
function label(job: string): string {
  return job.replace(/[^A-Za-z0-9._ -]/g, '_');
}
