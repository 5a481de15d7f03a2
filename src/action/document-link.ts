/**
 * `docs/PAGE.md#SECTION` → its address in the repository that this action was taken from, at the version that runs. An action
 * that lies beside the workflow (`uses: ./`) has none: its pages are in the checkout.
 */
export function documentLink(see: string, env: Readonly<Record<string, string | undefined>>): string {
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  return server && repository && ref ? `${server}/${repository}/blob/${ref}/${see}` : see;
}
