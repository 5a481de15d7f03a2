// src/schema/compiled-state-schema.ts
const validate = validate0;
const schema0 = {
	"$schema": "http://json-schema.org/draft-07/schema#",
	"$id": "https://raw.githubusercontent.com/org/maand-action/main/schemas/state.schema.json",
	"title": "state, formats 1 and 2",
	"description": "What must survive between runs, as `data/state.json` and `maand state export` have it, and as sealed snapshots hold it. Written by maand alone.",
	"type": "object",
	"additionalProperties": false,
	"required": [
		"format",
		"name",
		"bucketId",
		"serial",
		"updateSeq",
		"builtDigest",
		"hashKey",
		"workers",
		"ports",
		"allocations",
		"trees",
		"postDeployPending",
		"hostKeys",
		"kv"
	],
	"properties": {
		"format": {
			"type": "integer",
			"enum": [1, 2],
			"description": "Version of this format. Format 2 adds `adopted` and `deployer`; a state without both is stored in format 1.",
			"examples": [1]
		},
		"name": {
			"type": "string",
			"description": "`state_name` and environment: whose state this is.",
			"examples": ["shop/production"]
		},
		"bucketId": {
			"type": "string",
			"pattern": "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
			"description": "Random, made once; names folders on workers.",
			"examples": ["0a1b2c3d-4e5f-4678-9abc-def012345678"]
		},
		"serial": {
			"type": "integer",
			"minimum": 0,
			"maximum": 9007199254740991,
			"description": "Grows with every saved document.",
			"examples": [412]
		},
		"updateSeq": {
			"type": "integer",
			"minimum": 0,
			"maximum": 9007199254740991,
			"description": "Grows with every update of workers.",
			"examples": [87]
		},
		"builtDigest": {
			"type": "string",
			"description": "Digest of the workspace that was built last; empty before the first build.",
			"examples": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
		},
		"hashKey": {
			"type": "string",
			"description": "Key of the content digests, sealed with the state key.",
			"examples": ["enc:v1:AAAA"]
		},
		"workers": {
			"type": "object",
			"additionalProperties": { "$ref": "#/definitions/worker" },
			"description": "Workers by host.",
			"examples": [{ "10.0.0.1": {
				"id": "f00dfeedf00dfeedf00dfeedf00dfeed",
				"port": 22,
				"user": "deploy",
				"root": "/opt/worker",
				"useSudo": true
			} }]
		},
		"ports": {
			"type": "object",
			"additionalProperties": {
				"type": "object",
				"additionalProperties": {
					"type": "integer",
					"minimum": 0,
					"maximum": 9007199254740991,
					"description": "Port number.",
					"examples": [30001]
				},
				"description": "Port name → number.",
				"examples": [{ "http": 30001 }]
			},
			"description": "Ports of jobs.",
			"examples": [{ "api": { "http": 30001 } }]
		},
		"allocations": {
			"type": "array",
			"items": { "$ref": "#/definitions/allocation" },
			"description": "Allocations of the workspace, and removed ones that `maand gc` has not cleared yet.",
			"examples": [[{
				"id": "5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f",
				"job": "api",
				"host": "10.0.0.1",
				"disabled": false,
				"removed": false,
				"currentVersion": "1.4.2",
				"promoted": {
					"hash": "h1:RD1RUQD0wng85UB5AAihwQ",
					"version": "1.4.2"
				},
				"delivered": "h1:RD1RUQD0wng85UB5AAihwQ"
			}]]
		},
		"trees": {
			"type": "object",
			"additionalProperties": {
				"type": "object",
				"additionalProperties": {
					"type": "string",
					"description": "Digest.",
					"examples": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
				},
				"description": "Relative path → keyed digest of mode and content.",
				"examples": [{ "Makefile": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }]
			},
			"description": "Trees that some allocation has or had, by digest.",
			"examples": [{ "h1:RD1RUQD0wng85UB5AAihwQ": { "Makefile": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" } }]
		},
		"postDeployPending": {
			"type": "array",
			"items": {
				"type": "string",
				"description": "Name of a job.",
				"examples": ["api"]
			},
			"description": "Jobs whose `post_deploy` has not succeeded since their last rollout.",
			"examples": [["api"]]
		},
		"hostKeys": {
			"type": "object",
			"additionalProperties": {
				"type": "string",
				"description": "Line of known_hosts.",
				"examples": ["[10.0.0.1]:22 ssh-ed25519 AAAA"]
			},
			"description": "Host keys that were seen first: `host:port` → line of known_hosts.",
			"examples": [{ "10.0.0.1:22": "[10.0.0.1]:22 ssh-ed25519 AAAA" }]
		},
		"certificates": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"authority",
				"issuedBy",
				"jobs"
			],
			"properties": {
				"authority": {
					"type": "object",
					"additionalProperties": false,
					"required": ["certificate", "sealedKey"],
					"properties": {
						"certificate": {
							"type": "string",
							"description": "Certificate of the CA.",
							"examples": ["-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----"]
						},
						"sealedKey": {
							"type": "string",
							"description": "Private key of the CA, sealed with the state key.",
							"examples": ["enc:v1:AAAA"]
						}
					},
					"description": "PEM texts.",
					"examples": [{
						"certificate": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----",
						"sealedKey": "enc:v1:AAAA"
					}]
				},
				"issuedBy": {
					"type": "string",
					"description": "Fingerprint of the CA that signed what the KV store holds; empty before the first build.",
					"examples": ["AB:CD:EF"]
				},
				"jobs": {
					"type": "object",
					"additionalProperties": {
						"type": "string",
						"description": "Digest.",
						"examples": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
					},
					"description": "Job → digest of the `certs` of its manifest.",
					"examples": [{ "api": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }]
				}
			},
			"description": "The CA of the bucket, and what the certificates of each job were made from.",
			"examples": [{
				"authority": {
					"certificate": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----",
					"sealedKey": "enc:v1:AAAA"
				},
				"issuedBy": "AB:CD:EF",
				"jobs": { "api": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }
			}]
		},
		"kv": {
			"type": "object",
			"additionalProperties": {
				"type": "object",
				"additionalProperties": {
					"type": "array",
					"items": { "$ref": "#/definitions/version" },
					"minItems": 1,
					"description": "Versions of one key.",
					"examples": [[{
						"value": "8",
						"version": 2,
						"at": 176e7
					}]]
				},
				"description": "Key → versions, oldest first.",
				"examples": [{ "limit": [{
					"value": "8",
					"version": 2,
					"at": 176e7
				}] }]
			},
			"description": "The KV store, by namespace.",
			"examples": [{ "vars/job/api": { "limit": [{
				"value": "8",
				"version": 2,
				"at": 176e7
			}] } }]
		},
		"members": {
			"type": "array",
			"items": {
				"type": "string",
				"description": "Host of a worker.",
				"examples": ["10.0.0.1"]
			},
			"description": "Workers that hold copies of the state, sorted; absent where it is kept in a file.",
			"examples": [["10.0.0.1"]]
		},
		"adopted": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"kind",
				"name",
				"serial"
			],
			"properties": {
				"kind": {
					"enum": ["file", "workers"],
					"description": "Where that state was kept: in a file, or on the workers.",
					"examples": ["file"]
				},
				"name": {
					"type": "string",
					"description": "Name of that state.",
					"examples": ["shop/production"]
				},
				"serial": {
					"type": "integer",
					"minimum": 0,
					"maximum": 9007199254740991,
					"description": "Its newest serial that was found on a worker.",
					"examples": [41]
				}
			},
			"description": "The state that this one was adopted from: what it wrote on the workers counts as written by this one.",
			"examples": [{
				"kind": "file",
				"name": "shop/production",
				"serial": 41
			}]
		},
		"deployer": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"repository",
				"workflow",
				"attempt",
				"sha"
			],
			"properties": {
				"repository": {
					"type": "string",
					"description": "Owner and name; empty outside GitHub Actions.",
					"examples": ["octo/shop"]
				},
				"workflow": {
					"type": "string",
					"description": "File of the workflow, or its name; empty outside GitHub Actions.",
					"examples": ["octo/shop/.github/workflows/deploy.yml"]
				},
				"runNumber": {
					"type": "integer",
					"minimum": 1,
					"maximum": 9007199254740991,
					"description": "Number of the run in its workflow; absent outside GitHub Actions.",
					"examples": [57]
				},
				"attempt": {
					"type": "integer",
					"minimum": 1,
					"maximum": 9007199254740991,
					"description": "Attempt of the run.",
					"examples": [1]
				},
				"sha": {
					"type": "string",
					"description": "Commit that was deployed; empty when it is unknown.",
					"examples": ["d6cd1e2bd19e03a81132a23b2025920577f84e37"]
				}
			},
			"description": "The run that changed workers last. An older run is told by it.",
			"examples": [{
				"repository": "octo/shop",
				"workflow": "octo/shop/.github/workflows/deploy.yml",
				"runNumber": 57,
				"attempt": 1,
				"sha": "d6cd1e2bd19e03a81132a23b2025920577f84e37"
			}]
		},
		"repairs": {
			"type": "array",
			"items": { "$ref": "#/definitions/repair" },
			"description": "What operators overrode by hand, oldest first.",
			"examples": [[{
				"at": "2026-01-31T12:00:00.000Z",
				"actor": "octocat",
				"runId": "1234567890",
				"what": "recovered from serial 41: the newest state cannot be proven",
				"reason": "two of three workers burnt"
			}]]
		}
	},
	"definitions": {
		"tree": {
			"type": "object",
			"additionalProperties": false,
			"required": ["hash", "version"],
			"properties": {
				"hash": {
					"type": "string",
					"description": "Digest of the tree; a key of `trees`. `unknown` after an operator has accepted a rollback: such an allocation is rolled again.",
					"examples": ["h1:RD1RUQD0wng85UB5AAihwQ"]
				},
				"version": {
					"type": "string",
					"description": "Version of the job in it; empty or `0.0.0`: none was given.",
					"examples": ["1.4.2"]
				}
			},
			"description": "A tree that was delivered.",
			"examples": [{
				"hash": "h1:RD1RUQD0wng85UB5AAihwQ",
				"version": "1.4.2"
			}]
		},
		"worker": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"id",
				"port",
				"user",
				"root",
				"useSudo"
			],
			"properties": {
				"id": {
					"type": "string",
					"description": "Made once; another worker on the same host gets another one.",
					"examples": ["f00dfeedf00dfeedf00dfeedf00dfeed"]
				},
				"port": {
					"type": "integer",
					"minimum": 0,
					"maximum": 9007199254740991,
					"description": "SSH port.",
					"examples": [22]
				},
				"user": {
					"type": "string",
					"description": "User of the SSH connection.",
					"examples": ["deploy"]
				},
				"root": {
					"type": "string",
					"description": "Folder below which everything lies.",
					"examples": ["/opt/worker"]
				},
				"useSudo": {
					"type": "boolean",
					"description": "Whether commands run with sudo.",
					"examples": [false]
				},
				"hostKey": {
					"type": "string",
					"description": "Host key that workers.json gives.",
					"examples": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA"]
				},
				"updateSeq": {
					"type": "integer",
					"minimum": 0,
					"maximum": 9007199254740991,
					"description": "`update_seq` of the worker.json that was delivered last.",
					"examples": [7]
				},
				"left": {
					"type": "boolean",
					"enum": [true],
					"description": "The worker is no longer in workers.json, but something of it is still recorded.",
					"examples": [true]
				}
			},
			"description": "How a worker is reached, as the last build knew it.",
			"examples": [{
				"id": "f00dfeedf00dfeedf00dfeedf00dfeed",
				"port": 22,
				"user": "deploy",
				"root": "/opt/worker",
				"useSudo": true
			}]
		},
		"allocation": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"id",
				"job",
				"host",
				"disabled",
				"removed",
				"currentVersion"
			],
			"properties": {
				"id": {
					"type": "string",
					"description": "Made once.",
					"examples": ["5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f"]
				},
				"job": {
					"type": "string",
					"description": "Name of the job.",
					"examples": ["api"]
				},
				"host": {
					"type": "string",
					"description": "Host of the worker.",
					"examples": ["10.0.0.1"]
				},
				"disabled": {
					"type": "boolean",
					"description": "Whether disabled.json stops it.",
					"examples": [false]
				},
				"removed": {
					"type": "boolean",
					"description": "Whether it is no longer in the workspace and waits for `maand gc`.",
					"examples": [false]
				},
				"currentVersion": {
					"type": "string",
					"description": "Version that was promoted last; `0.0.0` before the first.",
					"examples": ["1.4.2"]
				},
				"promoted": { "$ref": "#/definitions/tree" },
				"applied": { "$ref": "#/definitions/tree" },
				"delivered": {
					"type": "string",
					"description": "Digest of the tree that was sent last, noted before it is sent.",
					"examples": ["h1:RD1RUQD0wng85UB5AAihwQ"]
				},
				"repeat": {
					"type": "boolean",
					"enum": [true],
					"description": "The lifecycle command counts as not run.",
					"examples": [true]
				},
				"unwellRestarts": {
					"type": "integer",
					"minimum": 1,
					"maximum": 9007199254740991,
					"description": "How often it was restarted because it was unhealthy, although nothing had changed.",
					"examples": [2]
				},
				"stopped": {
					"type": "boolean",
					"enum": [true],
					"description": "It is disabled, and was stopped.",
					"examples": [true]
				}
			},
			"description": "One job on one worker.",
			"examples": [{
				"id": "5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f",
				"job": "api",
				"host": "10.0.0.1",
				"disabled": false,
				"removed": false,
				"currentVersion": "1.4.2",
				"promoted": {
					"hash": "h1:RD1RUQD0wng85UB5AAihwQ",
					"version": "1.4.2"
				},
				"delivered": "h1:RD1RUQD0wng85UB5AAihwQ"
			}]
		},
		"version": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"value",
				"version",
				"at"
			],
			"properties": {
				"value": {
					"type": "string",
					"description": "The value; one that begins with `enc:v1:` is sealed with the state key.",
					"examples": ["8"]
				},
				"version": {
					"type": "integer",
					"minimum": 0,
					"maximum": 9007199254740991,
					"description": "Counts the changes of the key.",
					"examples": [2]
				},
				"deleted": {
					"type": "boolean",
					"enum": [true],
					"description": "The key was deleted by this change.",
					"examples": [true]
				},
				"at": {
					"type": "integer",
					"minimum": 0,
					"maximum": 9007199254740991,
					"description": "When, in Unix seconds.",
					"examples": [176e7]
				}
			},
			"description": "One version of a value.",
			"examples": [{
				"value": "8",
				"version": 2,
				"at": 176e7
			}]
		},
		"repair": {
			"type": "object",
			"additionalProperties": false,
			"required": [
				"at",
				"actor",
				"runId",
				"what",
				"reason"
			],
			"properties": {
				"at": {
					"type": "string",
					"description": "When, ISO 8601.",
					"examples": ["2026-01-31T12:00:00.000Z"]
				},
				"actor": {
					"type": "string",
					"description": "Who.",
					"examples": ["octocat"]
				},
				"runId": {
					"type": "string",
					"description": "In which run.",
					"examples": ["1234567890"]
				},
				"what": {
					"type": "string",
					"description": "What was overridden or taken over, with the evidence.",
					"examples": ["adopted bucket 0a1b2c3d from 10.0.0.1"]
				},
				"reason": {
					"type": "string",
					"description": "The operator's own words.",
					"examples": ["two of three workers burnt"]
				}
			},
			"description": "One `state recover` or `state adopt`.",
			"examples": [{
				"at": "2026-01-31T12:00:00.000Z",
				"actor": "octocat",
				"runId": "1234567890",
				"what": "recovered from serial 41: the newest state cannot be proven",
				"reason": "two of three workers burnt"
			}]
		}
	},
	"examples": [{
		"format": 1,
		"name": "shop/production",
		"bucketId": "0a1b2c3d-4e5f-4678-9abc-def012345678",
		"serial": 412,
		"updateSeq": 87,
		"builtDigest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"hashKey": "enc:v1:AAAA",
		"workers": { "10.0.0.1": {
			"id": "f00dfeedf00dfeedf00dfeedf00dfeed",
			"port": 22,
			"user": "deploy",
			"root": "/opt/worker",
			"useSudo": true
		} },
		"ports": { "api": { "http": 30001 } },
		"allocations": [{
			"id": "5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f",
			"job": "api",
			"host": "10.0.0.1",
			"disabled": false,
			"removed": false,
			"currentVersion": "1.4.2",
			"promoted": {
				"hash": "h1:RD1RUQD0wng85UB5AAihwQ",
				"version": "1.4.2"
			},
			"delivered": "h1:RD1RUQD0wng85UB5AAihwQ"
		}],
		"trees": { "h1:RD1RUQD0wng85UB5AAihwQ": { "Makefile": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" } },
		"postDeployPending": [],
		"hostKeys": { "10.0.0.1:22": "[10.0.0.1]:22 ssh-ed25519 AAAA" },
		"kv": { "vars/job/api": { "limit": [{
			"value": "8",
			"version": 2,
			"at": 176e7
		}] } },
		"members": ["10.0.0.1"]
	}]
};
const schema1 = {
	"type": "object",
	"additionalProperties": false,
	"required": [
		"id",
		"port",
		"user",
		"root",
		"useSudo"
	],
	"properties": {
		"id": {
			"type": "string",
			"description": "Made once; another worker on the same host gets another one.",
			"examples": ["f00dfeedf00dfeedf00dfeedf00dfeed"]
		},
		"port": {
			"type": "integer",
			"minimum": 0,
			"maximum": 9007199254740991,
			"description": "SSH port.",
			"examples": [22]
		},
		"user": {
			"type": "string",
			"description": "User of the SSH connection.",
			"examples": ["deploy"]
		},
		"root": {
			"type": "string",
			"description": "Folder below which everything lies.",
			"examples": ["/opt/worker"]
		},
		"useSudo": {
			"type": "boolean",
			"description": "Whether commands run with sudo.",
			"examples": [false]
		},
		"hostKey": {
			"type": "string",
			"description": "Host key that workers.json gives.",
			"examples": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA"]
		},
		"updateSeq": {
			"type": "integer",
			"minimum": 0,
			"maximum": 9007199254740991,
			"description": "`update_seq` of the worker.json that was delivered last.",
			"examples": [7]
		},
		"left": {
			"type": "boolean",
			"enum": [true],
			"description": "The worker is no longer in workers.json, but something of it is still recorded.",
			"examples": [true]
		}
	},
	"description": "How a worker is reached, as the last build knew it.",
	"examples": [{
		"id": "f00dfeedf00dfeedf00dfeedf00dfeed",
		"port": 22,
		"user": "deploy",
		"root": "/opt/worker",
		"useSudo": true
	}]
};
const schema5 = {
	"type": "object",
	"additionalProperties": false,
	"required": [
		"value",
		"version",
		"at"
	],
	"properties": {
		"value": {
			"type": "string",
			"description": "The value; one that begins with `enc:v1:` is sealed with the state key.",
			"examples": ["8"]
		},
		"version": {
			"type": "integer",
			"minimum": 0,
			"maximum": 9007199254740991,
			"description": "Counts the changes of the key.",
			"examples": [2]
		},
		"deleted": {
			"type": "boolean",
			"enum": [true],
			"description": "The key was deleted by this change.",
			"examples": [true]
		},
		"at": {
			"type": "integer",
			"minimum": 0,
			"maximum": 9007199254740991,
			"description": "When, in Unix seconds.",
			"examples": [176e7]
		}
	},
	"description": "One version of a value.",
	"examples": [{
		"value": "8",
		"version": 2,
		"at": 176e7
	}]
};
const func0 = Object.prototype.hasOwnProperty;
const pattern0 = /* @__PURE__ */ new RegExp("^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "u");
const schema2 = {
	"type": "object",
	"additionalProperties": false,
	"required": [
		"id",
		"job",
		"host",
		"disabled",
		"removed",
		"currentVersion"
	],
	"properties": {
		"id": {
			"type": "string",
			"description": "Made once.",
			"examples": ["5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f"]
		},
		"job": {
			"type": "string",
			"description": "Name of the job.",
			"examples": ["api"]
		},
		"host": {
			"type": "string",
			"description": "Host of the worker.",
			"examples": ["10.0.0.1"]
		},
		"disabled": {
			"type": "boolean",
			"description": "Whether disabled.json stops it.",
			"examples": [false]
		},
		"removed": {
			"type": "boolean",
			"description": "Whether it is no longer in the workspace and waits for `maand gc`.",
			"examples": [false]
		},
		"currentVersion": {
			"type": "string",
			"description": "Version that was promoted last; `0.0.0` before the first.",
			"examples": ["1.4.2"]
		},
		"promoted": { "$ref": "#/definitions/tree" },
		"applied": { "$ref": "#/definitions/tree" },
		"delivered": {
			"type": "string",
			"description": "Digest of the tree that was sent last, noted before it is sent.",
			"examples": ["h1:RD1RUQD0wng85UB5AAihwQ"]
		},
		"repeat": {
			"type": "boolean",
			"enum": [true],
			"description": "The lifecycle command counts as not run.",
			"examples": [true]
		},
		"unwellRestarts": {
			"type": "integer",
			"minimum": 1,
			"maximum": 9007199254740991,
			"description": "How often it was restarted because it was unhealthy, although nothing had changed.",
			"examples": [2]
		},
		"stopped": {
			"type": "boolean",
			"enum": [true],
			"description": "It is disabled, and was stopped.",
			"examples": [true]
		}
	},
	"description": "One job on one worker.",
	"examples": [{
		"id": "5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f",
		"job": "api",
		"host": "10.0.0.1",
		"disabled": false,
		"removed": false,
		"currentVersion": "1.4.2",
		"promoted": {
			"hash": "h1:RD1RUQD0wng85UB5AAihwQ",
			"version": "1.4.2"
		},
		"delivered": "h1:RD1RUQD0wng85UB5AAihwQ"
	}]
};
function validate1(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
	let vErrors = null;
	if (data && typeof data == "object" && !Array.isArray(data)) {
		let missing0;
		if (data.id === void 0 && (missing0 = "id") || data.job === void 0 && (missing0 = "job") || data.host === void 0 && (missing0 = "host") || data.disabled === void 0 && (missing0 = "disabled") || data.removed === void 0 && (missing0 = "removed") || data.currentVersion === void 0 && (missing0 = "currentVersion")) {
			validate1.errors = [{
				instancePath,
				schemaPath: "#/required",
				keyword: "required",
				params: { missingProperty: missing0 },
				message: "must have required property '" + missing0 + "'"
			}];
			return false;
		} else {
			for (const key0 in data) if (!func0.call(schema2.properties, key0)) {
				validate1.errors = [{
					instancePath,
					schemaPath: "#/additionalProperties",
					keyword: "additionalProperties",
					params: { additionalProperty: key0 },
					message: "must NOT have additional properties"
				}];
				return false;
			}
			if (data.id !== void 0) {
				if (typeof data.id !== "string") {
					validate1.errors = [{
						instancePath: instancePath + "/id",
						schemaPath: "#/properties/id/type",
						keyword: "type",
						params: { type: "string" },
						message: "must be string"
					}];
					return false;
				}
				var valid0 = true;
			} else var valid0 = true;
			if (valid0) {
				if (data.job !== void 0) {
					if (typeof data.job !== "string") {
						validate1.errors = [{
							instancePath: instancePath + "/job",
							schemaPath: "#/properties/job/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string"
						}];
						return false;
					}
					var valid0 = true;
				} else var valid0 = true;
				if (valid0) {
					if (data.host !== void 0) {
						if (typeof data.host !== "string") {
							validate1.errors = [{
								instancePath: instancePath + "/host",
								schemaPath: "#/properties/host/type",
								keyword: "type",
								params: { type: "string" },
								message: "must be string"
							}];
							return false;
						}
						var valid0 = true;
					} else var valid0 = true;
					if (valid0) {
						if (data.disabled !== void 0) {
							if (typeof data.disabled !== "boolean") {
								validate1.errors = [{
									instancePath: instancePath + "/disabled",
									schemaPath: "#/properties/disabled/type",
									keyword: "type",
									params: { type: "boolean" },
									message: "must be boolean"
								}];
								return false;
							}
							var valid0 = true;
						} else var valid0 = true;
						if (valid0) {
							if (data.removed !== void 0) {
								if (typeof data.removed !== "boolean") {
									validate1.errors = [{
										instancePath: instancePath + "/removed",
										schemaPath: "#/properties/removed/type",
										keyword: "type",
										params: { type: "boolean" },
										message: "must be boolean"
									}];
									return false;
								}
								var valid0 = true;
							} else var valid0 = true;
							if (valid0) {
								if (data.currentVersion !== void 0) {
									if (typeof data.currentVersion !== "string") {
										validate1.errors = [{
											instancePath: instancePath + "/currentVersion",
											schemaPath: "#/properties/currentVersion/type",
											keyword: "type",
											params: { type: "string" },
											message: "must be string"
										}];
										return false;
									}
									var valid0 = true;
								} else var valid0 = true;
								if (valid0) {
									if (data.promoted !== void 0) {
										let data6 = data.promoted;
										if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
											let missing1;
											if (data6.hash === void 0 && (missing1 = "hash") || data6.version === void 0 && (missing1 = "version")) {
												validate1.errors = [{
													instancePath: instancePath + "/promoted",
													schemaPath: "#/definitions/tree/required",
													keyword: "required",
													params: { missingProperty: missing1 },
													message: "must have required property '" + missing1 + "'"
												}];
												return false;
											} else {
												for (const key1 in data6) if (!(key1 === "hash" || key1 === "version")) {
													validate1.errors = [{
														instancePath: instancePath + "/promoted",
														schemaPath: "#/definitions/tree/additionalProperties",
														keyword: "additionalProperties",
														params: { additionalProperty: key1 },
														message: "must NOT have additional properties"
													}];
													return false;
												}
												if (data6.hash !== void 0) {
													if (typeof data6.hash !== "string") {
														validate1.errors = [{
															instancePath: instancePath + "/promoted/hash",
															schemaPath: "#/definitions/tree/properties/hash/type",
															keyword: "type",
															params: { type: "string" },
															message: "must be string"
														}];
														return false;
													}
													var valid2 = true;
												} else var valid2 = true;
												if (valid2) {
													if (data6.version !== void 0) {
														if (typeof data6.version !== "string") {
															validate1.errors = [{
																instancePath: instancePath + "/promoted/version",
																schemaPath: "#/definitions/tree/properties/version/type",
																keyword: "type",
																params: { type: "string" },
																message: "must be string"
															}];
															return false;
														}
														var valid2 = true;
													} else var valid2 = true;
												}
											}
										} else {
											validate1.errors = [{
												instancePath: instancePath + "/promoted",
												schemaPath: "#/definitions/tree/type",
												keyword: "type",
												params: { type: "object" },
												message: "must be object"
											}];
											return false;
										}
										var valid0 = true;
									} else var valid0 = true;
									if (valid0) {
										if (data.applied !== void 0) {
											let data9 = data.applied;
											if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
												let missing2;
												if (data9.hash === void 0 && (missing2 = "hash") || data9.version === void 0 && (missing2 = "version")) {
													validate1.errors = [{
														instancePath: instancePath + "/applied",
														schemaPath: "#/definitions/tree/required",
														keyword: "required",
														params: { missingProperty: missing2 },
														message: "must have required property '" + missing2 + "'"
													}];
													return false;
												} else {
													for (const key2 in data9) if (!(key2 === "hash" || key2 === "version")) {
														validate1.errors = [{
															instancePath: instancePath + "/applied",
															schemaPath: "#/definitions/tree/additionalProperties",
															keyword: "additionalProperties",
															params: { additionalProperty: key2 },
															message: "must NOT have additional properties"
														}];
														return false;
													}
													if (data9.hash !== void 0) {
														if (typeof data9.hash !== "string") {
															validate1.errors = [{
																instancePath: instancePath + "/applied/hash",
																schemaPath: "#/definitions/tree/properties/hash/type",
																keyword: "type",
																params: { type: "string" },
																message: "must be string"
															}];
															return false;
														}
														var valid4 = true;
													} else var valid4 = true;
													if (valid4) {
														if (data9.version !== void 0) {
															if (typeof data9.version !== "string") {
																validate1.errors = [{
																	instancePath: instancePath + "/applied/version",
																	schemaPath: "#/definitions/tree/properties/version/type",
																	keyword: "type",
																	params: { type: "string" },
																	message: "must be string"
																}];
																return false;
															}
															var valid4 = true;
														} else var valid4 = true;
													}
												}
											} else {
												validate1.errors = [{
													instancePath: instancePath + "/applied",
													schemaPath: "#/definitions/tree/type",
													keyword: "type",
													params: { type: "object" },
													message: "must be object"
												}];
												return false;
											}
											var valid0 = true;
										} else var valid0 = true;
										if (valid0) {
											if (data.delivered !== void 0) {
												if (typeof data.delivered !== "string") {
													validate1.errors = [{
														instancePath: instancePath + "/delivered",
														schemaPath: "#/properties/delivered/type",
														keyword: "type",
														params: { type: "string" },
														message: "must be string"
													}];
													return false;
												}
												var valid0 = true;
											} else var valid0 = true;
											if (valid0) {
												if (data.repeat !== void 0) {
													let data13 = data.repeat;
													if (typeof data13 !== "boolean") {
														validate1.errors = [{
															instancePath: instancePath + "/repeat",
															schemaPath: "#/properties/repeat/type",
															keyword: "type",
															params: { type: "boolean" },
															message: "must be boolean"
														}];
														return false;
													}
													if (!(data13 === true)) {
														validate1.errors = [{
															instancePath: instancePath + "/repeat",
															schemaPath: "#/properties/repeat/enum",
															keyword: "enum",
															params: { allowedValues: schema2.properties.repeat.enum },
															message: "must be equal to one of the allowed values"
														}];
														return false;
													}
													var valid0 = true;
												} else var valid0 = true;
												if (valid0) {
													if (data.unwellRestarts !== void 0) {
														let data14 = data.unwellRestarts;
														if (!(typeof data14 == "number" && !(data14 % 1) && !isNaN(data14) && isFinite(data14))) {
															validate1.errors = [{
																instancePath: instancePath + "/unwellRestarts",
																schemaPath: "#/properties/unwellRestarts/type",
																keyword: "type",
																params: { type: "integer" },
																message: "must be integer"
															}];
															return false;
														}
														if (typeof data14 == "number" && isFinite(data14)) {
															if (data14 > 9007199254740991 || isNaN(data14)) {
																validate1.errors = [{
																	instancePath: instancePath + "/unwellRestarts",
																	schemaPath: "#/properties/unwellRestarts/maximum",
																	keyword: "maximum",
																	params: {
																		comparison: "<=",
																		limit: 9007199254740991
																	},
																	message: "must be <= 9007199254740991"
																}];
																return false;
															} else if (data14 < 1 || isNaN(data14)) {
																validate1.errors = [{
																	instancePath: instancePath + "/unwellRestarts",
																	schemaPath: "#/properties/unwellRestarts/minimum",
																	keyword: "minimum",
																	params: {
																		comparison: ">=",
																		limit: 1
																	},
																	message: "must be >= 1"
																}];
																return false;
															}
														}
														var valid0 = true;
													} else var valid0 = true;
													if (valid0) {
														if (data.stopped !== void 0) {
															let data15 = data.stopped;
															if (typeof data15 !== "boolean") {
																validate1.errors = [{
																	instancePath: instancePath + "/stopped",
																	schemaPath: "#/properties/stopped/type",
																	keyword: "type",
																	params: { type: "boolean" },
																	message: "must be boolean"
																}];
																return false;
															}
															if (!(data15 === true)) {
																validate1.errors = [{
																	instancePath: instancePath + "/stopped",
																	schemaPath: "#/properties/stopped/enum",
																	keyword: "enum",
																	params: { allowedValues: schema2.properties.stopped.enum },
																	message: "must be equal to one of the allowed values"
																}];
																return false;
															}
															var valid0 = true;
														} else var valid0 = true;
													}
												}
											}
										}
									}
								}
							}
						}
					}
				}
			}
		}
	} else {
		validate1.errors = [{
			instancePath,
			schemaPath: "#/type",
			keyword: "type",
			params: { type: "object" },
			message: "must be object"
		}];
		return false;
	}
	validate1.errors = vErrors;
	return true;
}
function validate0(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
	let vErrors = null;
	let errors = 0;
	if (errors === 0) {
		if (data && typeof data == "object" && !Array.isArray(data)) {
			let missing0;
			if (data.format === void 0 && (missing0 = "format") || data.name === void 0 && (missing0 = "name") || data.bucketId === void 0 && (missing0 = "bucketId") || data.serial === void 0 && (missing0 = "serial") || data.updateSeq === void 0 && (missing0 = "updateSeq") || data.builtDigest === void 0 && (missing0 = "builtDigest") || data.hashKey === void 0 && (missing0 = "hashKey") || data.workers === void 0 && (missing0 = "workers") || data.ports === void 0 && (missing0 = "ports") || data.allocations === void 0 && (missing0 = "allocations") || data.trees === void 0 && (missing0 = "trees") || data.postDeployPending === void 0 && (missing0 = "postDeployPending") || data.hostKeys === void 0 && (missing0 = "hostKeys") || data.kv === void 0 && (missing0 = "kv")) {
				validate0.errors = [{
					instancePath,
					schemaPath: "#/required",
					keyword: "required",
					params: { missingProperty: missing0 },
					message: "must have required property '" + missing0 + "'"
				}];
				return false;
			} else {
				const _errs1 = errors;
				for (const key0 in data) if (!func0.call(schema0.properties, key0)) {
					validate0.errors = [{
						instancePath,
						schemaPath: "#/additionalProperties",
						keyword: "additionalProperties",
						params: { additionalProperty: key0 },
						message: "must NOT have additional properties"
					}];
					return false;
				}
				if (_errs1 === errors) {
					if (data.format !== void 0) {
						let data0 = data.format;
						const _errs2 = errors;
						if (!(typeof data0 == "number" && !(data0 % 1) && !isNaN(data0) && isFinite(data0))) {
							validate0.errors = [{
								instancePath: instancePath + "/format",
								schemaPath: "#/properties/format/type",
								keyword: "type",
								params: { type: "integer" },
								message: "must be integer"
							}];
							return false;
						}
						if (!(data0 === 1 || data0 === 2)) {
							validate0.errors = [{
								instancePath: instancePath + "/format",
								schemaPath: "#/properties/format/enum",
								keyword: "enum",
								params: { allowedValues: schema0.properties.format.enum },
								message: "must be equal to one of the allowed values"
							}];
							return false;
						}
						var valid0 = _errs2 === errors;
					} else var valid0 = true;
					if (valid0) {
						if (data.name !== void 0) {
							const _errs4 = errors;
							if (typeof data.name !== "string") {
								validate0.errors = [{
									instancePath: instancePath + "/name",
									schemaPath: "#/properties/name/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string"
								}];
								return false;
							}
							var valid0 = _errs4 === errors;
						} else var valid0 = true;
						if (valid0) {
							if (data.bucketId !== void 0) {
								let data2 = data.bucketId;
								const _errs6 = errors;
								if (errors === _errs6) {
									if (typeof data2 === "string") {
										if (!pattern0.test(data2)) {
											validate0.errors = [{
												instancePath: instancePath + "/bucketId",
												schemaPath: "#/properties/bucketId/pattern",
												keyword: "pattern",
												params: { pattern: "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$" },
												message: "must match pattern \"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$\""
											}];
											return false;
										}
									} else {
										validate0.errors = [{
											instancePath: instancePath + "/bucketId",
											schemaPath: "#/properties/bucketId/type",
											keyword: "type",
											params: { type: "string" },
											message: "must be string"
										}];
										return false;
									}
								}
								var valid0 = _errs6 === errors;
							} else var valid0 = true;
							if (valid0) {
								if (data.serial !== void 0) {
									let data3 = data.serial;
									const _errs8 = errors;
									if (!(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3))) {
										validate0.errors = [{
											instancePath: instancePath + "/serial",
											schemaPath: "#/properties/serial/type",
											keyword: "type",
											params: { type: "integer" },
											message: "must be integer"
										}];
										return false;
									}
									if (errors === _errs8) {
										if (typeof data3 == "number" && isFinite(data3)) {
											if (data3 > 9007199254740991 || isNaN(data3)) {
												validate0.errors = [{
													instancePath: instancePath + "/serial",
													schemaPath: "#/properties/serial/maximum",
													keyword: "maximum",
													params: {
														comparison: "<=",
														limit: 9007199254740991
													},
													message: "must be <= 9007199254740991"
												}];
												return false;
											} else if (data3 < 0 || isNaN(data3)) {
												validate0.errors = [{
													instancePath: instancePath + "/serial",
													schemaPath: "#/properties/serial/minimum",
													keyword: "minimum",
													params: {
														comparison: ">=",
														limit: 0
													},
													message: "must be >= 0"
												}];
												return false;
											}
										}
									}
									var valid0 = _errs8 === errors;
								} else var valid0 = true;
								if (valid0) {
									if (data.updateSeq !== void 0) {
										let data4 = data.updateSeq;
										const _errs10 = errors;
										if (!(typeof data4 == "number" && !(data4 % 1) && !isNaN(data4) && isFinite(data4))) {
											validate0.errors = [{
												instancePath: instancePath + "/updateSeq",
												schemaPath: "#/properties/updateSeq/type",
												keyword: "type",
												params: { type: "integer" },
												message: "must be integer"
											}];
											return false;
										}
										if (errors === _errs10) {
											if (typeof data4 == "number" && isFinite(data4)) {
												if (data4 > 9007199254740991 || isNaN(data4)) {
													validate0.errors = [{
														instancePath: instancePath + "/updateSeq",
														schemaPath: "#/properties/updateSeq/maximum",
														keyword: "maximum",
														params: {
															comparison: "<=",
															limit: 9007199254740991
														},
														message: "must be <= 9007199254740991"
													}];
													return false;
												} else if (data4 < 0 || isNaN(data4)) {
													validate0.errors = [{
														instancePath: instancePath + "/updateSeq",
														schemaPath: "#/properties/updateSeq/minimum",
														keyword: "minimum",
														params: {
															comparison: ">=",
															limit: 0
														},
														message: "must be >= 0"
													}];
													return false;
												}
											}
										}
										var valid0 = _errs10 === errors;
									} else var valid0 = true;
									if (valid0) {
										if (data.builtDigest !== void 0) {
											const _errs12 = errors;
											if (typeof data.builtDigest !== "string") {
												validate0.errors = [{
													instancePath: instancePath + "/builtDigest",
													schemaPath: "#/properties/builtDigest/type",
													keyword: "type",
													params: { type: "string" },
													message: "must be string"
												}];
												return false;
											}
											var valid0 = _errs12 === errors;
										} else var valid0 = true;
										if (valid0) {
											if (data.hashKey !== void 0) {
												const _errs14 = errors;
												if (typeof data.hashKey !== "string") {
													validate0.errors = [{
														instancePath: instancePath + "/hashKey",
														schemaPath: "#/properties/hashKey/type",
														keyword: "type",
														params: { type: "string" },
														message: "must be string"
													}];
													return false;
												}
												var valid0 = _errs14 === errors;
											} else var valid0 = true;
											if (valid0) {
												if (data.workers !== void 0) {
													let data7 = data.workers;
													const _errs16 = errors;
													if (errors === _errs16) {
														if (data7 && typeof data7 == "object" && !Array.isArray(data7)) for (const key1 in data7) {
															let data8 = data7[key1];
															const _errs19 = errors;
															if (errors === errors) {
																if (data8 && typeof data8 == "object" && !Array.isArray(data8)) {
																	let missing1;
																	if (data8.id === void 0 && (missing1 = "id") || data8.port === void 0 && (missing1 = "port") || data8.user === void 0 && (missing1 = "user") || data8.root === void 0 && (missing1 = "root") || data8.useSudo === void 0 && (missing1 = "useSudo")) {
																		validate0.errors = [{
																			instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
																			schemaPath: "#/definitions/worker/required",
																			keyword: "required",
																			params: { missingProperty: missing1 },
																			message: "must have required property '" + missing1 + "'"
																		}];
																		return false;
																	} else {
																		const _errs22 = errors;
																		for (const key2 in data8) if (!(key2 === "id" || key2 === "port" || key2 === "user" || key2 === "root" || key2 === "useSudo" || key2 === "hostKey" || key2 === "updateSeq" || key2 === "left")) {
																			validate0.errors = [{
																				instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
																				schemaPath: "#/definitions/worker/additionalProperties",
																				keyword: "additionalProperties",
																				params: { additionalProperty: key2 },
																				message: "must NOT have additional properties"
																			}];
																			return false;
																		}
																		if (_errs22 === errors) {
																			if (data8.id !== void 0) {
																				const _errs23 = errors;
																				if (typeof data8.id !== "string") {
																					validate0.errors = [{
																						instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/id",
																						schemaPath: "#/definitions/worker/properties/id/type",
																						keyword: "type",
																						params: { type: "string" },
																						message: "must be string"
																					}];
																					return false;
																				}
																				var valid3 = _errs23 === errors;
																			} else var valid3 = true;
																			if (valid3) {
																				if (data8.port !== void 0) {
																					let data10 = data8.port;
																					const _errs25 = errors;
																					if (!(typeof data10 == "number" && !(data10 % 1) && !isNaN(data10) && isFinite(data10))) {
																						validate0.errors = [{
																							instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/port",
																							schemaPath: "#/definitions/worker/properties/port/type",
																							keyword: "type",
																							params: { type: "integer" },
																							message: "must be integer"
																						}];
																						return false;
																					}
																					if (errors === _errs25) {
																						if (typeof data10 == "number" && isFinite(data10)) {
																							if (data10 > 9007199254740991 || isNaN(data10)) {
																								validate0.errors = [{
																									instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/port",
																									schemaPath: "#/definitions/worker/properties/port/maximum",
																									keyword: "maximum",
																									params: {
																										comparison: "<=",
																										limit: 9007199254740991
																									},
																									message: "must be <= 9007199254740991"
																								}];
																								return false;
																							} else if (data10 < 0 || isNaN(data10)) {
																								validate0.errors = [{
																									instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/port",
																									schemaPath: "#/definitions/worker/properties/port/minimum",
																									keyword: "minimum",
																									params: {
																										comparison: ">=",
																										limit: 0
																									},
																									message: "must be >= 0"
																								}];
																								return false;
																							}
																						}
																					}
																					var valid3 = _errs25 === errors;
																				} else var valid3 = true;
																				if (valid3) {
																					if (data8.user !== void 0) {
																						const _errs27 = errors;
																						if (typeof data8.user !== "string") {
																							validate0.errors = [{
																								instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/user",
																								schemaPath: "#/definitions/worker/properties/user/type",
																								keyword: "type",
																								params: { type: "string" },
																								message: "must be string"
																							}];
																							return false;
																						}
																						var valid3 = _errs27 === errors;
																					} else var valid3 = true;
																					if (valid3) {
																						if (data8.root !== void 0) {
																							const _errs29 = errors;
																							if (typeof data8.root !== "string") {
																								validate0.errors = [{
																									instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/root",
																									schemaPath: "#/definitions/worker/properties/root/type",
																									keyword: "type",
																									params: { type: "string" },
																									message: "must be string"
																								}];
																								return false;
																							}
																							var valid3 = _errs29 === errors;
																						} else var valid3 = true;
																						if (valid3) {
																							if (data8.useSudo !== void 0) {
																								const _errs31 = errors;
																								if (typeof data8.useSudo !== "boolean") {
																									validate0.errors = [{
																										instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/useSudo",
																										schemaPath: "#/definitions/worker/properties/useSudo/type",
																										keyword: "type",
																										params: { type: "boolean" },
																										message: "must be boolean"
																									}];
																									return false;
																								}
																								var valid3 = _errs31 === errors;
																							} else var valid3 = true;
																							if (valid3) {
																								if (data8.hostKey !== void 0) {
																									const _errs33 = errors;
																									if (typeof data8.hostKey !== "string") {
																										validate0.errors = [{
																											instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/hostKey",
																											schemaPath: "#/definitions/worker/properties/hostKey/type",
																											keyword: "type",
																											params: { type: "string" },
																											message: "must be string"
																										}];
																										return false;
																									}
																									var valid3 = _errs33 === errors;
																								} else var valid3 = true;
																								if (valid3) {
																									if (data8.updateSeq !== void 0) {
																										let data15 = data8.updateSeq;
																										const _errs35 = errors;
																										if (!(typeof data15 == "number" && !(data15 % 1) && !isNaN(data15) && isFinite(data15))) {
																											validate0.errors = [{
																												instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/updateSeq",
																												schemaPath: "#/definitions/worker/properties/updateSeq/type",
																												keyword: "type",
																												params: { type: "integer" },
																												message: "must be integer"
																											}];
																											return false;
																										}
																										if (errors === _errs35) {
																											if (typeof data15 == "number" && isFinite(data15)) {
																												if (data15 > 9007199254740991 || isNaN(data15)) {
																													validate0.errors = [{
																														instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/updateSeq",
																														schemaPath: "#/definitions/worker/properties/updateSeq/maximum",
																														keyword: "maximum",
																														params: {
																															comparison: "<=",
																															limit: 9007199254740991
																														},
																														message: "must be <= 9007199254740991"
																													}];
																													return false;
																												} else if (data15 < 0 || isNaN(data15)) {
																													validate0.errors = [{
																														instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/updateSeq",
																														schemaPath: "#/definitions/worker/properties/updateSeq/minimum",
																														keyword: "minimum",
																														params: {
																															comparison: ">=",
																															limit: 0
																														},
																														message: "must be >= 0"
																													}];
																													return false;
																												}
																											}
																										}
																										var valid3 = _errs35 === errors;
																									} else var valid3 = true;
																									if (valid3) {
																										if (data8.left !== void 0) {
																											let data16 = data8.left;
																											const _errs37 = errors;
																											if (typeof data16 !== "boolean") {
																												validate0.errors = [{
																													instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/left",
																													schemaPath: "#/definitions/worker/properties/left/type",
																													keyword: "type",
																													params: { type: "boolean" },
																													message: "must be boolean"
																												}];
																												return false;
																											}
																											if (!(data16 === true)) {
																												validate0.errors = [{
																													instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/left",
																													schemaPath: "#/definitions/worker/properties/left/enum",
																													keyword: "enum",
																													params: { allowedValues: schema1.properties.left.enum },
																													message: "must be equal to one of the allowed values"
																												}];
																												return false;
																											}
																											var valid3 = _errs37 === errors;
																										} else var valid3 = true;
																									}
																								}
																							}
																						}
																					}
																				}
																			}
																		}
																	}
																} else {
																	validate0.errors = [{
																		instancePath: instancePath + "/workers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
																		schemaPath: "#/definitions/worker/type",
																		keyword: "type",
																		params: { type: "object" },
																		message: "must be object"
																	}];
																	return false;
																}
															}
															if (!(_errs19 === errors)) break;
														}
														else {
															validate0.errors = [{
																instancePath: instancePath + "/workers",
																schemaPath: "#/properties/workers/type",
																keyword: "type",
																params: { type: "object" },
																message: "must be object"
															}];
															return false;
														}
													}
													var valid0 = _errs16 === errors;
												} else var valid0 = true;
												if (valid0) {
													if (data.ports !== void 0) {
														let data17 = data.ports;
														const _errs39 = errors;
														if (errors === _errs39) {
															if (data17 && typeof data17 == "object" && !Array.isArray(data17)) for (const key3 in data17) {
																let data18 = data17[key3];
																const _errs42 = errors;
																if (errors === _errs42) {
																	if (data18 && typeof data18 == "object" && !Array.isArray(data18)) for (const key4 in data18) {
																		let data19 = data18[key4];
																		const _errs45 = errors;
																		if (!(typeof data19 == "number" && !(data19 % 1) && !isNaN(data19) && isFinite(data19))) {
																			validate0.errors = [{
																				instancePath: instancePath + "/ports/" + key3.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),
																				schemaPath: "#/properties/ports/additionalProperties/additionalProperties/type",
																				keyword: "type",
																				params: { type: "integer" },
																				message: "must be integer"
																			}];
																			return false;
																		}
																		if (errors === _errs45) {
																			if (typeof data19 == "number" && isFinite(data19)) {
																				if (data19 > 9007199254740991 || isNaN(data19)) {
																					validate0.errors = [{
																						instancePath: instancePath + "/ports/" + key3.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),
																						schemaPath: "#/properties/ports/additionalProperties/additionalProperties/maximum",
																						keyword: "maximum",
																						params: {
																							comparison: "<=",
																							limit: 9007199254740991
																						},
																						message: "must be <= 9007199254740991"
																					}];
																					return false;
																				} else if (data19 < 0 || isNaN(data19)) {
																					validate0.errors = [{
																						instancePath: instancePath + "/ports/" + key3.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),
																						schemaPath: "#/properties/ports/additionalProperties/additionalProperties/minimum",
																						keyword: "minimum",
																						params: {
																							comparison: ">=",
																							limit: 0
																						},
																						message: "must be >= 0"
																					}];
																					return false;
																				}
																			}
																		}
																		if (!(_errs45 === errors)) break;
																	}
																	else {
																		validate0.errors = [{
																			instancePath: instancePath + "/ports/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),
																			schemaPath: "#/properties/ports/additionalProperties/type",
																			keyword: "type",
																			params: { type: "object" },
																			message: "must be object"
																		}];
																		return false;
																	}
																}
																if (!(_errs42 === errors)) break;
															}
															else {
																validate0.errors = [{
																	instancePath: instancePath + "/ports",
																	schemaPath: "#/properties/ports/type",
																	keyword: "type",
																	params: { type: "object" },
																	message: "must be object"
																}];
																return false;
															}
														}
														var valid0 = _errs39 === errors;
													} else var valid0 = true;
													if (valid0) {
														if (data.allocations !== void 0) {
															let data20 = data.allocations;
															const _errs47 = errors;
															if (errors === _errs47) {
																if (Array.isArray(data20)) {
																	const len0 = data20.length;
																	for (let i0 = 0; i0 < len0; i0++) {
																		const _errs49 = errors;
																		if (!validate1(data20[i0], {
																			instancePath: instancePath + "/allocations/" + i0,
																			parentData: data20,
																			parentDataProperty: i0,
																			rootData
																		})) {
																			vErrors = vErrors === null ? validate1.errors : vErrors.concat(validate1.errors);
																			errors = vErrors.length;
																		}
																		if (!(_errs49 === errors)) break;
																	}
																} else {
																	validate0.errors = [{
																		instancePath: instancePath + "/allocations",
																		schemaPath: "#/properties/allocations/type",
																		keyword: "type",
																		params: { type: "array" },
																		message: "must be array"
																	}];
																	return false;
																}
															}
															var valid0 = _errs47 === errors;
														} else var valid0 = true;
														if (valid0) {
															if (data.trees !== void 0) {
																let data22 = data.trees;
																const _errs50 = errors;
																if (errors === _errs50) {
																	if (data22 && typeof data22 == "object" && !Array.isArray(data22)) for (const key5 in data22) {
																		let data23 = data22[key5];
																		const _errs53 = errors;
																		if (errors === _errs53) {
																			if (data23 && typeof data23 == "object" && !Array.isArray(data23)) for (const key6 in data23) {
																				const _errs56 = errors;
																				if (typeof data23[key6] !== "string") {
																					validate0.errors = [{
																						instancePath: instancePath + "/trees/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),
																						schemaPath: "#/properties/trees/additionalProperties/additionalProperties/type",
																						keyword: "type",
																						params: { type: "string" },
																						message: "must be string"
																					}];
																					return false;
																				}
																				if (!(_errs56 === errors)) break;
																			}
																			else {
																				validate0.errors = [{
																					instancePath: instancePath + "/trees/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),
																					schemaPath: "#/properties/trees/additionalProperties/type",
																					keyword: "type",
																					params: { type: "object" },
																					message: "must be object"
																				}];
																				return false;
																			}
																		}
																		if (!(_errs53 === errors)) break;
																	}
																	else {
																		validate0.errors = [{
																			instancePath: instancePath + "/trees",
																			schemaPath: "#/properties/trees/type",
																			keyword: "type",
																			params: { type: "object" },
																			message: "must be object"
																		}];
																		return false;
																	}
																}
																var valid0 = _errs50 === errors;
															} else var valid0 = true;
															if (valid0) {
																if (data.postDeployPending !== void 0) {
																	let data25 = data.postDeployPending;
																	const _errs58 = errors;
																	if (errors === _errs58) {
																		if (Array.isArray(data25)) {
																			const len1 = data25.length;
																			for (let i1 = 0; i1 < len1; i1++) {
																				const _errs60 = errors;
																				if (typeof data25[i1] !== "string") {
																					validate0.errors = [{
																						instancePath: instancePath + "/postDeployPending/" + i1,
																						schemaPath: "#/properties/postDeployPending/items/type",
																						keyword: "type",
																						params: { type: "string" },
																						message: "must be string"
																					}];
																					return false;
																				}
																				if (!(_errs60 === errors)) break;
																			}
																		} else {
																			validate0.errors = [{
																				instancePath: instancePath + "/postDeployPending",
																				schemaPath: "#/properties/postDeployPending/type",
																				keyword: "type",
																				params: { type: "array" },
																				message: "must be array"
																			}];
																			return false;
																		}
																	}
																	var valid0 = _errs58 === errors;
																} else var valid0 = true;
																if (valid0) {
																	if (data.hostKeys !== void 0) {
																		let data27 = data.hostKeys;
																		const _errs62 = errors;
																		if (errors === _errs62) {
																			if (data27 && typeof data27 == "object" && !Array.isArray(data27)) for (const key7 in data27) {
																				const _errs65 = errors;
																				if (typeof data27[key7] !== "string") {
																					validate0.errors = [{
																						instancePath: instancePath + "/hostKeys/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),
																						schemaPath: "#/properties/hostKeys/additionalProperties/type",
																						keyword: "type",
																						params: { type: "string" },
																						message: "must be string"
																					}];
																					return false;
																				}
																				if (!(_errs65 === errors)) break;
																			}
																			else {
																				validate0.errors = [{
																					instancePath: instancePath + "/hostKeys",
																					schemaPath: "#/properties/hostKeys/type",
																					keyword: "type",
																					params: { type: "object" },
																					message: "must be object"
																				}];
																				return false;
																			}
																		}
																		var valid0 = _errs62 === errors;
																	} else var valid0 = true;
																	if (valid0) {
																		if (data.certificates !== void 0) {
																			let data29 = data.certificates;
																			const _errs67 = errors;
																			if (errors === _errs67) {
																				if (data29 && typeof data29 == "object" && !Array.isArray(data29)) {
																					let missing2;
																					if (data29.authority === void 0 && (missing2 = "authority") || data29.issuedBy === void 0 && (missing2 = "issuedBy") || data29.jobs === void 0 && (missing2 = "jobs")) {
																						validate0.errors = [{
																							instancePath: instancePath + "/certificates",
																							schemaPath: "#/properties/certificates/required",
																							keyword: "required",
																							params: { missingProperty: missing2 },
																							message: "must have required property '" + missing2 + "'"
																						}];
																						return false;
																					} else {
																						const _errs69 = errors;
																						for (const key8 in data29) if (!(key8 === "authority" || key8 === "issuedBy" || key8 === "jobs")) {
																							validate0.errors = [{
																								instancePath: instancePath + "/certificates",
																								schemaPath: "#/properties/certificates/additionalProperties",
																								keyword: "additionalProperties",
																								params: { additionalProperty: key8 },
																								message: "must NOT have additional properties"
																							}];
																							return false;
																						}
																						if (_errs69 === errors) {
																							if (data29.authority !== void 0) {
																								let data30 = data29.authority;
																								const _errs70 = errors;
																								if (errors === _errs70) {
																									if (data30 && typeof data30 == "object" && !Array.isArray(data30)) {
																										let missing3;
																										if (data30.certificate === void 0 && (missing3 = "certificate") || data30.sealedKey === void 0 && (missing3 = "sealedKey")) {
																											validate0.errors = [{
																												instancePath: instancePath + "/certificates/authority",
																												schemaPath: "#/properties/certificates/properties/authority/required",
																												keyword: "required",
																												params: { missingProperty: missing3 },
																												message: "must have required property '" + missing3 + "'"
																											}];
																											return false;
																										} else {
																											const _errs72 = errors;
																											for (const key9 in data30) if (!(key9 === "certificate" || key9 === "sealedKey")) {
																												validate0.errors = [{
																													instancePath: instancePath + "/certificates/authority",
																													schemaPath: "#/properties/certificates/properties/authority/additionalProperties",
																													keyword: "additionalProperties",
																													params: { additionalProperty: key9 },
																													message: "must NOT have additional properties"
																												}];
																												return false;
																											}
																											if (_errs72 === errors) {
																												if (data30.certificate !== void 0) {
																													const _errs73 = errors;
																													if (typeof data30.certificate !== "string") {
																														validate0.errors = [{
																															instancePath: instancePath + "/certificates/authority/certificate",
																															schemaPath: "#/properties/certificates/properties/authority/properties/certificate/type",
																															keyword: "type",
																															params: { type: "string" },
																															message: "must be string"
																														}];
																														return false;
																													}
																													var valid12 = _errs73 === errors;
																												} else var valid12 = true;
																												if (valid12) {
																													if (data30.sealedKey !== void 0) {
																														const _errs75 = errors;
																														if (typeof data30.sealedKey !== "string") {
																															validate0.errors = [{
																																instancePath: instancePath + "/certificates/authority/sealedKey",
																																schemaPath: "#/properties/certificates/properties/authority/properties/sealedKey/type",
																																keyword: "type",
																																params: { type: "string" },
																																message: "must be string"
																															}];
																															return false;
																														}
																														var valid12 = _errs75 === errors;
																													} else var valid12 = true;
																												}
																											}
																										}
																									} else {
																										validate0.errors = [{
																											instancePath: instancePath + "/certificates/authority",
																											schemaPath: "#/properties/certificates/properties/authority/type",
																											keyword: "type",
																											params: { type: "object" },
																											message: "must be object"
																										}];
																										return false;
																									}
																								}
																								var valid11 = _errs70 === errors;
																							} else var valid11 = true;
																							if (valid11) {
																								if (data29.issuedBy !== void 0) {
																									const _errs77 = errors;
																									if (typeof data29.issuedBy !== "string") {
																										validate0.errors = [{
																											instancePath: instancePath + "/certificates/issuedBy",
																											schemaPath: "#/properties/certificates/properties/issuedBy/type",
																											keyword: "type",
																											params: { type: "string" },
																											message: "must be string"
																										}];
																										return false;
																									}
																									var valid11 = _errs77 === errors;
																								} else var valid11 = true;
																								if (valid11) {
																									if (data29.jobs !== void 0) {
																										let data34 = data29.jobs;
																										const _errs79 = errors;
																										if (errors === _errs79) {
																											if (data34 && typeof data34 == "object" && !Array.isArray(data34)) for (const key10 in data34) {
																												const _errs82 = errors;
																												if (typeof data34[key10] !== "string") {
																													validate0.errors = [{
																														instancePath: instancePath + "/certificates/jobs/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),
																														schemaPath: "#/properties/certificates/properties/jobs/additionalProperties/type",
																														keyword: "type",
																														params: { type: "string" },
																														message: "must be string"
																													}];
																													return false;
																												}
																												if (!(_errs82 === errors)) break;
																											}
																											else {
																												validate0.errors = [{
																													instancePath: instancePath + "/certificates/jobs",
																													schemaPath: "#/properties/certificates/properties/jobs/type",
																													keyword: "type",
																													params: { type: "object" },
																													message: "must be object"
																												}];
																												return false;
																											}
																										}
																										var valid11 = _errs79 === errors;
																									} else var valid11 = true;
																								}
																							}
																						}
																					}
																				} else {
																					validate0.errors = [{
																						instancePath: instancePath + "/certificates",
																						schemaPath: "#/properties/certificates/type",
																						keyword: "type",
																						params: { type: "object" },
																						message: "must be object"
																					}];
																					return false;
																				}
																			}
																			var valid0 = _errs67 === errors;
																		} else var valid0 = true;
																		if (valid0) {
																			if (data.kv !== void 0) {
																				let data36 = data.kv;
																				const _errs84 = errors;
																				if (errors === _errs84) {
																					if (data36 && typeof data36 == "object" && !Array.isArray(data36)) for (const key11 in data36) {
																						let data37 = data36[key11];
																						const _errs87 = errors;
																						if (errors === _errs87) {
																							if (data37 && typeof data37 == "object" && !Array.isArray(data37)) for (const key12 in data37) {
																								let data38 = data37[key12];
																								const _errs90 = errors;
																								if (errors === _errs90) {
																									if (Array.isArray(data38)) {
																										if (data38.length < 1) {
																											validate0.errors = [{
																												instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1"),
																												schemaPath: "#/properties/kv/additionalProperties/additionalProperties/minItems",
																												keyword: "minItems",
																												params: { limit: 1 },
																												message: "must NOT have fewer than 1 items"
																											}];
																											return false;
																										} else {
																											const len2 = data38.length;
																											for (let i2 = 0; i2 < len2; i2++) {
																												let data39 = data38[i2];
																												const _errs92 = errors;
																												if (errors === errors) {
																													if (data39 && typeof data39 == "object" && !Array.isArray(data39)) {
																														let missing4;
																														if (data39.value === void 0 && (missing4 = "value") || data39.version === void 0 && (missing4 = "version") || data39.at === void 0 && (missing4 = "at")) {
																															validate0.errors = [{
																																instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2,
																																schemaPath: "#/definitions/version/required",
																																keyword: "required",
																																params: { missingProperty: missing4 },
																																message: "must have required property '" + missing4 + "'"
																															}];
																															return false;
																														} else {
																															const _errs95 = errors;
																															for (const key13 in data39) if (!(key13 === "value" || key13 === "version" || key13 === "deleted" || key13 === "at")) {
																																validate0.errors = [{
																																	instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2,
																																	schemaPath: "#/definitions/version/additionalProperties",
																																	keyword: "additionalProperties",
																																	params: { additionalProperty: key13 },
																																	message: "must NOT have additional properties"
																																}];
																																return false;
																															}
																															if (_errs95 === errors) {
																																if (data39.value !== void 0) {
																																	const _errs96 = errors;
																																	if (typeof data39.value !== "string") {
																																		validate0.errors = [{
																																			instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/value",
																																			schemaPath: "#/definitions/version/properties/value/type",
																																			keyword: "type",
																																			params: { type: "string" },
																																			message: "must be string"
																																		}];
																																		return false;
																																	}
																																	var valid18 = _errs96 === errors;
																																} else var valid18 = true;
																																if (valid18) {
																																	if (data39.version !== void 0) {
																																		let data41 = data39.version;
																																		const _errs98 = errors;
																																		if (!(typeof data41 == "number" && !(data41 % 1) && !isNaN(data41) && isFinite(data41))) {
																																			validate0.errors = [{
																																				instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/version",
																																				schemaPath: "#/definitions/version/properties/version/type",
																																				keyword: "type",
																																				params: { type: "integer" },
																																				message: "must be integer"
																																			}];
																																			return false;
																																		}
																																		if (errors === _errs98) {
																																			if (typeof data41 == "number" && isFinite(data41)) {
																																				if (data41 > 9007199254740991 || isNaN(data41)) {
																																					validate0.errors = [{
																																						instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/version",
																																						schemaPath: "#/definitions/version/properties/version/maximum",
																																						keyword: "maximum",
																																						params: {
																																							comparison: "<=",
																																							limit: 9007199254740991
																																						},
																																						message: "must be <= 9007199254740991"
																																					}];
																																					return false;
																																				} else if (data41 < 0 || isNaN(data41)) {
																																					validate0.errors = [{
																																						instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/version",
																																						schemaPath: "#/definitions/version/properties/version/minimum",
																																						keyword: "minimum",
																																						params: {
																																							comparison: ">=",
																																							limit: 0
																																						},
																																						message: "must be >= 0"
																																					}];
																																					return false;
																																				}
																																			}
																																		}
																																		var valid18 = _errs98 === errors;
																																	} else var valid18 = true;
																																	if (valid18) {
																																		if (data39.deleted !== void 0) {
																																			let data42 = data39.deleted;
																																			const _errs100 = errors;
																																			if (typeof data42 !== "boolean") {
																																				validate0.errors = [{
																																					instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/deleted",
																																					schemaPath: "#/definitions/version/properties/deleted/type",
																																					keyword: "type",
																																					params: { type: "boolean" },
																																					message: "must be boolean"
																																				}];
																																				return false;
																																			}
																																			if (!(data42 === true)) {
																																				validate0.errors = [{
																																					instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/deleted",
																																					schemaPath: "#/definitions/version/properties/deleted/enum",
																																					keyword: "enum",
																																					params: { allowedValues: schema5.properties.deleted.enum },
																																					message: "must be equal to one of the allowed values"
																																				}];
																																				return false;
																																			}
																																			var valid18 = _errs100 === errors;
																																		} else var valid18 = true;
																																		if (valid18) {
																																			if (data39.at !== void 0) {
																																				let data43 = data39.at;
																																				const _errs102 = errors;
																																				if (!(typeof data43 == "number" && !(data43 % 1) && !isNaN(data43) && isFinite(data43))) {
																																					validate0.errors = [{
																																						instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/at",
																																						schemaPath: "#/definitions/version/properties/at/type",
																																						keyword: "type",
																																						params: { type: "integer" },
																																						message: "must be integer"
																																					}];
																																					return false;
																																				}
																																				if (errors === _errs102) {
																																					if (typeof data43 == "number" && isFinite(data43)) {
																																						if (data43 > 9007199254740991 || isNaN(data43)) {
																																							validate0.errors = [{
																																								instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/at",
																																								schemaPath: "#/definitions/version/properties/at/maximum",
																																								keyword: "maximum",
																																								params: {
																																									comparison: "<=",
																																									limit: 9007199254740991
																																								},
																																								message: "must be <= 9007199254740991"
																																							}];
																																							return false;
																																						} else if (data43 < 0 || isNaN(data43)) {
																																							validate0.errors = [{
																																								instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2 + "/at",
																																								schemaPath: "#/definitions/version/properties/at/minimum",
																																								keyword: "minimum",
																																								params: {
																																									comparison: ">=",
																																									limit: 0
																																								},
																																								message: "must be >= 0"
																																							}];
																																							return false;
																																						}
																																					}
																																				}
																																				var valid18 = _errs102 === errors;
																																			} else var valid18 = true;
																																		}
																																	}
																																}
																															}
																														}
																													} else {
																														validate0.errors = [{
																															instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i2,
																															schemaPath: "#/definitions/version/type",
																															keyword: "type",
																															params: { type: "object" },
																															message: "must be object"
																														}];
																														return false;
																													}
																												}
																												if (!(_errs92 === errors)) break;
																											}
																										}
																									} else {
																										validate0.errors = [{
																											instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + key12.replace(/~/g, "~0").replace(/\//g, "~1"),
																											schemaPath: "#/properties/kv/additionalProperties/additionalProperties/type",
																											keyword: "type",
																											params: { type: "array" },
																											message: "must be array"
																										}];
																										return false;
																									}
																								}
																								if (!(_errs90 === errors)) break;
																							}
																							else {
																								validate0.errors = [{
																									instancePath: instancePath + "/kv/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),
																									schemaPath: "#/properties/kv/additionalProperties/type",
																									keyword: "type",
																									params: { type: "object" },
																									message: "must be object"
																								}];
																								return false;
																							}
																						}
																						if (!(_errs87 === errors)) break;
																					}
																					else {
																						validate0.errors = [{
																							instancePath: instancePath + "/kv",
																							schemaPath: "#/properties/kv/type",
																							keyword: "type",
																							params: { type: "object" },
																							message: "must be object"
																						}];
																						return false;
																					}
																				}
																				var valid0 = _errs84 === errors;
																			} else var valid0 = true;
																			if (valid0) {
																				if (data.members !== void 0) {
																					let data44 = data.members;
																					const _errs104 = errors;
																					if (errors === _errs104) {
																						if (Array.isArray(data44)) {
																							const len3 = data44.length;
																							for (let i3 = 0; i3 < len3; i3++) {
																								const _errs106 = errors;
																								if (typeof data44[i3] !== "string") {
																									validate0.errors = [{
																										instancePath: instancePath + "/members/" + i3,
																										schemaPath: "#/properties/members/items/type",
																										keyword: "type",
																										params: { type: "string" },
																										message: "must be string"
																									}];
																									return false;
																								}
																								if (!(_errs106 === errors)) break;
																							}
																						} else {
																							validate0.errors = [{
																								instancePath: instancePath + "/members",
																								schemaPath: "#/properties/members/type",
																								keyword: "type",
																								params: { type: "array" },
																								message: "must be array"
																							}];
																							return false;
																						}
																					}
																					var valid0 = _errs104 === errors;
																				} else var valid0 = true;
																				if (valid0) {
																					if (data.adopted !== void 0) {
																						let data46 = data.adopted;
																						const _errs108 = errors;
																						if (errors === _errs108) {
																							if (data46 && typeof data46 == "object" && !Array.isArray(data46)) {
																								let missing5;
																								if (data46.kind === void 0 && (missing5 = "kind") || data46.name === void 0 && (missing5 = "name") || data46.serial === void 0 && (missing5 = "serial")) {
																									validate0.errors = [{
																										instancePath: instancePath + "/adopted",
																										schemaPath: "#/properties/adopted/required",
																										keyword: "required",
																										params: { missingProperty: missing5 },
																										message: "must have required property '" + missing5 + "'"
																									}];
																									return false;
																								} else {
																									const _errs110 = errors;
																									for (const key14 in data46) if (!(key14 === "kind" || key14 === "name" || key14 === "serial")) {
																										validate0.errors = [{
																											instancePath: instancePath + "/adopted",
																											schemaPath: "#/properties/adopted/additionalProperties",
																											keyword: "additionalProperties",
																											params: { additionalProperty: key14 },
																											message: "must NOT have additional properties"
																										}];
																										return false;
																									}
																									if (_errs110 === errors) {
																										if (data46.kind !== void 0) {
																											let data47 = data46.kind;
																											const _errs111 = errors;
																											if (!(data47 === "file" || data47 === "workers")) {
																												validate0.errors = [{
																													instancePath: instancePath + "/adopted/kind",
																													schemaPath: "#/properties/adopted/properties/kind/enum",
																													keyword: "enum",
																													params: { allowedValues: schema0.properties.adopted.properties.kind.enum },
																													message: "must be equal to one of the allowed values"
																												}];
																												return false;
																											}
																											var valid20 = _errs111 === errors;
																										} else var valid20 = true;
																										if (valid20) {
																											if (data46.name !== void 0) {
																												const _errs112 = errors;
																												if (typeof data46.name !== "string") {
																													validate0.errors = [{
																														instancePath: instancePath + "/adopted/name",
																														schemaPath: "#/properties/adopted/properties/name/type",
																														keyword: "type",
																														params: { type: "string" },
																														message: "must be string"
																													}];
																													return false;
																												}
																												var valid20 = _errs112 === errors;
																											} else var valid20 = true;
																											if (valid20) {
																												if (data46.serial !== void 0) {
																													let data49 = data46.serial;
																													const _errs114 = errors;
																													if (!(typeof data49 == "number" && !(data49 % 1) && !isNaN(data49) && isFinite(data49))) {
																														validate0.errors = [{
																															instancePath: instancePath + "/adopted/serial",
																															schemaPath: "#/properties/adopted/properties/serial/type",
																															keyword: "type",
																															params: { type: "integer" },
																															message: "must be integer"
																														}];
																														return false;
																													}
																													if (errors === _errs114) {
																														if (typeof data49 == "number" && isFinite(data49)) {
																															if (data49 > 9007199254740991 || isNaN(data49)) {
																																validate0.errors = [{
																																	instancePath: instancePath + "/adopted/serial",
																																	schemaPath: "#/properties/adopted/properties/serial/maximum",
																																	keyword: "maximum",
																																	params: {
																																		comparison: "<=",
																																		limit: 9007199254740991
																																	},
																																	message: "must be <= 9007199254740991"
																																}];
																																return false;
																															} else if (data49 < 0 || isNaN(data49)) {
																																validate0.errors = [{
																																	instancePath: instancePath + "/adopted/serial",
																																	schemaPath: "#/properties/adopted/properties/serial/minimum",
																																	keyword: "minimum",
																																	params: {
																																		comparison: ">=",
																																		limit: 0
																																	},
																																	message: "must be >= 0"
																																}];
																																return false;
																															}
																														}
																													}
																													var valid20 = _errs114 === errors;
																												} else var valid20 = true;
																											}
																										}
																									}
																								}
																							} else {
																								validate0.errors = [{
																									instancePath: instancePath + "/adopted",
																									schemaPath: "#/properties/adopted/type",
																									keyword: "type",
																									params: { type: "object" },
																									message: "must be object"
																								}];
																								return false;
																							}
																						}
																						var valid0 = _errs108 === errors;
																					} else var valid0 = true;
																					if (valid0) {
																						if (data.deployer !== void 0) {
																							let data50 = data.deployer;
																							const _errs116 = errors;
																							if (errors === _errs116) {
																								if (data50 && typeof data50 == "object" && !Array.isArray(data50)) {
																									let missing6;
																									if (data50.repository === void 0 && (missing6 = "repository") || data50.workflow === void 0 && (missing6 = "workflow") || data50.attempt === void 0 && (missing6 = "attempt") || data50.sha === void 0 && (missing6 = "sha")) {
																										validate0.errors = [{
																											instancePath: instancePath + "/deployer",
																											schemaPath: "#/properties/deployer/required",
																											keyword: "required",
																											params: { missingProperty: missing6 },
																											message: "must have required property '" + missing6 + "'"
																										}];
																										return false;
																									} else {
																										const _errs118 = errors;
																										for (const key15 in data50) if (!(key15 === "repository" || key15 === "workflow" || key15 === "runNumber" || key15 === "attempt" || key15 === "sha")) {
																											validate0.errors = [{
																												instancePath: instancePath + "/deployer",
																												schemaPath: "#/properties/deployer/additionalProperties",
																												keyword: "additionalProperties",
																												params: { additionalProperty: key15 },
																												message: "must NOT have additional properties"
																											}];
																											return false;
																										}
																										if (_errs118 === errors) {
																											if (data50.repository !== void 0) {
																												const _errs119 = errors;
																												if (typeof data50.repository !== "string") {
																													validate0.errors = [{
																														instancePath: instancePath + "/deployer/repository",
																														schemaPath: "#/properties/deployer/properties/repository/type",
																														keyword: "type",
																														params: { type: "string" },
																														message: "must be string"
																													}];
																													return false;
																												}
																												var valid21 = _errs119 === errors;
																											} else var valid21 = true;
																											if (valid21) {
																												if (data50.workflow !== void 0) {
																													const _errs121 = errors;
																													if (typeof data50.workflow !== "string") {
																														validate0.errors = [{
																															instancePath: instancePath + "/deployer/workflow",
																															schemaPath: "#/properties/deployer/properties/workflow/type",
																															keyword: "type",
																															params: { type: "string" },
																															message: "must be string"
																														}];
																														return false;
																													}
																													var valid21 = _errs121 === errors;
																												} else var valid21 = true;
																												if (valid21) {
																													if (data50.runNumber !== void 0) {
																														let data53 = data50.runNumber;
																														const _errs123 = errors;
																														if (!(typeof data53 == "number" && !(data53 % 1) && !isNaN(data53) && isFinite(data53))) {
																															validate0.errors = [{
																																instancePath: instancePath + "/deployer/runNumber",
																																schemaPath: "#/properties/deployer/properties/runNumber/type",
																																keyword: "type",
																																params: { type: "integer" },
																																message: "must be integer"
																															}];
																															return false;
																														}
																														if (errors === _errs123) {
																															if (typeof data53 == "number" && isFinite(data53)) {
																																if (data53 > 9007199254740991 || isNaN(data53)) {
																																	validate0.errors = [{
																																		instancePath: instancePath + "/deployer/runNumber",
																																		schemaPath: "#/properties/deployer/properties/runNumber/maximum",
																																		keyword: "maximum",
																																		params: {
																																			comparison: "<=",
																																			limit: 9007199254740991
																																		},
																																		message: "must be <= 9007199254740991"
																																	}];
																																	return false;
																																} else if (data53 < 1 || isNaN(data53)) {
																																	validate0.errors = [{
																																		instancePath: instancePath + "/deployer/runNumber",
																																		schemaPath: "#/properties/deployer/properties/runNumber/minimum",
																																		keyword: "minimum",
																																		params: {
																																			comparison: ">=",
																																			limit: 1
																																		},
																																		message: "must be >= 1"
																																	}];
																																	return false;
																																}
																															}
																														}
																														var valid21 = _errs123 === errors;
																													} else var valid21 = true;
																													if (valid21) {
																														if (data50.attempt !== void 0) {
																															let data54 = data50.attempt;
																															const _errs125 = errors;
																															if (!(typeof data54 == "number" && !(data54 % 1) && !isNaN(data54) && isFinite(data54))) {
																																validate0.errors = [{
																																	instancePath: instancePath + "/deployer/attempt",
																																	schemaPath: "#/properties/deployer/properties/attempt/type",
																																	keyword: "type",
																																	params: { type: "integer" },
																																	message: "must be integer"
																																}];
																																return false;
																															}
																															if (errors === _errs125) {
																																if (typeof data54 == "number" && isFinite(data54)) {
																																	if (data54 > 9007199254740991 || isNaN(data54)) {
																																		validate0.errors = [{
																																			instancePath: instancePath + "/deployer/attempt",
																																			schemaPath: "#/properties/deployer/properties/attempt/maximum",
																																			keyword: "maximum",
																																			params: {
																																				comparison: "<=",
																																				limit: 9007199254740991
																																			},
																																			message: "must be <= 9007199254740991"
																																		}];
																																		return false;
																																	} else if (data54 < 1 || isNaN(data54)) {
																																		validate0.errors = [{
																																			instancePath: instancePath + "/deployer/attempt",
																																			schemaPath: "#/properties/deployer/properties/attempt/minimum",
																																			keyword: "minimum",
																																			params: {
																																				comparison: ">=",
																																				limit: 1
																																			},
																																			message: "must be >= 1"
																																		}];
																																		return false;
																																	}
																																}
																															}
																															var valid21 = _errs125 === errors;
																														} else var valid21 = true;
																														if (valid21) {
																															if (data50.sha !== void 0) {
																																const _errs127 = errors;
																																if (typeof data50.sha !== "string") {
																																	validate0.errors = [{
																																		instancePath: instancePath + "/deployer/sha",
																																		schemaPath: "#/properties/deployer/properties/sha/type",
																																		keyword: "type",
																																		params: { type: "string" },
																																		message: "must be string"
																																	}];
																																	return false;
																																}
																																var valid21 = _errs127 === errors;
																															} else var valid21 = true;
																														}
																													}
																												}
																											}
																										}
																									}
																								} else {
																									validate0.errors = [{
																										instancePath: instancePath + "/deployer",
																										schemaPath: "#/properties/deployer/type",
																										keyword: "type",
																										params: { type: "object" },
																										message: "must be object"
																									}];
																									return false;
																								}
																							}
																							var valid0 = _errs116 === errors;
																						} else var valid0 = true;
																						if (valid0) {
																							if (data.repairs !== void 0) {
																								let data56 = data.repairs;
																								const _errs129 = errors;
																								if (errors === _errs129) {
																									if (Array.isArray(data56)) {
																										const len4 = data56.length;
																										for (let i4 = 0; i4 < len4; i4++) {
																											let data57 = data56[i4];
																											const _errs131 = errors;
																											if (errors === errors) {
																												if (data57 && typeof data57 == "object" && !Array.isArray(data57)) {
																													let missing7;
																													if (data57.at === void 0 && (missing7 = "at") || data57.actor === void 0 && (missing7 = "actor") || data57.runId === void 0 && (missing7 = "runId") || data57.what === void 0 && (missing7 = "what") || data57.reason === void 0 && (missing7 = "reason")) {
																														validate0.errors = [{
																															instancePath: instancePath + "/repairs/" + i4,
																															schemaPath: "#/definitions/repair/required",
																															keyword: "required",
																															params: { missingProperty: missing7 },
																															message: "must have required property '" + missing7 + "'"
																														}];
																														return false;
																													} else {
																														const _errs134 = errors;
																														for (const key16 in data57) if (!(key16 === "at" || key16 === "actor" || key16 === "runId" || key16 === "what" || key16 === "reason")) {
																															validate0.errors = [{
																																instancePath: instancePath + "/repairs/" + i4,
																																schemaPath: "#/definitions/repair/additionalProperties",
																																keyword: "additionalProperties",
																																params: { additionalProperty: key16 },
																																message: "must NOT have additional properties"
																															}];
																															return false;
																														}
																														if (_errs134 === errors) {
																															if (data57.at !== void 0) {
																																const _errs135 = errors;
																																if (typeof data57.at !== "string") {
																																	validate0.errors = [{
																																		instancePath: instancePath + "/repairs/" + i4 + "/at",
																																		schemaPath: "#/definitions/repair/properties/at/type",
																																		keyword: "type",
																																		params: { type: "string" },
																																		message: "must be string"
																																	}];
																																	return false;
																																}
																																var valid24 = _errs135 === errors;
																															} else var valid24 = true;
																															if (valid24) {
																																if (data57.actor !== void 0) {
																																	const _errs137 = errors;
																																	if (typeof data57.actor !== "string") {
																																		validate0.errors = [{
																																			instancePath: instancePath + "/repairs/" + i4 + "/actor",
																																			schemaPath: "#/definitions/repair/properties/actor/type",
																																			keyword: "type",
																																			params: { type: "string" },
																																			message: "must be string"
																																		}];
																																		return false;
																																	}
																																	var valid24 = _errs137 === errors;
																																} else var valid24 = true;
																																if (valid24) {
																																	if (data57.runId !== void 0) {
																																		const _errs139 = errors;
																																		if (typeof data57.runId !== "string") {
																																			validate0.errors = [{
																																				instancePath: instancePath + "/repairs/" + i4 + "/runId",
																																				schemaPath: "#/definitions/repair/properties/runId/type",
																																				keyword: "type",
																																				params: { type: "string" },
																																				message: "must be string"
																																			}];
																																			return false;
																																		}
																																		var valid24 = _errs139 === errors;
																																	} else var valid24 = true;
																																	if (valid24) {
																																		if (data57.what !== void 0) {
																																			const _errs141 = errors;
																																			if (typeof data57.what !== "string") {
																																				validate0.errors = [{
																																					instancePath: instancePath + "/repairs/" + i4 + "/what",
																																					schemaPath: "#/definitions/repair/properties/what/type",
																																					keyword: "type",
																																					params: { type: "string" },
																																					message: "must be string"
																																				}];
																																				return false;
																																			}
																																			var valid24 = _errs141 === errors;
																																		} else var valid24 = true;
																																		if (valid24) {
																																			if (data57.reason !== void 0) {
																																				const _errs143 = errors;
																																				if (typeof data57.reason !== "string") {
																																					validate0.errors = [{
																																						instancePath: instancePath + "/repairs/" + i4 + "/reason",
																																						schemaPath: "#/definitions/repair/properties/reason/type",
																																						keyword: "type",
																																						params: { type: "string" },
																																						message: "must be string"
																																					}];
																																					return false;
																																				}
																																				var valid24 = _errs143 === errors;
																																			} else var valid24 = true;
																																		}
																																	}
																																}
																															}
																														}
																													}
																												} else {
																													validate0.errors = [{
																														instancePath: instancePath + "/repairs/" + i4,
																														schemaPath: "#/definitions/repair/type",
																														keyword: "type",
																														params: { type: "object" },
																														message: "must be object"
																													}];
																													return false;
																												}
																											}
																											if (!(_errs131 === errors)) break;
																										}
																									} else {
																										validate0.errors = [{
																											instancePath: instancePath + "/repairs",
																											schemaPath: "#/properties/repairs/type",
																											keyword: "type",
																											params: { type: "array" },
																											message: "must be array"
																										}];
																										return false;
																									}
																								}
																								var valid0 = _errs129 === errors;
																							} else var valid0 = true;
																						}
																					}
																				}
																			}
																		}
																	}
																}
															}
														}
													}
												}
											}
										}
									}
								}
							}
						}
					}
				}
			}
		} else {
			validate0.errors = [{
				instancePath,
				schemaPath: "#/type",
				keyword: "type",
				params: { type: "object" },
				message: "must be object"
			}];
			return false;
		}
	}
	validate0.errors = vErrors;
	return errors === 0;
}
async function validateState(value) {
	return validate(value) ? [] : validate.errors;
}
export { validateState };
