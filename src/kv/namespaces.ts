/** Builds the names of the namespaces that belong to a job, a worker or an allocation. */

export const jobNamespace = (job: string): string => `maand/job/${job}`;
export const allocationNamespace = (job: string, host: string): string => `maand/job/${job}/worker/${host}`;
export const varsNamespace = (job: string): string => `vars/job/${job}`;
export const bucketVarsNamespace = (job: string): string => `vars/bucket/job/${job}`;
export const secretsNamespace = (job: string): string => `secrets/job/${job}`;
export const workerNamespace = (host: string): string => `maand/worker/${host}`;
export const tagsNamespace = (host: string): string => `maand/worker/${host}/tags`;

/** Returns all namespaces of a job, except the namespaces of its allocations. */
export const jobNamespaces = (job: string): readonly string[] => [
  jobNamespace(job),
  bucketVarsNamespace(job),
  varsNamespace(job),
  secretsNamespace(job),
];
