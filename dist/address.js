// src/catalog/address.ts
/**
* Returns the SSH address of a worker. The values of its entry in `workers.json` replace the settings of the bucket.
*/
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
