// src/catalog/address.ts
/** How a worker is reached: its own entry in `workers.json` wins over the bucket's settings. */
function addressOf({ host, port, user, root, hostKey }, settings) {
	return {
		host,
		port: port ?? settings.sshPort,
		user: user ?? settings.sshUser,
		root: root ?? settings.workerRoot,
		useSudo: settings.useSudo,
		hostKey
	};
}
export { addressOf as t };
