/**
 * Turns `docs/PAGE.md#SECTION` into its address in the repository of this action, at the version that runs. Returns `see`
 * unchanged when the action is in the same repository as the workflow (`uses: ./`), because its pages are in the checkout.
 */
export function documentLink(see: string, env: Readonly<Record<string, string | undefined>>): string {
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  return server && repository && ref ? `${server}/${repository}/blob/${ref}/${see}` : see;
}
