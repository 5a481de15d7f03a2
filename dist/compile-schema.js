import { t as __commonJSMin } from "./rolldown-runtime.js";
import { t as FORMATS } from "./formats.js";
// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = /* @__PURE__ */ __commonJSMin(((exports) => {
	Object.defineProperty(exports, "__esModule", { value: true });
	function ucs2length(str) {
		const len = str.length;
		let length = 0;
		let pos = 0;
		let value;
		while (pos < len) {
			length++;
			value = str.charCodeAt(pos++);
			if (value >= 55296 && value <= 56319 && pos < len) {
				value = str.charCodeAt(pos);
				if ((value & 64512) === 56320) pos++;
			}
		}
		return length;
	}
	exports.default = ucs2length;
	ucs2length.code = "require(\"ajv/dist/runtime/ucs2length\").default";
}));
// src/schema/compile-schema.ts
const CHECKS = Object.fromEntries(Object.entries(FORMATS).map(([name, parse]) => [name, {
	type: "string",
	validate: (text) => parse(text).ok
}]));
const disabled = validate10;
const schema11 = {
	"$schema": "http://json-schema.org/draft-07/schema#",
	"$id": "https://raw.githubusercontent.com/org/maand-action/main/schemas/disabled.schema.json",
	"title": "disabled.json",
	"description": "Jobs, workers and allocations that are stopped for a while but stay in the workspace. The file is optional. A misspelled field is an error, since it would disable more than was meant.",
	"type": ["object", "null"],
	"additionalProperties": false,
	"properties": {
		"$schema": {
			"type": "string",
			"description": "The address of the schema, for editors. It has no other effect.",
			"examples": ["https://raw.githubusercontent.com/org/maand-action/main/schemas/disabled.schema.json"]
		},
		"jobs": {
			"type": "object",
			"description": "Jobs by name. `{}` disables the whole job.",
			"additionalProperties": {
				"type": "object",
				"additionalProperties": false,
				"properties": { "allocations": {
					"type": "array",
					"items": {
						"type": "string",
						"description": "A host of workers.json.",
						"examples": ["10.0.0.2"]
					},
					"description": "The hosts on which the job is disabled. If it is missing or empty, the whole job is disabled.",
					"examples": [["10.0.0.2"]]
				} },
				"description": "The part of the job that is disabled.",
				"examples": [{}, { "allocations": ["10.0.0.2"] }]
			},
			"examples": [{
				"api": {},
				"db": { "allocations": ["10.0.0.2"] }
			}]
		},
		"workers": {
			"type": "array",
			"items": {
				"type": "string",
				"description": "A host of workers.json.",
				"examples": ["10.0.0.3"]
			},
			"description": "Hosts on which every allocation is disabled.",
			"examples": [["10.0.0.3"]]
		}
	},
	"examples": [{
		"jobs": {
			"api": {},
			"db": { "allocations": ["10.0.0.2"] }
		},
		"workers": ["10.0.0.3"]
	}]
};
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
	let vErrors = null;
	let errors = 0;
	if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
		const err0 = {
			instancePath,
			schemaPath: "#/type",
			keyword: "type",
			params: { type: schema11.type },
			message: "must be object,null",
			schema: schema11.type,
			parentSchema: schema11,
			data
		};
		if (vErrors === null) vErrors = [err0];
		else vErrors.push(err0);
		errors++;
	}
	if (data && typeof data == "object" && !Array.isArray(data)) {
		for (const key0 in data) if (!(key0 === "$schema" || key0 === "jobs" || key0 === "workers")) {
			const err1 = {
				instancePath,
				schemaPath: "#/additionalProperties",
				keyword: "additionalProperties",
				params: { additionalProperty: key0 },
				message: "must NOT have additional properties",
				schema: false,
				parentSchema: schema11,
				data
			};
			if (vErrors === null) vErrors = [err1];
			else vErrors.push(err1);
			errors++;
		}
		if (data.$schema !== void 0) {
			let data0 = data.$schema;
			if (typeof data0 !== "string") {
				const err2 = {
					instancePath: instancePath + "/$schema",
					schemaPath: "#/properties/%24schema/type",
					keyword: "type",
					params: { type: "string" },
					message: "must be string",
					schema: schema11.properties.$schema.type,
					parentSchema: schema11.properties.$schema,
					data: data0
				};
				if (vErrors === null) vErrors = [err2];
				else vErrors.push(err2);
				errors++;
			}
		}
		if (data.jobs !== void 0) {
			let data1 = data.jobs;
			if (data1 && typeof data1 == "object" && !Array.isArray(data1)) for (const key1 in data1) {
				let data2 = data1[key1];
				if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
					for (const key2 in data2) if (!(key2 === "allocations")) {
						const err3 = {
							instancePath: instancePath + "/jobs/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
							schemaPath: "#/properties/jobs/additionalProperties/additionalProperties",
							keyword: "additionalProperties",
							params: { additionalProperty: key2 },
							message: "must NOT have additional properties",
							schema: false,
							parentSchema: schema11.properties.jobs.additionalProperties,
							data: data2
						};
						if (vErrors === null) vErrors = [err3];
						else vErrors.push(err3);
						errors++;
					}
					if (data2.allocations !== void 0) {
						let data3 = data2.allocations;
						if (Array.isArray(data3)) {
							const len0 = data3.length;
							for (let i0 = 0; i0 < len0; i0++) {
								let data4 = data3[i0];
								if (typeof data4 !== "string") {
									const err4 = {
										instancePath: instancePath + "/jobs/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/allocations/" + i0,
										schemaPath: "#/properties/jobs/additionalProperties/properties/allocations/items/type",
										keyword: "type",
										params: { type: "string" },
										message: "must be string",
										schema: schema11.properties.jobs.additionalProperties.properties.allocations.items.type,
										parentSchema: schema11.properties.jobs.additionalProperties.properties.allocations.items,
										data: data4
									};
									if (vErrors === null) vErrors = [err4];
									else vErrors.push(err4);
									errors++;
								}
							}
						} else {
							const err5 = {
								instancePath: instancePath + "/jobs/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/allocations",
								schemaPath: "#/properties/jobs/additionalProperties/properties/allocations/type",
								keyword: "type",
								params: { type: "array" },
								message: "must be array",
								schema: schema11.properties.jobs.additionalProperties.properties.allocations.type,
								parentSchema: schema11.properties.jobs.additionalProperties.properties.allocations,
								data: data3
							};
							if (vErrors === null) vErrors = [err5];
							else vErrors.push(err5);
							errors++;
						}
					}
				} else {
					const err6 = {
						instancePath: instancePath + "/jobs/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
						schemaPath: "#/properties/jobs/additionalProperties/type",
						keyword: "type",
						params: { type: "object" },
						message: "must be object",
						schema: schema11.properties.jobs.additionalProperties.type,
						parentSchema: schema11.properties.jobs.additionalProperties,
						data: data2
					};
					if (vErrors === null) vErrors = [err6];
					else vErrors.push(err6);
					errors++;
				}
			}
			else {
				const err7 = {
					instancePath: instancePath + "/jobs",
					schemaPath: "#/properties/jobs/type",
					keyword: "type",
					params: { type: "object" },
					message: "must be object",
					schema: schema11.properties.jobs.type,
					parentSchema: schema11.properties.jobs,
					data: data1
				};
				if (vErrors === null) vErrors = [err7];
				else vErrors.push(err7);
				errors++;
			}
		}
		if (data.workers !== void 0) {
			let data5 = data.workers;
			if (Array.isArray(data5)) {
				const len1 = data5.length;
				for (let i1 = 0; i1 < len1; i1++) {
					let data6 = data5[i1];
					if (typeof data6 !== "string") {
						const err8 = {
							instancePath: instancePath + "/workers/" + i1,
							schemaPath: "#/properties/workers/items/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema11.properties.workers.items.type,
							parentSchema: schema11.properties.workers.items,
							data: data6
						};
						if (vErrors === null) vErrors = [err8];
						else vErrors.push(err8);
						errors++;
					}
				}
			} else {
				const err9 = {
					instancePath: instancePath + "/workers",
					schemaPath: "#/properties/workers/type",
					keyword: "type",
					params: { type: "array" },
					message: "must be array",
					schema: schema11.properties.workers.type,
					parentSchema: schema11.properties.workers,
					data: data5
				};
				if (vErrors === null) vErrors = [err9];
				else vErrors.push(err9);
				errors++;
			}
		}
	}
	validate10.errors = vErrors;
	return errors === 0;
}
const manifest = validate11;
const schema12 = {
	"$schema": "http://json-schema.org/draft-07/schema#",
	"$id": "https://raw.githubusercontent.com/org/maand-action/main/schemas/manifest.schema.json",
	"title": "manifest.json of a job",
	"description": "Describes a job: where it is placed, what it needs and how it is rolled out. The file is in workspace/jobs/<job>/; the name of the folder is the name of the job. An empty object is valid.",
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"$schema": {
			"type": "string",
			"description": "The address of the schema, for editors. It has no other effect.",
			"examples": ["https://raw.githubusercontent.com/org/maand-action/main/schemas/manifest.schema.json"]
		},
		"version": {
			"type": "string",
			"format": "version",
			"description": "`[v]major[.minor[.patch]][-prerelease]`, missing parts are 0. A different version rolls the job, even if its files are equal. Required when hooks of the job demand another job, or when another job demands this one. A missing version is shown as `0.0.0`.",
			"examples": [
				"1.0.0",
				"v2.1",
				"2.0.0-rc1"
			]
		},
		"selectors": {
			"type": "array",
			"items": {
				"type": "string",
				"format": "label",
				"description": "One label. It is converted to lower case.",
				"examples": ["worker"]
			},
			"description": "The job is placed on every worker that has **all** of them as labels. If it is missing, the name of the job is the only selector.",
			"examples": [["worker"], ["web", "eu"]]
		},
		"max_concurrent_upgrades": {
			"type": "integer",
			"default": 1,
			"description": "How many allocations are restarted or reloaded at once, and for how many a hook runs at once. Values below 1 mean 1.",
			"examples": [1, 5]
		},
		"max_concurrent_starts": {
			"type": "integer",
			"default": 0,
			"description": "How many new allocations are started at once. Values below 1 mean all at once.",
			"examples": [0, 2]
		},
		"min_allocations_count": {
			"type": "integer",
			"minimum": 0,
			"default": 0,
			"description": "The build fails if the job has fewer allocations than this. Disabled allocations are counted.",
			"examples": [3]
		},
		"max_failures": {
			"type": ["integer", "string"],
			"minimum": 0,
			"pattern": "^\\s*(?:100|[0-9]{1,2})\\s*%\\s*$",
			"description": "How many allocations of a rollout may fail before it stops: a number or a percentage. Not available in this version: it is checked and has no effect.",
			"examples": [1, "25%"]
		},
		"rollback": {
			"type": "string",
			"enum": ["previous"],
			"description": "What happens when a rollout fails: the allocation returns to the files that were promoted before. Not available in this version: it has no effect.",
			"examples": ["previous"]
		},
		"restart_policy": {
			"type": "string",
			"enum": [
				"always",
				"reload",
				"never"
			],
			"default": "always",
			"description": "What happens to a changed allocation. `always` runs `make restart`, `reload` runs `make reload`, and `never` only delivers the new files.",
			"examples": ["reload"]
		},
		"restart_globs": {
			"type": "array",
			"items": {
				"type": "string",
				"format": "glob",
				"description": "A glob that is matched against paths as they are on the worker.",
				"examples": ["config/**"]
			},
			"description": "Only with `restart_policy` `reload`: if a changed path matches one of these globs, the allocation is restarted instead.",
			"examples": [[
				"Makefile",
				"config/**",
				"*.yaml"
			]]
		},
		"resources": {
			"type": "object",
			"additionalProperties": false,
			"description": "The memory and CPU that an allocation uses on its worker, and its ports.",
			"properties": {
				"memory": { "$ref": "#/definitions/memory" },
				"cpu": { "$ref": "#/definitions/cpu" },
				"ports": {
					"type": "object",
					"description": "Ports by name: `{}` for a number from the bucket's pool, or a fixed number. Names must be unique in the whole bucket.",
					"propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
					"additionalProperties": {
						"type": ["object", "integer"],
						"maxProperties": 0,
						"minimum": 1,
						"maximum": 65535,
						"description": "`{}`, or a fixed number.",
						"examples": [{}, 5432]
					},
					"examples": [{
						"web_port": {},
						"db_port": 5432
					}]
				}
			},
			"examples": [{
				"memory": {
					"min": "256 MB",
					"max": "1 GB"
				},
				"ports": { "api_port": {} }
			}]
		},
		"hooks": {
			"type": "object",
			"description": "Scripts that run on events such as a deploy, by name. A name is `hook_` and letters, digits and `_`. The script is exactly one of `_hooks/<name>.py`, `.ts` and `.js`.",
			"propertyNames": { "pattern": "^hook_[A-Za-z0-9_]+$" },
			"additionalProperties": { "$ref": "#/definitions/hook" },
			"examples": [{ "hook_migrate": { "executed_on": ["pre_deploy", "cli"] } }]
		},
		"health_check": { "$ref": "#/definitions/health_check" },
		"certs": {
			"type": "object",
			"description": "Certificates of the job by name. They are signed by the bucket's CA and delivered as `certs/<name>.crt` and `certs/<name>.key`.",
			"propertyNames": { "pattern": "^(?!ca$)[A-Za-z0-9][A-Za-z0-9_.-]*$" },
			"additionalProperties": { "$ref": "#/definitions/certificate" },
			"examples": [{ "web": { "subject": { "common_name": "web.example.org" } } }]
		}
	},
	"examples": [
		{},
		{ "selectors": ["worker"] },
		{
			"version": "1.2.0",
			"selectors": ["worker"],
			"hooks": { "hook_setup": { "executed_on": ["post_build", "cli"] } },
			"resources": { "ports": {
				"web_port": {},
				"db_port": 5432
			} }
		}
	],
	"definitions": {
		"memory": {
			"type": "object",
			"additionalProperties": false,
			"description": "The bounds of the job's memory. Each allocation reserves `max`, unless the configuration of the bucket sets another amount.",
			"properties": {
				"min": {
					"type": ["string", "number"],
					"description": "An amount in MB, GB or TB; a number without a unit is MB.",
					"examples": ["512 MB"],
					"default": "0"
				},
				"max": {
					"type": ["string", "number"],
					"description": "An amount in MB, GB or TB; a number without a unit is MB. If it is missing, it equals `min`.",
					"examples": ["1 GB"]
				}
			},
			"examples": [{
				"min": "512 MB",
				"max": "1 GB"
			}]
		},
		"cpu": {
			"type": "object",
			"additionalProperties": false,
			"description": "The bounds of the job's CPU. Each allocation reserves `max`, unless the configuration of the bucket sets another amount.",
			"properties": {
				"min": {
					"type": ["string", "number"],
					"description": "An amount in MHZ, GHZ or THZ; a number without a unit is MHz.",
					"examples": ["500 MHZ"],
					"default": "0"
				},
				"max": {
					"type": ["string", "number"],
					"description": "An amount in MHZ, GHZ or THZ; a number without a unit is MHz. If it is missing, it equals `min`.",
					"examples": ["2 GHZ"]
				}
			},
			"examples": [{
				"min": "500 MHZ",
				"max": "2 GHZ"
			}]
		},
		"hook": {
			"type": "object",
			"additionalProperties": false,
			"required": ["executed_on"],
			"properties": {
				"executed_on": {
					"type": "array",
					"minItems": 1,
					"description": "The events that run the hook, at least one.",
					"items": {
						"type": "string",
						"enum": [
							"post_build",
							"pre_deploy",
							"post_deploy",
							"job_control",
							"health_check",
							"cli",
							"after_allocation_started",
							"after_allocation_stopped"
						],
						"description": "An event.",
						"examples": ["post_deploy"]
					},
					"examples": [["pre_deploy", "cli"]]
				},
				"demands": {
					"type": "object",
					"additionalProperties": false,
					"description": "A hook of another job that this hook depends on. It puts this job into a later wave and lets it read the keys of the other job. It does not run the other hook. `job` and `hook` must both be set.",
					"properties": {
						"job": {
							"type": "string",
							"description": "The other job.",
							"examples": ["database"]
						},
						"hook": {
							"type": "string",
							"description": "A hook of that job.",
							"examples": ["hook_schema"]
						},
						"config": {
							"type": "object",
							"description": "Any values for the script. `min_version` and `max_version` are checked against the version of the other job.",
							"additionalProperties": true,
							"properties": {
								"min_version": {
									"type": ["string", "integer"],
									"minimum": 0,
									"format": "bound",
									"examples": ["2.0.0", 2],
									"description": "The version of the other job must not be lower."
								},
								"max_version": {
									"type": ["string", "integer"],
									"minimum": 0,
									"format": "bound",
									"examples": ["2.9"],
									"description": "The version of the other job must not be higher."
								}
							},
							"default": {},
							"examples": [{
								"min_version": "1.4.0",
								"retries": 3
							}]
						}
					},
					"examples": [{
						"job": "database",
						"hook": "hook_schema",
						"config": { "min_version": "1.0.0" }
					}]
				},
				"timeout_seconds": {
					"type": "integer",
					"minimum": 1,
					"maximum": 604800,
					"description": "How long the script may run for one allocation. If it is missing, `hook_timeout` of maand.conf is used.",
					"examples": [120]
				}
			},
			"description": "When a hook runs and what it depends on.",
			"examples": [{
				"executed_on": ["pre_deploy", "cli"],
				"timeout_seconds": 120
			}]
		},
		"health_check": {
			"type": "object",
			"additionalProperties": false,
			"description": "When an allocation is healthy. It must not be combined with a hook for the event `health_check`, unless maand.conf allows that.",
			"properties": {
				"checks": {
					"type": "array",
					"description": "The probes. All of them must succeed.",
					"items": { "$ref": "#/definitions/check" },
					"examples": [[{
						"type": "tcp",
						"port": "db_port"
					}]]
				},
				"timeout_seconds": {
					"type": "integer",
					"maximum": 604800,
					"default": 5,
					"description": "The time limit of one probe, including the connection. Values below 1 mean 5.",
					"examples": [2]
				},
				"wait": {
					"type": "object",
					"additionalProperties": false,
					"description": "How long a deploy waits for health.",
					"properties": {
						"attempts": {
							"type": "integer",
							"default": 30,
							"description": "How many health checks may fail before the rollout stops. Values below 1 mean 30.",
							"examples": [60]
						},
						"interval_seconds": {
							"type": "integer",
							"maximum": 604800,
							"default": 1,
							"description": "The time between two health checks. Values below 1 mean 1.",
							"examples": [2]
						},
						"successes": {
							"type": "integer",
							"minimum": 1,
							"default": 1,
							"description": "How many times in a row all probes must succeed.",
							"examples": [3]
						},
						"min_healthy_seconds": {
							"type": "number",
							"minimum": 0,
							"maximum": 604800,
							"default": 0,
							"description": "How long all probes must keep succeeding, at least.",
							"examples": [10]
						}
					},
					"examples": [{
						"attempts": 60,
						"interval_seconds": 2
					}]
				}
			},
			"examples": [{
				"checks": [{
					"type": "http",
					"port": "web_port",
					"path": "/health"
				}],
				"wait": { "attempts": 60 }
			}]
		},
		"check": {
			"type": "object",
			"additionalProperties": false,
			"required": ["type"],
			"properties": {
				"type": {
					"type": "string",
					"pattern": "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$",
					"description": "`tcp`: the port accepts a connection. `http`: a GET request returns `expect_status`. `ssh`: the command ends with status 0 on the worker.",
					"examples": [
						"tcp",
						"http",
						"ssh"
					]
				},
				"port": {
					"type": "string",
					"pattern": "\\S",
					"description": "For `tcp` and `http`, where it is required: the name of a port in `resources.ports`.",
					"examples": ["api_port"]
				},
				"command": {
					"type": "string",
					"pattern": "\\S",
					"description": "For `ssh`, where it is required: a command line for `sh`. With `use_sudo` it runs as root.",
					"examples": ["pgrep -x postgres"]
				},
				"path": {
					"type": "string",
					"pattern": "^/",
					"default": "/",
					"description": "For `http`: the path. At most 10 redirects are followed, on the same host only.",
					"examples": ["/health"]
				},
				"expect_status": {
					"type": "integer",
					"minimum": 100,
					"maximum": 599,
					"default": 200,
					"description": "For `http`: the only status that means success.",
					"examples": [204]
				},
				"scheme": {
					"type": "string",
					"enum": ["http", "https"],
					"default": "http",
					"description": "For `http`: the scheme. With `https` the certificate is verified.",
					"examples": ["https"]
				}
			},
			"allOf": [{
				"if": {
					"required": ["type"],
					"properties": { "type": {
						"type": "string",
						"pattern": "^\\s*[Ss][Ss][Hh]\\s*$"
					} }
				},
				"then": { "required": ["command"] }
			}, {
				"if": {
					"required": ["type"],
					"properties": { "type": {
						"type": "string",
						"pattern": "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp])\\s*$"
					} }
				},
				"then": { "required": ["port"] }
			}],
			"description": "One probe.",
			"examples": [{
				"type": "http",
				"port": "api_port",
				"path": "/health"
			}, {
				"type": "ssh",
				"command": "pgrep -x postgres"
			}]
		},
		"certificate": {
			"type": "object",
			"additionalProperties": false,
			"required": ["subject"],
			"properties": {
				"subject": {
					"type": "object",
					"additionalProperties": false,
					"required": ["common_name"],
					"properties": { "common_name": {
						"type": "string",
						"pattern": "\\S",
						"maxLength": 64,
						"description": "The common name. Clients check the alternative names instead.",
						"examples": ["web.example.org"]
					} },
					"description": "The subject of the certificate.",
					"examples": [{ "common_name": "web.example.org" }]
				},
				"pkcs8": {
					"type": "boolean",
					"default": false,
					"description": "Writes the key as `PRIVATE KEY` instead of `RSA PRIVATE KEY` or `EC PRIVATE KEY`.",
					"examples": [true]
				},
				"one": {
					"type": "boolean",
					"default": false,
					"description": "All allocations of the job share one certificate and key.",
					"examples": [true]
				},
				"key": {
					"type": "string",
					"enum": [
						"rsa-2048",
						"rsa-4096",
						"ec-p256"
					],
					"default": "rsa-2048",
					"description": "The kind of key.",
					"examples": ["ec-p256"]
				}
			},
			"description": "One certificate and its key.",
			"examples": [{
				"subject": { "common_name": "web.example.org" },
				"key": "ec-p256"
			}]
		}
	}
};
const schema13 = {
	"type": "object",
	"additionalProperties": false,
	"description": "The bounds of the job's memory. Each allocation reserves `max`, unless the configuration of the bucket sets another amount.",
	"properties": {
		"min": {
			"type": ["string", "number"],
			"description": "An amount in MB, GB or TB; a number without a unit is MB.",
			"examples": ["512 MB"],
			"default": "0"
		},
		"max": {
			"type": ["string", "number"],
			"description": "An amount in MB, GB or TB; a number without a unit is MB. If it is missing, it equals `min`.",
			"examples": ["1 GB"]
		}
	},
	"examples": [{
		"min": "512 MB",
		"max": "1 GB"
	}]
};
const schema14 = {
	"type": "object",
	"additionalProperties": false,
	"description": "The bounds of the job's CPU. Each allocation reserves `max`, unless the configuration of the bucket sets another amount.",
	"properties": {
		"min": {
			"type": ["string", "number"],
			"description": "An amount in MHZ, GHZ or THZ; a number without a unit is MHz.",
			"examples": ["500 MHZ"],
			"default": "0"
		},
		"max": {
			"type": ["string", "number"],
			"description": "An amount in MHZ, GHZ or THZ; a number without a unit is MHz. If it is missing, it equals `min`.",
			"examples": ["2 GHZ"]
		}
	},
	"examples": [{
		"min": "500 MHZ",
		"max": "2 GHZ"
	}]
};
const schema15 = {
	"type": "object",
	"additionalProperties": false,
	"required": ["executed_on"],
	"properties": {
		"executed_on": {
			"type": "array",
			"minItems": 1,
			"description": "The events that run the hook, at least one.",
			"items": {
				"type": "string",
				"enum": [
					"post_build",
					"pre_deploy",
					"post_deploy",
					"job_control",
					"health_check",
					"cli",
					"after_allocation_started",
					"after_allocation_stopped"
				],
				"description": "An event.",
				"examples": ["post_deploy"]
			},
			"examples": [["pre_deploy", "cli"]]
		},
		"demands": {
			"type": "object",
			"additionalProperties": false,
			"description": "A hook of another job that this hook depends on. It puts this job into a later wave and lets it read the keys of the other job. It does not run the other hook. `job` and `hook` must both be set.",
			"properties": {
				"job": {
					"type": "string",
					"description": "The other job.",
					"examples": ["database"]
				},
				"hook": {
					"type": "string",
					"description": "A hook of that job.",
					"examples": ["hook_schema"]
				},
				"config": {
					"type": "object",
					"description": "Any values for the script. `min_version` and `max_version` are checked against the version of the other job.",
					"additionalProperties": true,
					"properties": {
						"min_version": {
							"type": ["string", "integer"],
							"minimum": 0,
							"format": "bound",
							"examples": ["2.0.0", 2],
							"description": "The version of the other job must not be lower."
						},
						"max_version": {
							"type": ["string", "integer"],
							"minimum": 0,
							"format": "bound",
							"examples": ["2.9"],
							"description": "The version of the other job must not be higher."
						}
					},
					"default": {},
					"examples": [{
						"min_version": "1.4.0",
						"retries": 3
					}]
				}
			},
			"examples": [{
				"job": "database",
				"hook": "hook_schema",
				"config": { "min_version": "1.0.0" }
			}]
		},
		"timeout_seconds": {
			"type": "integer",
			"minimum": 1,
			"maximum": 604800,
			"description": "How long the script may run for one allocation. If it is missing, `hook_timeout` of maand.conf is used.",
			"examples": [120]
		}
	},
	"description": "When a hook runs and what it depends on.",
	"examples": [{
		"executed_on": ["pre_deploy", "cli"],
		"timeout_seconds": 120
	}]
};
const schema18 = {
	"type": "object",
	"additionalProperties": false,
	"required": ["subject"],
	"properties": {
		"subject": {
			"type": "object",
			"additionalProperties": false,
			"required": ["common_name"],
			"properties": { "common_name": {
				"type": "string",
				"pattern": "\\S",
				"maxLength": 64,
				"description": "The common name. Clients check the alternative names instead.",
				"examples": ["web.example.org"]
			} },
			"description": "The subject of the certificate.",
			"examples": [{ "common_name": "web.example.org" }]
		},
		"pkcs8": {
			"type": "boolean",
			"default": false,
			"description": "Writes the key as `PRIVATE KEY` instead of `RSA PRIVATE KEY` or `EC PRIVATE KEY`.",
			"examples": [true]
		},
		"one": {
			"type": "boolean",
			"default": false,
			"description": "All allocations of the job share one certificate and key.",
			"examples": [true]
		},
		"key": {
			"type": "string",
			"enum": [
				"rsa-2048",
				"rsa-4096",
				"ec-p256"
			],
			"default": "rsa-2048",
			"description": "The kind of key.",
			"examples": ["ec-p256"]
		}
	},
	"description": "One certificate and its key.",
	"examples": [{
		"subject": { "common_name": "web.example.org" },
		"key": "ec-p256"
	}]
};
const func2 = Object.prototype.hasOwnProperty;
const func3 = require_ucs2length().default;
const formats0 = CHECKS.version;
const formats2 = CHECKS.label;
const formats4 = CHECKS.glob;
const formats6 = CHECKS.bound;
const pattern0 = /* @__PURE__ */ new RegExp("^\\s*(?:100|[0-9]{1,2})\\s*%\\s*$", "u");
const pattern1 = /* @__PURE__ */ new RegExp("^[a-z][a-z0-9_]*$", "u");
const pattern2 = /* @__PURE__ */ new RegExp("^hook_[A-Za-z0-9_]+$", "u");
const pattern9 = /* @__PURE__ */ new RegExp("^(?!ca$)[A-Za-z0-9][A-Za-z0-9_.-]*$", "u");
const pattern6 = /* @__PURE__ */ new RegExp("\\S", "u");
const schema16 = {
	"type": "object",
	"additionalProperties": false,
	"description": "When an allocation is healthy. It must not be combined with a hook for the event `health_check`, unless maand.conf allows that.",
	"properties": {
		"checks": {
			"type": "array",
			"description": "The probes. All of them must succeed.",
			"items": { "$ref": "#/definitions/check" },
			"examples": [[{
				"type": "tcp",
				"port": "db_port"
			}]]
		},
		"timeout_seconds": {
			"type": "integer",
			"maximum": 604800,
			"default": 5,
			"description": "The time limit of one probe, including the connection. Values below 1 mean 5.",
			"examples": [2]
		},
		"wait": {
			"type": "object",
			"additionalProperties": false,
			"description": "How long a deploy waits for health.",
			"properties": {
				"attempts": {
					"type": "integer",
					"default": 30,
					"description": "How many health checks may fail before the rollout stops. Values below 1 mean 30.",
					"examples": [60]
				},
				"interval_seconds": {
					"type": "integer",
					"maximum": 604800,
					"default": 1,
					"description": "The time between two health checks. Values below 1 mean 1.",
					"examples": [2]
				},
				"successes": {
					"type": "integer",
					"minimum": 1,
					"default": 1,
					"description": "How many times in a row all probes must succeed.",
					"examples": [3]
				},
				"min_healthy_seconds": {
					"type": "number",
					"minimum": 0,
					"maximum": 604800,
					"default": 0,
					"description": "How long all probes must keep succeeding, at least.",
					"examples": [10]
				}
			},
			"examples": [{
				"attempts": 60,
				"interval_seconds": 2
			}]
		}
	},
	"examples": [{
		"checks": [{
			"type": "http",
			"port": "web_port",
			"path": "/health"
		}],
		"wait": { "attempts": 60 }
	}]
};
const schema17 = {
	"type": "object",
	"additionalProperties": false,
	"required": ["type"],
	"properties": {
		"type": {
			"type": "string",
			"pattern": "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$",
			"description": "`tcp`: the port accepts a connection. `http`: a GET request returns `expect_status`. `ssh`: the command ends with status 0 on the worker.",
			"examples": [
				"tcp",
				"http",
				"ssh"
			]
		},
		"port": {
			"type": "string",
			"pattern": "\\S",
			"description": "For `tcp` and `http`, where it is required: the name of a port in `resources.ports`.",
			"examples": ["api_port"]
		},
		"command": {
			"type": "string",
			"pattern": "\\S",
			"description": "For `ssh`, where it is required: a command line for `sh`. With `use_sudo` it runs as root.",
			"examples": ["pgrep -x postgres"]
		},
		"path": {
			"type": "string",
			"pattern": "^/",
			"default": "/",
			"description": "For `http`: the path. At most 10 redirects are followed, on the same host only.",
			"examples": ["/health"]
		},
		"expect_status": {
			"type": "integer",
			"minimum": 100,
			"maximum": 599,
			"default": 200,
			"description": "For `http`: the only status that means success.",
			"examples": [204]
		},
		"scheme": {
			"type": "string",
			"enum": ["http", "https"],
			"default": "http",
			"description": "For `http`: the scheme. With `https` the certificate is verified.",
			"examples": ["https"]
		}
	},
	"allOf": [{
		"if": {
			"required": ["type"],
			"properties": { "type": {
				"type": "string",
				"pattern": "^\\s*[Ss][Ss][Hh]\\s*$"
			} }
		},
		"then": { "required": ["command"] }
	}, {
		"if": {
			"required": ["type"],
			"properties": { "type": {
				"type": "string",
				"pattern": "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp])\\s*$"
			} }
		},
		"then": { "required": ["port"] }
	}],
	"description": "One probe.",
	"examples": [{
		"type": "http",
		"port": "api_port",
		"path": "/health"
	}, {
		"type": "ssh",
		"command": "pgrep -x postgres"
	}]
};
const pattern3 = /* @__PURE__ */ new RegExp("^\\s*[Ss][Ss][Hh]\\s*$", "u");
const pattern4 = /* @__PURE__ */ new RegExp("^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp])\\s*$", "u");
const pattern5 = /* @__PURE__ */ new RegExp("^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$", "u");
const pattern8 = /* @__PURE__ */ new RegExp("^/", "u");
function validate12(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
	let vErrors = null;
	let errors = 0;
	if (data && typeof data == "object" && !Array.isArray(data)) {
		for (const key0 in data) if (!(key0 === "checks" || key0 === "timeout_seconds" || key0 === "wait")) {
			const err0 = {
				instancePath,
				schemaPath: "#/additionalProperties",
				keyword: "additionalProperties",
				params: { additionalProperty: key0 },
				message: "must NOT have additional properties",
				schema: false,
				parentSchema: schema16,
				data
			};
			if (vErrors === null) vErrors = [err0];
			else vErrors.push(err0);
			errors++;
		}
		if (data.checks !== void 0) {
			let data0 = data.checks;
			if (Array.isArray(data0)) {
				const len0 = data0.length;
				for (let i0 = 0; i0 < len0; i0++) {
					let data1 = data0[i0];
					const _errs8 = errors;
					let valid5 = true;
					const _errs9 = errors;
					if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
						if (data1.type === void 0 && "type") {
							const err1 = {};
							if (vErrors === null) vErrors = [err1];
							else vErrors.push(err1);
							errors++;
						} else if (data1.type !== void 0) {
							let data2 = data1.type;
							if (errors === errors) {
								if (typeof data2 === "string") {
									if (!pattern3.test(data2)) {
										const err2 = {};
										if (vErrors === null) vErrors = [err2];
										else vErrors.push(err2);
										errors++;
									}
								} else {
									const err3 = {};
									if (vErrors === null) vErrors = [err3];
									else vErrors.push(err3);
									errors++;
								}
							}
						}
					}
					var _valid0 = _errs9 === errors;
					errors = _errs8;
					if (vErrors !== null) {
						if (_errs8) vErrors.length = _errs8;
						else vErrors = null;
					}
					if (_valid0) {
						const _errs12 = errors;
						if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
							if (data1.command === void 0) {
								const err4 = {
									instancePath: instancePath + "/checks/" + i0,
									schemaPath: "#/definitions/check/allOf/0/then/required",
									keyword: "required",
									params: { missingProperty: "command" },
									message: "must have required property 'command'",
									schema: schema17.allOf[0].then.required,
									parentSchema: schema17.allOf[0].then,
									data: data1
								};
								if (vErrors === null) vErrors = [err4];
								else vErrors.push(err4);
								errors++;
							}
						}
						var _valid0 = _errs12 === errors;
						valid5 = _valid0;
					}
					if (!valid5) {
						const err5 = {
							instancePath: instancePath + "/checks/" + i0,
							schemaPath: "#/definitions/check/allOf/0/if",
							keyword: "if",
							params: { failingKeyword: "then" },
							message: "must match \"then\" schema",
							schema: schema17.allOf[0].if,
							parentSchema: schema17.allOf[0],
							data: data1
						};
						if (vErrors === null) vErrors = [err5];
						else vErrors.push(err5);
						errors++;
					}
					const _errs14 = errors;
					let valid7 = true;
					const _errs15 = errors;
					if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
						if (data1.type === void 0 && "type") {
							const err6 = {};
							if (vErrors === null) vErrors = [err6];
							else vErrors.push(err6);
							errors++;
						} else if (data1.type !== void 0) {
							let data3 = data1.type;
							if (errors === errors) {
								if (typeof data3 === "string") {
									if (!pattern4.test(data3)) {
										const err7 = {};
										if (vErrors === null) vErrors = [err7];
										else vErrors.push(err7);
										errors++;
									}
								} else {
									const err8 = {};
									if (vErrors === null) vErrors = [err8];
									else vErrors.push(err8);
									errors++;
								}
							}
						}
					}
					var _valid1 = _errs15 === errors;
					errors = _errs14;
					if (vErrors !== null) {
						if (_errs14) vErrors.length = _errs14;
						else vErrors = null;
					}
					if (_valid1) {
						const _errs18 = errors;
						if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
							if (data1.port === void 0) {
								const err9 = {
									instancePath: instancePath + "/checks/" + i0,
									schemaPath: "#/definitions/check/allOf/1/then/required",
									keyword: "required",
									params: { missingProperty: "port" },
									message: "must have required property 'port'",
									schema: schema17.allOf[1].then.required,
									parentSchema: schema17.allOf[1].then,
									data: data1
								};
								if (vErrors === null) vErrors = [err9];
								else vErrors.push(err9);
								errors++;
							}
						}
						var _valid1 = _errs18 === errors;
						valid7 = _valid1;
					}
					if (!valid7) {
						const err10 = {
							instancePath: instancePath + "/checks/" + i0,
							schemaPath: "#/definitions/check/allOf/1/if",
							keyword: "if",
							params: { failingKeyword: "then" },
							message: "must match \"then\" schema",
							schema: schema17.allOf[1].if,
							parentSchema: schema17.allOf[1],
							data: data1
						};
						if (vErrors === null) vErrors = [err10];
						else vErrors.push(err10);
						errors++;
					}
					if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
						if (data1.type === void 0) {
							const err11 = {
								instancePath: instancePath + "/checks/" + i0,
								schemaPath: "#/definitions/check/required",
								keyword: "required",
								params: { missingProperty: "type" },
								message: "must have required property 'type'",
								schema: schema17.required,
								parentSchema: schema17,
								data: data1
							};
							if (vErrors === null) vErrors = [err11];
							else vErrors.push(err11);
							errors++;
						}
						for (const key1 in data1) if (!(key1 === "type" || key1 === "port" || key1 === "command" || key1 === "path" || key1 === "expect_status" || key1 === "scheme")) {
							const err12 = {
								instancePath: instancePath + "/checks/" + i0,
								schemaPath: "#/definitions/check/additionalProperties",
								keyword: "additionalProperties",
								params: { additionalProperty: key1 },
								message: "must NOT have additional properties",
								schema: false,
								parentSchema: schema17,
								data: data1
							};
							if (vErrors === null) vErrors = [err12];
							else vErrors.push(err12);
							errors++;
						}
						if (data1.type !== void 0) {
							let data4 = data1.type;
							if (typeof data4 === "string") {
								if (!pattern5.test(data4)) {
									const err13 = {
										instancePath: instancePath + "/checks/" + i0 + "/type",
										schemaPath: "#/definitions/check/properties/type/pattern",
										keyword: "pattern",
										params: { pattern: "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$" },
										message: "must match pattern \"^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$\"",
										schema: "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$",
										parentSchema: schema17.properties.type,
										data: data4
									};
									if (vErrors === null) vErrors = [err13];
									else vErrors.push(err13);
									errors++;
								}
							} else {
								const err14 = {
									instancePath: instancePath + "/checks/" + i0 + "/type",
									schemaPath: "#/definitions/check/properties/type/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema17.properties.type.type,
									parentSchema: schema17.properties.type,
									data: data4
								};
								if (vErrors === null) vErrors = [err14];
								else vErrors.push(err14);
								errors++;
							}
						}
						if (data1.port !== void 0) {
							let data5 = data1.port;
							if (typeof data5 === "string") {
								if (!pattern6.test(data5)) {
									const err15 = {
										instancePath: instancePath + "/checks/" + i0 + "/port",
										schemaPath: "#/definitions/check/properties/port/pattern",
										keyword: "pattern",
										params: { pattern: "\\S" },
										message: "must match pattern \"\\S\"",
										schema: "\\S",
										parentSchema: schema17.properties.port,
										data: data5
									};
									if (vErrors === null) vErrors = [err15];
									else vErrors.push(err15);
									errors++;
								}
							} else {
								const err16 = {
									instancePath: instancePath + "/checks/" + i0 + "/port",
									schemaPath: "#/definitions/check/properties/port/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema17.properties.port.type,
									parentSchema: schema17.properties.port,
									data: data5
								};
								if (vErrors === null) vErrors = [err16];
								else vErrors.push(err16);
								errors++;
							}
						}
						if (data1.command !== void 0) {
							let data6 = data1.command;
							if (typeof data6 === "string") {
								if (!pattern6.test(data6)) {
									const err17 = {
										instancePath: instancePath + "/checks/" + i0 + "/command",
										schemaPath: "#/definitions/check/properties/command/pattern",
										keyword: "pattern",
										params: { pattern: "\\S" },
										message: "must match pattern \"\\S\"",
										schema: "\\S",
										parentSchema: schema17.properties.command,
										data: data6
									};
									if (vErrors === null) vErrors = [err17];
									else vErrors.push(err17);
									errors++;
								}
							} else {
								const err18 = {
									instancePath: instancePath + "/checks/" + i0 + "/command",
									schemaPath: "#/definitions/check/properties/command/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema17.properties.command.type,
									parentSchema: schema17.properties.command,
									data: data6
								};
								if (vErrors === null) vErrors = [err18];
								else vErrors.push(err18);
								errors++;
							}
						}
						if (data1.path !== void 0) {
							let data7 = data1.path;
							if (typeof data7 === "string") {
								if (!pattern8.test(data7)) {
									const err19 = {
										instancePath: instancePath + "/checks/" + i0 + "/path",
										schemaPath: "#/definitions/check/properties/path/pattern",
										keyword: "pattern",
										params: { pattern: "^/" },
										message: "must match pattern \"^/\"",
										schema: "^/",
										parentSchema: schema17.properties.path,
										data: data7
									};
									if (vErrors === null) vErrors = [err19];
									else vErrors.push(err19);
									errors++;
								}
							} else {
								const err20 = {
									instancePath: instancePath + "/checks/" + i0 + "/path",
									schemaPath: "#/definitions/check/properties/path/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema17.properties.path.type,
									parentSchema: schema17.properties.path,
									data: data7
								};
								if (vErrors === null) vErrors = [err20];
								else vErrors.push(err20);
								errors++;
							}
						}
						if (data1.expect_status !== void 0) {
							let data8 = data1.expect_status;
							if (!(typeof data8 == "number" && !(data8 % 1) && !isNaN(data8) && isFinite(data8))) {
								const err21 = {
									instancePath: instancePath + "/checks/" + i0 + "/expect_status",
									schemaPath: "#/definitions/check/properties/expect_status/type",
									keyword: "type",
									params: { type: "integer" },
									message: "must be integer",
									schema: schema17.properties.expect_status.type,
									parentSchema: schema17.properties.expect_status,
									data: data8
								};
								if (vErrors === null) vErrors = [err21];
								else vErrors.push(err21);
								errors++;
							}
							if (typeof data8 == "number" && isFinite(data8)) {
								if (data8 > 599 || isNaN(data8)) {
									const err22 = {
										instancePath: instancePath + "/checks/" + i0 + "/expect_status",
										schemaPath: "#/definitions/check/properties/expect_status/maximum",
										keyword: "maximum",
										params: {
											comparison: "<=",
											limit: 599
										},
										message: "must be <= 599",
										schema: 599,
										parentSchema: schema17.properties.expect_status,
										data: data8
									};
									if (vErrors === null) vErrors = [err22];
									else vErrors.push(err22);
									errors++;
								}
								if (data8 < 100 || isNaN(data8)) {
									const err23 = {
										instancePath: instancePath + "/checks/" + i0 + "/expect_status",
										schemaPath: "#/definitions/check/properties/expect_status/minimum",
										keyword: "minimum",
										params: {
											comparison: ">=",
											limit: 100
										},
										message: "must be >= 100",
										schema: 100,
										parentSchema: schema17.properties.expect_status,
										data: data8
									};
									if (vErrors === null) vErrors = [err23];
									else vErrors.push(err23);
									errors++;
								}
							}
						}
						if (data1.scheme !== void 0) {
							let data9 = data1.scheme;
							if (typeof data9 !== "string") {
								const err24 = {
									instancePath: instancePath + "/checks/" + i0 + "/scheme",
									schemaPath: "#/definitions/check/properties/scheme/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema17.properties.scheme.type,
									parentSchema: schema17.properties.scheme,
									data: data9
								};
								if (vErrors === null) vErrors = [err24];
								else vErrors.push(err24);
								errors++;
							}
							if (!(data9 === "http" || data9 === "https")) {
								const err25 = {
									instancePath: instancePath + "/checks/" + i0 + "/scheme",
									schemaPath: "#/definitions/check/properties/scheme/enum",
									keyword: "enum",
									params: { allowedValues: schema17.properties.scheme.enum },
									message: "must be equal to one of the allowed values",
									schema: schema17.properties.scheme.enum,
									parentSchema: schema17.properties.scheme,
									data: data9
								};
								if (vErrors === null) vErrors = [err25];
								else vErrors.push(err25);
								errors++;
							}
						}
					} else {
						const err26 = {
							instancePath: instancePath + "/checks/" + i0,
							schemaPath: "#/definitions/check/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema17.type,
							parentSchema: schema17,
							data: data1
						};
						if (vErrors === null) vErrors = [err26];
						else vErrors.push(err26);
						errors++;
					}
				}
			} else {
				const err27 = {
					instancePath: instancePath + "/checks",
					schemaPath: "#/properties/checks/type",
					keyword: "type",
					params: { type: "array" },
					message: "must be array",
					schema: schema16.properties.checks.type,
					parentSchema: schema16.properties.checks,
					data: data0
				};
				if (vErrors === null) vErrors = [err27];
				else vErrors.push(err27);
				errors++;
			}
		}
		if (data.timeout_seconds !== void 0) {
			let data10 = data.timeout_seconds;
			if (!(typeof data10 == "number" && !(data10 % 1) && !isNaN(data10) && isFinite(data10))) {
				const err28 = {
					instancePath: instancePath + "/timeout_seconds",
					schemaPath: "#/properties/timeout_seconds/type",
					keyword: "type",
					params: { type: "integer" },
					message: "must be integer",
					schema: schema16.properties.timeout_seconds.type,
					parentSchema: schema16.properties.timeout_seconds,
					data: data10
				};
				if (vErrors === null) vErrors = [err28];
				else vErrors.push(err28);
				errors++;
			}
			if (typeof data10 == "number" && isFinite(data10)) {
				if (data10 > 604800 || isNaN(data10)) {
					const err29 = {
						instancePath: instancePath + "/timeout_seconds",
						schemaPath: "#/properties/timeout_seconds/maximum",
						keyword: "maximum",
						params: {
							comparison: "<=",
							limit: 604800
						},
						message: "must be <= 604800",
						schema: 604800,
						parentSchema: schema16.properties.timeout_seconds,
						data: data10
					};
					if (vErrors === null) vErrors = [err29];
					else vErrors.push(err29);
					errors++;
				}
			}
		}
		if (data.wait !== void 0) {
			let data11 = data.wait;
			if (data11 && typeof data11 == "object" && !Array.isArray(data11)) {
				for (const key2 in data11) if (!(key2 === "attempts" || key2 === "interval_seconds" || key2 === "successes" || key2 === "min_healthy_seconds")) {
					const err30 = {
						instancePath: instancePath + "/wait",
						schemaPath: "#/properties/wait/additionalProperties",
						keyword: "additionalProperties",
						params: { additionalProperty: key2 },
						message: "must NOT have additional properties",
						schema: false,
						parentSchema: schema16.properties.wait,
						data: data11
					};
					if (vErrors === null) vErrors = [err30];
					else vErrors.push(err30);
					errors++;
				}
				if (data11.attempts !== void 0) {
					let data12 = data11.attempts;
					if (!(typeof data12 == "number" && !(data12 % 1) && !isNaN(data12) && isFinite(data12))) {
						const err31 = {
							instancePath: instancePath + "/wait/attempts",
							schemaPath: "#/properties/wait/properties/attempts/type",
							keyword: "type",
							params: { type: "integer" },
							message: "must be integer",
							schema: schema16.properties.wait.properties.attempts.type,
							parentSchema: schema16.properties.wait.properties.attempts,
							data: data12
						};
						if (vErrors === null) vErrors = [err31];
						else vErrors.push(err31);
						errors++;
					}
				}
				if (data11.interval_seconds !== void 0) {
					let data13 = data11.interval_seconds;
					if (!(typeof data13 == "number" && !(data13 % 1) && !isNaN(data13) && isFinite(data13))) {
						const err32 = {
							instancePath: instancePath + "/wait/interval_seconds",
							schemaPath: "#/properties/wait/properties/interval_seconds/type",
							keyword: "type",
							params: { type: "integer" },
							message: "must be integer",
							schema: schema16.properties.wait.properties.interval_seconds.type,
							parentSchema: schema16.properties.wait.properties.interval_seconds,
							data: data13
						};
						if (vErrors === null) vErrors = [err32];
						else vErrors.push(err32);
						errors++;
					}
					if (typeof data13 == "number" && isFinite(data13)) {
						if (data13 > 604800 || isNaN(data13)) {
							const err33 = {
								instancePath: instancePath + "/wait/interval_seconds",
								schemaPath: "#/properties/wait/properties/interval_seconds/maximum",
								keyword: "maximum",
								params: {
									comparison: "<=",
									limit: 604800
								},
								message: "must be <= 604800",
								schema: 604800,
								parentSchema: schema16.properties.wait.properties.interval_seconds,
								data: data13
							};
							if (vErrors === null) vErrors = [err33];
							else vErrors.push(err33);
							errors++;
						}
					}
				}
				if (data11.successes !== void 0) {
					let data14 = data11.successes;
					if (!(typeof data14 == "number" && !(data14 % 1) && !isNaN(data14) && isFinite(data14))) {
						const err34 = {
							instancePath: instancePath + "/wait/successes",
							schemaPath: "#/properties/wait/properties/successes/type",
							keyword: "type",
							params: { type: "integer" },
							message: "must be integer",
							schema: schema16.properties.wait.properties.successes.type,
							parentSchema: schema16.properties.wait.properties.successes,
							data: data14
						};
						if (vErrors === null) vErrors = [err34];
						else vErrors.push(err34);
						errors++;
					}
					if (typeof data14 == "number" && isFinite(data14)) {
						if (data14 < 1 || isNaN(data14)) {
							const err35 = {
								instancePath: instancePath + "/wait/successes",
								schemaPath: "#/properties/wait/properties/successes/minimum",
								keyword: "minimum",
								params: {
									comparison: ">=",
									limit: 1
								},
								message: "must be >= 1",
								schema: 1,
								parentSchema: schema16.properties.wait.properties.successes,
								data: data14
							};
							if (vErrors === null) vErrors = [err35];
							else vErrors.push(err35);
							errors++;
						}
					}
				}
				if (data11.min_healthy_seconds !== void 0) {
					let data15 = data11.min_healthy_seconds;
					if (typeof data15 == "number" && isFinite(data15)) {
						if (data15 > 604800 || isNaN(data15)) {
							const err36 = {
								instancePath: instancePath + "/wait/min_healthy_seconds",
								schemaPath: "#/properties/wait/properties/min_healthy_seconds/maximum",
								keyword: "maximum",
								params: {
									comparison: "<=",
									limit: 604800
								},
								message: "must be <= 604800",
								schema: 604800,
								parentSchema: schema16.properties.wait.properties.min_healthy_seconds,
								data: data15
							};
							if (vErrors === null) vErrors = [err36];
							else vErrors.push(err36);
							errors++;
						}
						if (data15 < 0 || isNaN(data15)) {
							const err37 = {
								instancePath: instancePath + "/wait/min_healthy_seconds",
								schemaPath: "#/properties/wait/properties/min_healthy_seconds/minimum",
								keyword: "minimum",
								params: {
									comparison: ">=",
									limit: 0
								},
								message: "must be >= 0",
								schema: 0,
								parentSchema: schema16.properties.wait.properties.min_healthy_seconds,
								data: data15
							};
							if (vErrors === null) vErrors = [err37];
							else vErrors.push(err37);
							errors++;
						}
					} else {
						const err38 = {
							instancePath: instancePath + "/wait/min_healthy_seconds",
							schemaPath: "#/properties/wait/properties/min_healthy_seconds/type",
							keyword: "type",
							params: { type: "number" },
							message: "must be number",
							schema: schema16.properties.wait.properties.min_healthy_seconds.type,
							parentSchema: schema16.properties.wait.properties.min_healthy_seconds,
							data: data15
						};
						if (vErrors === null) vErrors = [err38];
						else vErrors.push(err38);
						errors++;
					}
				}
			} else {
				const err39 = {
					instancePath: instancePath + "/wait",
					schemaPath: "#/properties/wait/type",
					keyword: "type",
					params: { type: "object" },
					message: "must be object",
					schema: schema16.properties.wait.type,
					parentSchema: schema16.properties.wait,
					data: data11
				};
				if (vErrors === null) vErrors = [err39];
				else vErrors.push(err39);
				errors++;
			}
		}
	} else {
		const err40 = {
			instancePath,
			schemaPath: "#/type",
			keyword: "type",
			params: { type: "object" },
			message: "must be object",
			schema: schema16.type,
			parentSchema: schema16,
			data
		};
		if (vErrors === null) vErrors = [err40];
		else vErrors.push(err40);
		errors++;
	}
	validate12.errors = vErrors;
	return errors === 0;
}
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
	let vErrors = null;
	let errors = 0;
	if (data && typeof data == "object" && !Array.isArray(data)) {
		for (const key0 in data) if (!func2.call(schema12.properties, key0)) {
			const err0 = {
				instancePath,
				schemaPath: "#/additionalProperties",
				keyword: "additionalProperties",
				params: { additionalProperty: key0 },
				message: "must NOT have additional properties",
				schema: false,
				parentSchema: schema12,
				data
			};
			if (vErrors === null) vErrors = [err0];
			else vErrors.push(err0);
			errors++;
		}
		if (data.$schema !== void 0) {
			let data0 = data.$schema;
			if (typeof data0 !== "string") {
				const err1 = {
					instancePath: instancePath + "/$schema",
					schemaPath: "#/properties/%24schema/type",
					keyword: "type",
					params: { type: "string" },
					message: "must be string",
					schema: schema12.properties.$schema.type,
					parentSchema: schema12.properties.$schema,
					data: data0
				};
				if (vErrors === null) vErrors = [err1];
				else vErrors.push(err1);
				errors++;
			}
		}
		if (data.version !== void 0) {
			let data1 = data.version;
			if (typeof data1 === "string") {
				if (!formats0.validate(data1)) {
					const err2 = {
						instancePath: instancePath + "/version",
						schemaPath: "#/properties/version/format",
						keyword: "format",
						params: { format: "version" },
						message: "must match format \"version\"",
						schema: "version",
						parentSchema: schema12.properties.version,
						data: data1
					};
					if (vErrors === null) vErrors = [err2];
					else vErrors.push(err2);
					errors++;
				}
			} else {
				const err3 = {
					instancePath: instancePath + "/version",
					schemaPath: "#/properties/version/type",
					keyword: "type",
					params: { type: "string" },
					message: "must be string",
					schema: schema12.properties.version.type,
					parentSchema: schema12.properties.version,
					data: data1
				};
				if (vErrors === null) vErrors = [err3];
				else vErrors.push(err3);
				errors++;
			}
		}
		if (data.selectors !== void 0) {
			let data2 = data.selectors;
			if (Array.isArray(data2)) {
				const len0 = data2.length;
				for (let i0 = 0; i0 < len0; i0++) {
					let data3 = data2[i0];
					if (typeof data3 === "string") {
						if (!formats2.validate(data3)) {
							const err4 = {
								instancePath: instancePath + "/selectors/" + i0,
								schemaPath: "#/properties/selectors/items/format",
								keyword: "format",
								params: { format: "label" },
								message: "must match format \"label\"",
								schema: "label",
								parentSchema: schema12.properties.selectors.items,
								data: data3
							};
							if (vErrors === null) vErrors = [err4];
							else vErrors.push(err4);
							errors++;
						}
					} else {
						const err5 = {
							instancePath: instancePath + "/selectors/" + i0,
							schemaPath: "#/properties/selectors/items/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema12.properties.selectors.items.type,
							parentSchema: schema12.properties.selectors.items,
							data: data3
						};
						if (vErrors === null) vErrors = [err5];
						else vErrors.push(err5);
						errors++;
					}
				}
			} else {
				const err6 = {
					instancePath: instancePath + "/selectors",
					schemaPath: "#/properties/selectors/type",
					keyword: "type",
					params: { type: "array" },
					message: "must be array",
					schema: schema12.properties.selectors.type,
					parentSchema: schema12.properties.selectors,
					data: data2
				};
				if (vErrors === null) vErrors = [err6];
				else vErrors.push(err6);
				errors++;
			}
		}
		if (data.max_concurrent_upgrades !== void 0) {
			let data4 = data.max_concurrent_upgrades;
			if (!(typeof data4 == "number" && !(data4 % 1) && !isNaN(data4) && isFinite(data4))) {
				const err7 = {
					instancePath: instancePath + "/max_concurrent_upgrades",
					schemaPath: "#/properties/max_concurrent_upgrades/type",
					keyword: "type",
					params: { type: "integer" },
					message: "must be integer",
					schema: schema12.properties.max_concurrent_upgrades.type,
					parentSchema: schema12.properties.max_concurrent_upgrades,
					data: data4
				};
				if (vErrors === null) vErrors = [err7];
				else vErrors.push(err7);
				errors++;
			}
		}
		if (data.max_concurrent_starts !== void 0) {
			let data5 = data.max_concurrent_starts;
			if (!(typeof data5 == "number" && !(data5 % 1) && !isNaN(data5) && isFinite(data5))) {
				const err8 = {
					instancePath: instancePath + "/max_concurrent_starts",
					schemaPath: "#/properties/max_concurrent_starts/type",
					keyword: "type",
					params: { type: "integer" },
					message: "must be integer",
					schema: schema12.properties.max_concurrent_starts.type,
					parentSchema: schema12.properties.max_concurrent_starts,
					data: data5
				};
				if (vErrors === null) vErrors = [err8];
				else vErrors.push(err8);
				errors++;
			}
		}
		if (data.min_allocations_count !== void 0) {
			let data6 = data.min_allocations_count;
			if (!(typeof data6 == "number" && !(data6 % 1) && !isNaN(data6) && isFinite(data6))) {
				const err9 = {
					instancePath: instancePath + "/min_allocations_count",
					schemaPath: "#/properties/min_allocations_count/type",
					keyword: "type",
					params: { type: "integer" },
					message: "must be integer",
					schema: schema12.properties.min_allocations_count.type,
					parentSchema: schema12.properties.min_allocations_count,
					data: data6
				};
				if (vErrors === null) vErrors = [err9];
				else vErrors.push(err9);
				errors++;
			}
			if (typeof data6 == "number" && isFinite(data6)) {
				if (data6 < 0 || isNaN(data6)) {
					const err10 = {
						instancePath: instancePath + "/min_allocations_count",
						schemaPath: "#/properties/min_allocations_count/minimum",
						keyword: "minimum",
						params: {
							comparison: ">=",
							limit: 0
						},
						message: "must be >= 0",
						schema: 0,
						parentSchema: schema12.properties.min_allocations_count,
						data: data6
					};
					if (vErrors === null) vErrors = [err10];
					else vErrors.push(err10);
					errors++;
				}
			}
		}
		if (data.max_failures !== void 0) {
			let data7 = data.max_failures;
			if (!(typeof data7 == "number" && !(data7 % 1) && !isNaN(data7) && isFinite(data7)) && typeof data7 !== "string") {
				const err11 = {
					instancePath: instancePath + "/max_failures",
					schemaPath: "#/properties/max_failures/type",
					keyword: "type",
					params: { type: schema12.properties.max_failures.type },
					message: "must be integer,string",
					schema: schema12.properties.max_failures.type,
					parentSchema: schema12.properties.max_failures,
					data: data7
				};
				if (vErrors === null) vErrors = [err11];
				else vErrors.push(err11);
				errors++;
			}
			if (typeof data7 == "number" && isFinite(data7)) {
				if (data7 < 0 || isNaN(data7)) {
					const err12 = {
						instancePath: instancePath + "/max_failures",
						schemaPath: "#/properties/max_failures/minimum",
						keyword: "minimum",
						params: {
							comparison: ">=",
							limit: 0
						},
						message: "must be >= 0",
						schema: 0,
						parentSchema: schema12.properties.max_failures,
						data: data7
					};
					if (vErrors === null) vErrors = [err12];
					else vErrors.push(err12);
					errors++;
				}
			}
			if (typeof data7 === "string") {
				if (!pattern0.test(data7)) {
					const err13 = {
						instancePath: instancePath + "/max_failures",
						schemaPath: "#/properties/max_failures/pattern",
						keyword: "pattern",
						params: { pattern: "^\\s*(?:100|[0-9]{1,2})\\s*%\\s*$" },
						message: "must match pattern \"^\\s*(?:100|[0-9]{1,2})\\s*%\\s*$\"",
						schema: "^\\s*(?:100|[0-9]{1,2})\\s*%\\s*$",
						parentSchema: schema12.properties.max_failures,
						data: data7
					};
					if (vErrors === null) vErrors = [err13];
					else vErrors.push(err13);
					errors++;
				}
			}
		}
		if (data.rollback !== void 0) {
			let data8 = data.rollback;
			if (typeof data8 !== "string") {
				const err14 = {
					instancePath: instancePath + "/rollback",
					schemaPath: "#/properties/rollback/type",
					keyword: "type",
					params: { type: "string" },
					message: "must be string",
					schema: schema12.properties.rollback.type,
					parentSchema: schema12.properties.rollback,
					data: data8
				};
				if (vErrors === null) vErrors = [err14];
				else vErrors.push(err14);
				errors++;
			}
			if (!(data8 === "previous")) {
				const err15 = {
					instancePath: instancePath + "/rollback",
					schemaPath: "#/properties/rollback/enum",
					keyword: "enum",
					params: { allowedValues: schema12.properties.rollback.enum },
					message: "must be equal to one of the allowed values",
					schema: schema12.properties.rollback.enum,
					parentSchema: schema12.properties.rollback,
					data: data8
				};
				if (vErrors === null) vErrors = [err15];
				else vErrors.push(err15);
				errors++;
			}
		}
		if (data.restart_policy !== void 0) {
			let data9 = data.restart_policy;
			if (typeof data9 !== "string") {
				const err16 = {
					instancePath: instancePath + "/restart_policy",
					schemaPath: "#/properties/restart_policy/type",
					keyword: "type",
					params: { type: "string" },
					message: "must be string",
					schema: schema12.properties.restart_policy.type,
					parentSchema: schema12.properties.restart_policy,
					data: data9
				};
				if (vErrors === null) vErrors = [err16];
				else vErrors.push(err16);
				errors++;
			}
			if (!(data9 === "always" || data9 === "reload" || data9 === "never")) {
				const err17 = {
					instancePath: instancePath + "/restart_policy",
					schemaPath: "#/properties/restart_policy/enum",
					keyword: "enum",
					params: { allowedValues: schema12.properties.restart_policy.enum },
					message: "must be equal to one of the allowed values",
					schema: schema12.properties.restart_policy.enum,
					parentSchema: schema12.properties.restart_policy,
					data: data9
				};
				if (vErrors === null) vErrors = [err17];
				else vErrors.push(err17);
				errors++;
			}
		}
		if (data.restart_globs !== void 0) {
			let data10 = data.restart_globs;
			if (Array.isArray(data10)) {
				const len1 = data10.length;
				for (let i1 = 0; i1 < len1; i1++) {
					let data11 = data10[i1];
					if (typeof data11 === "string") {
						if (!formats4.validate(data11)) {
							const err18 = {
								instancePath: instancePath + "/restart_globs/" + i1,
								schemaPath: "#/properties/restart_globs/items/format",
								keyword: "format",
								params: { format: "glob" },
								message: "must match format \"glob\"",
								schema: "glob",
								parentSchema: schema12.properties.restart_globs.items,
								data: data11
							};
							if (vErrors === null) vErrors = [err18];
							else vErrors.push(err18);
							errors++;
						}
					} else {
						const err19 = {
							instancePath: instancePath + "/restart_globs/" + i1,
							schemaPath: "#/properties/restart_globs/items/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema12.properties.restart_globs.items.type,
							parentSchema: schema12.properties.restart_globs.items,
							data: data11
						};
						if (vErrors === null) vErrors = [err19];
						else vErrors.push(err19);
						errors++;
					}
				}
			} else {
				const err20 = {
					instancePath: instancePath + "/restart_globs",
					schemaPath: "#/properties/restart_globs/type",
					keyword: "type",
					params: { type: "array" },
					message: "must be array",
					schema: schema12.properties.restart_globs.type,
					parentSchema: schema12.properties.restart_globs,
					data: data10
				};
				if (vErrors === null) vErrors = [err20];
				else vErrors.push(err20);
				errors++;
			}
		}
		if (data.resources !== void 0) {
			let data12 = data.resources;
			if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
				for (const key1 in data12) if (!(key1 === "memory" || key1 === "cpu" || key1 === "ports")) {
					const err21 = {
						instancePath: instancePath + "/resources",
						schemaPath: "#/properties/resources/additionalProperties",
						keyword: "additionalProperties",
						params: { additionalProperty: key1 },
						message: "must NOT have additional properties",
						schema: false,
						parentSchema: schema12.properties.resources,
						data: data12
					};
					if (vErrors === null) vErrors = [err21];
					else vErrors.push(err21);
					errors++;
				}
				if (data12.memory !== void 0) {
					let data13 = data12.memory;
					if (data13 && typeof data13 == "object" && !Array.isArray(data13)) {
						for (const key2 in data13) if (!(key2 === "min" || key2 === "max")) {
							const err22 = {
								instancePath: instancePath + "/resources/memory",
								schemaPath: "#/definitions/memory/additionalProperties",
								keyword: "additionalProperties",
								params: { additionalProperty: key2 },
								message: "must NOT have additional properties",
								schema: false,
								parentSchema: schema13,
								data: data13
							};
							if (vErrors === null) vErrors = [err22];
							else vErrors.push(err22);
							errors++;
						}
						if (data13.min !== void 0) {
							let data14 = data13.min;
							if (typeof data14 !== "string" && !(typeof data14 == "number" && isFinite(data14))) {
								const err23 = {
									instancePath: instancePath + "/resources/memory/min",
									schemaPath: "#/definitions/memory/properties/min/type",
									keyword: "type",
									params: { type: schema13.properties.min.type },
									message: "must be string,number",
									schema: schema13.properties.min.type,
									parentSchema: schema13.properties.min,
									data: data14
								};
								if (vErrors === null) vErrors = [err23];
								else vErrors.push(err23);
								errors++;
							}
						}
						if (data13.max !== void 0) {
							let data15 = data13.max;
							if (typeof data15 !== "string" && !(typeof data15 == "number" && isFinite(data15))) {
								const err24 = {
									instancePath: instancePath + "/resources/memory/max",
									schemaPath: "#/definitions/memory/properties/max/type",
									keyword: "type",
									params: { type: schema13.properties.max.type },
									message: "must be string,number",
									schema: schema13.properties.max.type,
									parentSchema: schema13.properties.max,
									data: data15
								};
								if (vErrors === null) vErrors = [err24];
								else vErrors.push(err24);
								errors++;
							}
						}
					} else {
						const err25 = {
							instancePath: instancePath + "/resources/memory",
							schemaPath: "#/definitions/memory/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema13.type,
							parentSchema: schema13,
							data: data13
						};
						if (vErrors === null) vErrors = [err25];
						else vErrors.push(err25);
						errors++;
					}
				}
				if (data12.cpu !== void 0) {
					let data16 = data12.cpu;
					if (data16 && typeof data16 == "object" && !Array.isArray(data16)) {
						for (const key3 in data16) if (!(key3 === "min" || key3 === "max")) {
							const err26 = {
								instancePath: instancePath + "/resources/cpu",
								schemaPath: "#/definitions/cpu/additionalProperties",
								keyword: "additionalProperties",
								params: { additionalProperty: key3 },
								message: "must NOT have additional properties",
								schema: false,
								parentSchema: schema14,
								data: data16
							};
							if (vErrors === null) vErrors = [err26];
							else vErrors.push(err26);
							errors++;
						}
						if (data16.min !== void 0) {
							let data17 = data16.min;
							if (typeof data17 !== "string" && !(typeof data17 == "number" && isFinite(data17))) {
								const err27 = {
									instancePath: instancePath + "/resources/cpu/min",
									schemaPath: "#/definitions/cpu/properties/min/type",
									keyword: "type",
									params: { type: schema14.properties.min.type },
									message: "must be string,number",
									schema: schema14.properties.min.type,
									parentSchema: schema14.properties.min,
									data: data17
								};
								if (vErrors === null) vErrors = [err27];
								else vErrors.push(err27);
								errors++;
							}
						}
						if (data16.max !== void 0) {
							let data18 = data16.max;
							if (typeof data18 !== "string" && !(typeof data18 == "number" && isFinite(data18))) {
								const err28 = {
									instancePath: instancePath + "/resources/cpu/max",
									schemaPath: "#/definitions/cpu/properties/max/type",
									keyword: "type",
									params: { type: schema14.properties.max.type },
									message: "must be string,number",
									schema: schema14.properties.max.type,
									parentSchema: schema14.properties.max,
									data: data18
								};
								if (vErrors === null) vErrors = [err28];
								else vErrors.push(err28);
								errors++;
							}
						}
					} else {
						const err29 = {
							instancePath: instancePath + "/resources/cpu",
							schemaPath: "#/definitions/cpu/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema14.type,
							parentSchema: schema14,
							data: data16
						};
						if (vErrors === null) vErrors = [err29];
						else vErrors.push(err29);
						errors++;
					}
				}
				if (data12.ports !== void 0) {
					let data19 = data12.ports;
					if (data19 && typeof data19 == "object" && !Array.isArray(data19)) {
						for (const key4 in data19) {
							const _errs47 = errors;
							if (typeof key4 === "string") {
								if (!pattern1.test(key4)) {
									const err30 = {
										instancePath: instancePath + "/resources/ports",
										schemaPath: "#/properties/resources/properties/ports/propertyNames/pattern",
										keyword: "pattern",
										params: { pattern: "^[a-z][a-z0-9_]*$" },
										message: "must match pattern \"^[a-z][a-z0-9_]*$\"",
										schema: "^[a-z][a-z0-9_]*$",
										parentSchema: schema12.properties.resources.properties.ports.propertyNames,
										data: key4,
										propertyName: key4
									};
									if (vErrors === null) vErrors = [err30];
									else vErrors.push(err30);
									errors++;
								}
							}
							if (!(_errs47 === errors)) {
								const err31 = {
									instancePath: instancePath + "/resources/ports",
									schemaPath: "#/properties/resources/properties/ports/propertyNames",
									keyword: "propertyNames",
									params: { propertyName: key4 },
									message: "property name must be valid",
									schema: schema12.properties.resources.properties.ports.propertyNames,
									parentSchema: schema12.properties.resources.properties.ports,
									data: data19
								};
								if (vErrors === null) vErrors = [err31];
								else vErrors.push(err31);
								errors++;
							}
						}
						for (const key5 in data19) {
							let data20 = data19[key5];
							if (!(data20 && typeof data20 == "object" && !Array.isArray(data20)) && !(typeof data20 == "number" && !(data20 % 1) && !isNaN(data20) && isFinite(data20))) {
								const err32 = {
									instancePath: instancePath + "/resources/ports/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),
									schemaPath: "#/properties/resources/properties/ports/additionalProperties/type",
									keyword: "type",
									params: { type: schema12.properties.resources.properties.ports.additionalProperties.type },
									message: "must be object,integer",
									schema: schema12.properties.resources.properties.ports.additionalProperties.type,
									parentSchema: schema12.properties.resources.properties.ports.additionalProperties,
									data: data20
								};
								if (vErrors === null) vErrors = [err32];
								else vErrors.push(err32);
								errors++;
							}
							if (typeof data20 == "number" && isFinite(data20)) {
								if (data20 > 65535 || isNaN(data20)) {
									const err33 = {
										instancePath: instancePath + "/resources/ports/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),
										schemaPath: "#/properties/resources/properties/ports/additionalProperties/maximum",
										keyword: "maximum",
										params: {
											comparison: "<=",
											limit: 65535
										},
										message: "must be <= 65535",
										schema: 65535,
										parentSchema: schema12.properties.resources.properties.ports.additionalProperties,
										data: data20
									};
									if (vErrors === null) vErrors = [err33];
									else vErrors.push(err33);
									errors++;
								}
								if (data20 < 1 || isNaN(data20)) {
									const err34 = {
										instancePath: instancePath + "/resources/ports/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),
										schemaPath: "#/properties/resources/properties/ports/additionalProperties/minimum",
										keyword: "minimum",
										params: {
											comparison: ">=",
											limit: 1
										},
										message: "must be >= 1",
										schema: 1,
										parentSchema: schema12.properties.resources.properties.ports.additionalProperties,
										data: data20
									};
									if (vErrors === null) vErrors = [err34];
									else vErrors.push(err34);
									errors++;
								}
							}
							if (data20 && typeof data20 == "object" && !Array.isArray(data20)) {
								if (Object.keys(data20).length > 0) {
									const err35 = {
										instancePath: instancePath + "/resources/ports/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),
										schemaPath: "#/properties/resources/properties/ports/additionalProperties/maxProperties",
										keyword: "maxProperties",
										params: { limit: 0 },
										message: "must NOT have more than 0 properties",
										schema: 0,
										parentSchema: schema12.properties.resources.properties.ports.additionalProperties,
										data: data20
									};
									if (vErrors === null) vErrors = [err35];
									else vErrors.push(err35);
									errors++;
								}
							}
						}
					} else {
						const err36 = {
							instancePath: instancePath + "/resources/ports",
							schemaPath: "#/properties/resources/properties/ports/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema12.properties.resources.properties.ports.type,
							parentSchema: schema12.properties.resources.properties.ports,
							data: data19
						};
						if (vErrors === null) vErrors = [err36];
						else vErrors.push(err36);
						errors++;
					}
				}
			} else {
				const err37 = {
					instancePath: instancePath + "/resources",
					schemaPath: "#/properties/resources/type",
					keyword: "type",
					params: { type: "object" },
					message: "must be object",
					schema: schema12.properties.resources.type,
					parentSchema: schema12.properties.resources,
					data: data12
				};
				if (vErrors === null) vErrors = [err37];
				else vErrors.push(err37);
				errors++;
			}
		}
		if (data.hooks !== void 0) {
			let data21 = data.hooks;
			if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
				for (const key6 in data21) {
					const _errs53 = errors;
					if (typeof key6 === "string") {
						if (!pattern2.test(key6)) {
							const err38 = {
								instancePath: instancePath + "/hooks",
								schemaPath: "#/properties/hooks/propertyNames/pattern",
								keyword: "pattern",
								params: { pattern: "^hook_[A-Za-z0-9_]+$" },
								message: "must match pattern \"^hook_[A-Za-z0-9_]+$\"",
								schema: "^hook_[A-Za-z0-9_]+$",
								parentSchema: schema12.properties.hooks.propertyNames,
								data: key6,
								propertyName: key6
							};
							if (vErrors === null) vErrors = [err38];
							else vErrors.push(err38);
							errors++;
						}
					}
					if (!(_errs53 === errors)) {
						const err39 = {
							instancePath: instancePath + "/hooks",
							schemaPath: "#/properties/hooks/propertyNames",
							keyword: "propertyNames",
							params: { propertyName: key6 },
							message: "property name must be valid",
							schema: schema12.properties.hooks.propertyNames,
							parentSchema: schema12.properties.hooks,
							data: data21
						};
						if (vErrors === null) vErrors = [err39];
						else vErrors.push(err39);
						errors++;
					}
				}
				for (const key7 in data21) {
					let data22 = data21[key7];
					if (data22 && typeof data22 == "object" && !Array.isArray(data22)) {
						if (data22.executed_on === void 0) {
							const err40 = {
								instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),
								schemaPath: "#/definitions/hook/required",
								keyword: "required",
								params: { missingProperty: "executed_on" },
								message: "must have required property 'executed_on'",
								schema: schema15.required,
								parentSchema: schema15,
								data: data22
							};
							if (vErrors === null) vErrors = [err40];
							else vErrors.push(err40);
							errors++;
						}
						for (const key8 in data22) if (!(key8 === "executed_on" || key8 === "demands" || key8 === "timeout_seconds")) {
							const err41 = {
								instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),
								schemaPath: "#/definitions/hook/additionalProperties",
								keyword: "additionalProperties",
								params: { additionalProperty: key8 },
								message: "must NOT have additional properties",
								schema: false,
								parentSchema: schema15,
								data: data22
							};
							if (vErrors === null) vErrors = [err41];
							else vErrors.push(err41);
							errors++;
						}
						if (data22.executed_on !== void 0) {
							let data23 = data22.executed_on;
							if (Array.isArray(data23)) {
								if (data23.length < 1) {
									const err42 = {
										instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/executed_on",
										schemaPath: "#/definitions/hook/properties/executed_on/minItems",
										keyword: "minItems",
										params: { limit: 1 },
										message: "must NOT have fewer than 1 items",
										schema: 1,
										parentSchema: schema15.properties.executed_on,
										data: data23
									};
									if (vErrors === null) vErrors = [err42];
									else vErrors.push(err42);
									errors++;
								}
								const len2 = data23.length;
								for (let i2 = 0; i2 < len2; i2++) {
									let data24 = data23[i2];
									if (typeof data24 !== "string") {
										const err43 = {
											instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/executed_on/" + i2,
											schemaPath: "#/definitions/hook/properties/executed_on/items/type",
											keyword: "type",
											params: { type: "string" },
											message: "must be string",
											schema: schema15.properties.executed_on.items.type,
											parentSchema: schema15.properties.executed_on.items,
											data: data24
										};
										if (vErrors === null) vErrors = [err43];
										else vErrors.push(err43);
										errors++;
									}
									if (!(data24 === "post_build" || data24 === "pre_deploy" || data24 === "post_deploy" || data24 === "job_control" || data24 === "health_check" || data24 === "cli" || data24 === "after_allocation_started" || data24 === "after_allocation_stopped")) {
										const err44 = {
											instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/executed_on/" + i2,
											schemaPath: "#/definitions/hook/properties/executed_on/items/enum",
											keyword: "enum",
											params: { allowedValues: schema15.properties.executed_on.items.enum },
											message: "must be equal to one of the allowed values",
											schema: schema15.properties.executed_on.items.enum,
											parentSchema: schema15.properties.executed_on.items,
											data: data24
										};
										if (vErrors === null) vErrors = [err44];
										else vErrors.push(err44);
										errors++;
									}
								}
							} else {
								const err45 = {
									instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/executed_on",
									schemaPath: "#/definitions/hook/properties/executed_on/type",
									keyword: "type",
									params: { type: "array" },
									message: "must be array",
									schema: schema15.properties.executed_on.type,
									parentSchema: schema15.properties.executed_on,
									data: data23
								};
								if (vErrors === null) vErrors = [err45];
								else vErrors.push(err45);
								errors++;
							}
						}
						if (data22.demands !== void 0) {
							let data25 = data22.demands;
							if (data25 && typeof data25 == "object" && !Array.isArray(data25)) {
								for (const key9 in data25) if (!(key9 === "job" || key9 === "hook" || key9 === "config")) {
									const err46 = {
										instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands",
										schemaPath: "#/definitions/hook/properties/demands/additionalProperties",
										keyword: "additionalProperties",
										params: { additionalProperty: key9 },
										message: "must NOT have additional properties",
										schema: false,
										parentSchema: schema15.properties.demands,
										data: data25
									};
									if (vErrors === null) vErrors = [err46];
									else vErrors.push(err46);
									errors++;
								}
								if (data25.job !== void 0) {
									let data26 = data25.job;
									if (typeof data26 !== "string") {
										const err47 = {
											instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/job",
											schemaPath: "#/definitions/hook/properties/demands/properties/job/type",
											keyword: "type",
											params: { type: "string" },
											message: "must be string",
											schema: schema15.properties.demands.properties.job.type,
											parentSchema: schema15.properties.demands.properties.job,
											data: data26
										};
										if (vErrors === null) vErrors = [err47];
										else vErrors.push(err47);
										errors++;
									}
								}
								if (data25.hook !== void 0) {
									let data27 = data25.hook;
									if (typeof data27 !== "string") {
										const err48 = {
											instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/hook",
											schemaPath: "#/definitions/hook/properties/demands/properties/hook/type",
											keyword: "type",
											params: { type: "string" },
											message: "must be string",
											schema: schema15.properties.demands.properties.hook.type,
											parentSchema: schema15.properties.demands.properties.hook,
											data: data27
										};
										if (vErrors === null) vErrors = [err48];
										else vErrors.push(err48);
										errors++;
									}
								}
								if (data25.config !== void 0) {
									let data28 = data25.config;
									if (data28 && typeof data28 == "object" && !Array.isArray(data28)) {
										if (data28.min_version !== void 0) {
											let data29 = data28.min_version;
											if (typeof data29 !== "string" && !(typeof data29 == "number" && !(data29 % 1) && !isNaN(data29) && isFinite(data29))) {
												const err49 = {
													instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config/min_version",
													schemaPath: "#/definitions/hook/properties/demands/properties/config/properties/min_version/type",
													keyword: "type",
													params: { type: schema15.properties.demands.properties.config.properties.min_version.type },
													message: "must be string,integer",
													schema: schema15.properties.demands.properties.config.properties.min_version.type,
													parentSchema: schema15.properties.demands.properties.config.properties.min_version,
													data: data29
												};
												if (vErrors === null) vErrors = [err49];
												else vErrors.push(err49);
												errors++;
											}
											if (typeof data29 == "number" && isFinite(data29)) {
												if (data29 < 0 || isNaN(data29)) {
													const err50 = {
														instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config/min_version",
														schemaPath: "#/definitions/hook/properties/demands/properties/config/properties/min_version/minimum",
														keyword: "minimum",
														params: {
															comparison: ">=",
															limit: 0
														},
														message: "must be >= 0",
														schema: 0,
														parentSchema: schema15.properties.demands.properties.config.properties.min_version,
														data: data29
													};
													if (vErrors === null) vErrors = [err50];
													else vErrors.push(err50);
													errors++;
												}
											}
											if (typeof data29 === "string") {
												if (!formats6.validate(data29)) {
													const err51 = {
														instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config/min_version",
														schemaPath: "#/definitions/hook/properties/demands/properties/config/properties/min_version/format",
														keyword: "format",
														params: { format: "bound" },
														message: "must match format \"bound\"",
														schema: "bound",
														parentSchema: schema15.properties.demands.properties.config.properties.min_version,
														data: data29
													};
													if (vErrors === null) vErrors = [err51];
													else vErrors.push(err51);
													errors++;
												}
											}
										}
										if (data28.max_version !== void 0) {
											let data30 = data28.max_version;
											if (typeof data30 !== "string" && !(typeof data30 == "number" && !(data30 % 1) && !isNaN(data30) && isFinite(data30))) {
												const err52 = {
													instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config/max_version",
													schemaPath: "#/definitions/hook/properties/demands/properties/config/properties/max_version/type",
													keyword: "type",
													params: { type: schema15.properties.demands.properties.config.properties.max_version.type },
													message: "must be string,integer",
													schema: schema15.properties.demands.properties.config.properties.max_version.type,
													parentSchema: schema15.properties.demands.properties.config.properties.max_version,
													data: data30
												};
												if (vErrors === null) vErrors = [err52];
												else vErrors.push(err52);
												errors++;
											}
											if (typeof data30 == "number" && isFinite(data30)) {
												if (data30 < 0 || isNaN(data30)) {
													const err53 = {
														instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config/max_version",
														schemaPath: "#/definitions/hook/properties/demands/properties/config/properties/max_version/minimum",
														keyword: "minimum",
														params: {
															comparison: ">=",
															limit: 0
														},
														message: "must be >= 0",
														schema: 0,
														parentSchema: schema15.properties.demands.properties.config.properties.max_version,
														data: data30
													};
													if (vErrors === null) vErrors = [err53];
													else vErrors.push(err53);
													errors++;
												}
											}
											if (typeof data30 === "string") {
												if (!formats6.validate(data30)) {
													const err54 = {
														instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config/max_version",
														schemaPath: "#/definitions/hook/properties/demands/properties/config/properties/max_version/format",
														keyword: "format",
														params: { format: "bound" },
														message: "must match format \"bound\"",
														schema: "bound",
														parentSchema: schema15.properties.demands.properties.config.properties.max_version,
														data: data30
													};
													if (vErrors === null) vErrors = [err54];
													else vErrors.push(err54);
													errors++;
												}
											}
										}
									} else {
										const err55 = {
											instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands/config",
											schemaPath: "#/definitions/hook/properties/demands/properties/config/type",
											keyword: "type",
											params: { type: "object" },
											message: "must be object",
											schema: schema15.properties.demands.properties.config.type,
											parentSchema: schema15.properties.demands.properties.config,
											data: data28
										};
										if (vErrors === null) vErrors = [err55];
										else vErrors.push(err55);
										errors++;
									}
								}
							} else {
								const err56 = {
									instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/demands",
									schemaPath: "#/definitions/hook/properties/demands/type",
									keyword: "type",
									params: { type: "object" },
									message: "must be object",
									schema: schema15.properties.demands.type,
									parentSchema: schema15.properties.demands,
									data: data25
								};
								if (vErrors === null) vErrors = [err56];
								else vErrors.push(err56);
								errors++;
							}
						}
						if (data22.timeout_seconds !== void 0) {
							let data31 = data22.timeout_seconds;
							if (!(typeof data31 == "number" && !(data31 % 1) && !isNaN(data31) && isFinite(data31))) {
								const err57 = {
									instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/timeout_seconds",
									schemaPath: "#/definitions/hook/properties/timeout_seconds/type",
									keyword: "type",
									params: { type: "integer" },
									message: "must be integer",
									schema: schema15.properties.timeout_seconds.type,
									parentSchema: schema15.properties.timeout_seconds,
									data: data31
								};
								if (vErrors === null) vErrors = [err57];
								else vErrors.push(err57);
								errors++;
							}
							if (typeof data31 == "number" && isFinite(data31)) {
								if (data31 > 604800 || isNaN(data31)) {
									const err58 = {
										instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/timeout_seconds",
										schemaPath: "#/definitions/hook/properties/timeout_seconds/maximum",
										keyword: "maximum",
										params: {
											comparison: "<=",
											limit: 604800
										},
										message: "must be <= 604800",
										schema: 604800,
										parentSchema: schema15.properties.timeout_seconds,
										data: data31
									};
									if (vErrors === null) vErrors = [err58];
									else vErrors.push(err58);
									errors++;
								}
								if (data31 < 1 || isNaN(data31)) {
									const err59 = {
										instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1") + "/timeout_seconds",
										schemaPath: "#/definitions/hook/properties/timeout_seconds/minimum",
										keyword: "minimum",
										params: {
											comparison: ">=",
											limit: 1
										},
										message: "must be >= 1",
										schema: 1,
										parentSchema: schema15.properties.timeout_seconds,
										data: data31
									};
									if (vErrors === null) vErrors = [err59];
									else vErrors.push(err59);
									errors++;
								}
							}
						}
					} else {
						const err60 = {
							instancePath: instancePath + "/hooks/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),
							schemaPath: "#/definitions/hook/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema15.type,
							parentSchema: schema15,
							data: data22
						};
						if (vErrors === null) vErrors = [err60];
						else vErrors.push(err60);
						errors++;
					}
				}
			} else {
				const err61 = {
					instancePath: instancePath + "/hooks",
					schemaPath: "#/properties/hooks/type",
					keyword: "type",
					params: { type: "object" },
					message: "must be object",
					schema: schema12.properties.hooks.type,
					parentSchema: schema12.properties.hooks,
					data: data21
				};
				if (vErrors === null) vErrors = [err61];
				else vErrors.push(err61);
				errors++;
			}
		}
		if (data.health_check !== void 0) {
			if (!validate12(data.health_check, {
				instancePath: instancePath + "/health_check",
				parentData: data,
				parentDataProperty: "health_check",
				rootData
			})) {
				vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
				errors = vErrors.length;
			}
		}
		if (data.certs !== void 0) {
			let data33 = data.certs;
			if (data33 && typeof data33 == "object" && !Array.isArray(data33)) {
				for (const key10 in data33) {
					const _errs82 = errors;
					if (typeof key10 === "string") {
						if (!pattern9.test(key10)) {
							const err62 = {
								instancePath: instancePath + "/certs",
								schemaPath: "#/properties/certs/propertyNames/pattern",
								keyword: "pattern",
								params: { pattern: "^(?!ca$)[A-Za-z0-9][A-Za-z0-9_.-]*$" },
								message: "must match pattern \"^(?!ca$)[A-Za-z0-9][A-Za-z0-9_.-]*$\"",
								schema: "^(?!ca$)[A-Za-z0-9][A-Za-z0-9_.-]*$",
								parentSchema: schema12.properties.certs.propertyNames,
								data: key10,
								propertyName: key10
							};
							if (vErrors === null) vErrors = [err62];
							else vErrors.push(err62);
							errors++;
						}
					}
					if (!(_errs82 === errors)) {
						const err63 = {
							instancePath: instancePath + "/certs",
							schemaPath: "#/properties/certs/propertyNames",
							keyword: "propertyNames",
							params: { propertyName: key10 },
							message: "property name must be valid",
							schema: schema12.properties.certs.propertyNames,
							parentSchema: schema12.properties.certs,
							data: data33
						};
						if (vErrors === null) vErrors = [err63];
						else vErrors.push(err63);
						errors++;
					}
				}
				for (const key11 in data33) {
					let data34 = data33[key11];
					if (data34 && typeof data34 == "object" && !Array.isArray(data34)) {
						if (data34.subject === void 0) {
							const err64 = {
								instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),
								schemaPath: "#/definitions/certificate/required",
								keyword: "required",
								params: { missingProperty: "subject" },
								message: "must have required property 'subject'",
								schema: schema18.required,
								parentSchema: schema18,
								data: data34
							};
							if (vErrors === null) vErrors = [err64];
							else vErrors.push(err64);
							errors++;
						}
						for (const key12 in data34) if (!(key12 === "subject" || key12 === "pkcs8" || key12 === "one" || key12 === "key")) {
							const err65 = {
								instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),
								schemaPath: "#/definitions/certificate/additionalProperties",
								keyword: "additionalProperties",
								params: { additionalProperty: key12 },
								message: "must NOT have additional properties",
								schema: false,
								parentSchema: schema18,
								data: data34
							};
							if (vErrors === null) vErrors = [err65];
							else vErrors.push(err65);
							errors++;
						}
						if (data34.subject !== void 0) {
							let data35 = data34.subject;
							if (data35 && typeof data35 == "object" && !Array.isArray(data35)) {
								if (data35.common_name === void 0) {
									const err66 = {
										instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/subject",
										schemaPath: "#/definitions/certificate/properties/subject/required",
										keyword: "required",
										params: { missingProperty: "common_name" },
										message: "must have required property 'common_name'",
										schema: schema18.properties.subject.required,
										parentSchema: schema18.properties.subject,
										data: data35
									};
									if (vErrors === null) vErrors = [err66];
									else vErrors.push(err66);
									errors++;
								}
								for (const key13 in data35) if (!(key13 === "common_name")) {
									const err67 = {
										instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/subject",
										schemaPath: "#/definitions/certificate/properties/subject/additionalProperties",
										keyword: "additionalProperties",
										params: { additionalProperty: key13 },
										message: "must NOT have additional properties",
										schema: false,
										parentSchema: schema18.properties.subject,
										data: data35
									};
									if (vErrors === null) vErrors = [err67];
									else vErrors.push(err67);
									errors++;
								}
								if (data35.common_name !== void 0) {
									let data36 = data35.common_name;
									if (typeof data36 === "string") {
										if (func3(data36) > 64) {
											const err68 = {
												instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/subject/common_name",
												schemaPath: "#/definitions/certificate/properties/subject/properties/common_name/maxLength",
												keyword: "maxLength",
												params: { limit: 64 },
												message: "must NOT have more than 64 characters",
												schema: 64,
												parentSchema: schema18.properties.subject.properties.common_name,
												data: data36
											};
											if (vErrors === null) vErrors = [err68];
											else vErrors.push(err68);
											errors++;
										}
										if (!pattern6.test(data36)) {
											const err69 = {
												instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/subject/common_name",
												schemaPath: "#/definitions/certificate/properties/subject/properties/common_name/pattern",
												keyword: "pattern",
												params: { pattern: "\\S" },
												message: "must match pattern \"\\S\"",
												schema: "\\S",
												parentSchema: schema18.properties.subject.properties.common_name,
												data: data36
											};
											if (vErrors === null) vErrors = [err69];
											else vErrors.push(err69);
											errors++;
										}
									} else {
										const err70 = {
											instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/subject/common_name",
											schemaPath: "#/definitions/certificate/properties/subject/properties/common_name/type",
											keyword: "type",
											params: { type: "string" },
											message: "must be string",
											schema: schema18.properties.subject.properties.common_name.type,
											parentSchema: schema18.properties.subject.properties.common_name,
											data: data36
										};
										if (vErrors === null) vErrors = [err70];
										else vErrors.push(err70);
										errors++;
									}
								}
							} else {
								const err71 = {
									instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/subject",
									schemaPath: "#/definitions/certificate/properties/subject/type",
									keyword: "type",
									params: { type: "object" },
									message: "must be object",
									schema: schema18.properties.subject.type,
									parentSchema: schema18.properties.subject,
									data: data35
								};
								if (vErrors === null) vErrors = [err71];
								else vErrors.push(err71);
								errors++;
							}
						}
						if (data34.pkcs8 !== void 0) {
							let data37 = data34.pkcs8;
							if (typeof data37 !== "boolean") {
								const err72 = {
									instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/pkcs8",
									schemaPath: "#/definitions/certificate/properties/pkcs8/type",
									keyword: "type",
									params: { type: "boolean" },
									message: "must be boolean",
									schema: schema18.properties.pkcs8.type,
									parentSchema: schema18.properties.pkcs8,
									data: data37
								};
								if (vErrors === null) vErrors = [err72];
								else vErrors.push(err72);
								errors++;
							}
						}
						if (data34.one !== void 0) {
							let data38 = data34.one;
							if (typeof data38 !== "boolean") {
								const err73 = {
									instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/one",
									schemaPath: "#/definitions/certificate/properties/one/type",
									keyword: "type",
									params: { type: "boolean" },
									message: "must be boolean",
									schema: schema18.properties.one.type,
									parentSchema: schema18.properties.one,
									data: data38
								};
								if (vErrors === null) vErrors = [err73];
								else vErrors.push(err73);
								errors++;
							}
						}
						if (data34.key !== void 0) {
							let data39 = data34.key;
							if (typeof data39 !== "string") {
								const err74 = {
									instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/key",
									schemaPath: "#/definitions/certificate/properties/key/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema18.properties.key.type,
									parentSchema: schema18.properties.key,
									data: data39
								};
								if (vErrors === null) vErrors = [err74];
								else vErrors.push(err74);
								errors++;
							}
							if (!(data39 === "rsa-2048" || data39 === "rsa-4096" || data39 === "ec-p256")) {
								const err75 = {
									instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1") + "/key",
									schemaPath: "#/definitions/certificate/properties/key/enum",
									keyword: "enum",
									params: { allowedValues: schema18.properties.key.enum },
									message: "must be equal to one of the allowed values",
									schema: schema18.properties.key.enum,
									parentSchema: schema18.properties.key,
									data: data39
								};
								if (vErrors === null) vErrors = [err75];
								else vErrors.push(err75);
								errors++;
							}
						}
					} else {
						const err76 = {
							instancePath: instancePath + "/certs/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),
							schemaPath: "#/definitions/certificate/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema18.type,
							parentSchema: schema18,
							data: data34
						};
						if (vErrors === null) vErrors = [err76];
						else vErrors.push(err76);
						errors++;
					}
				}
			} else {
				const err77 = {
					instancePath: instancePath + "/certs",
					schemaPath: "#/properties/certs/type",
					keyword: "type",
					params: { type: "object" },
					message: "must be object",
					schema: schema12.properties.certs.type,
					parentSchema: schema12.properties.certs,
					data: data33
				};
				if (vErrors === null) vErrors = [err77];
				else vErrors.push(err77);
				errors++;
			}
		}
	} else {
		const err78 = {
			instancePath,
			schemaPath: "#/type",
			keyword: "type",
			params: { type: "object" },
			message: "must be object",
			schema: schema12.type,
			parentSchema: schema12,
			data
		};
		if (vErrors === null) vErrors = [err78];
		else vErrors.push(err78);
		errors++;
	}
	validate11.errors = vErrors;
	return errors === 0;
}
const workers = validate14;
const schema19 = {
	"$schema": "http://json-schema.org/draft-07/schema#",
	"$id": "https://raw.githubusercontent.com/org/maand-action/main/schemas/workers.schema.json",
	"title": "workers.json",
	"description": "The workers of a bucket: hosts that are reached over SSH. workers.<environment>.json replaces this file for one environment.",
	"type": ["array", "null"],
	"items": {
		"type": "object",
		"additionalProperties": false,
		"required": ["host"],
		"properties": {
			"host": {
				"type": "string",
				"format": "host",
				"description": "IPv4 address, IPv6 address without brackets, or host name. It identifies the worker: a different host is a different worker.",
				"examples": ["10.0.0.1", "web1.example.org"]
			},
			"hostname": {
				"type": "string",
				"description": "A name for people and templates; not used to connect.",
				"examples": ["web-1"]
			},
			"labels": {
				"type": "array",
				"items": {
					"type": "string",
					"format": "label",
					"description": "One label.",
					"examples": ["web"]
				},
				"description": "The labels by which jobs select workers, of letters, digits, `_`, `.` and `-`. They are converted to lower case. Every worker has the label `worker`.",
				"examples": [["web", "eu"]]
			},
			"memory": {
				"type": ["string", "number"],
				"description": "The capacity in MB, GB or TB; a number without a unit is MB. Required when jobs on the worker reserve memory.",
				"examples": ["16 GB"],
				"default": "0"
			},
			"cpu": {
				"type": ["string", "number"],
				"description": "The capacity in MHZ, GHZ or THZ; a number without a unit is MHz. Required when jobs on the worker reserve CPU.",
				"examples": ["9.6 GHZ"],
				"default": "0"
			},
			"tags": {
				"type": "object",
				"additionalProperties": {
					"type": "string",
					"description": "The value of the tag.",
					"examples": ["eu-1"]
				},
				"description": "Texts by name, for templates. The tag `zone` is shown in listings.",
				"examples": [{ "zone": "eu-1" }]
			},
			"position": {
				"type": "integer",
				"description": "Sorts the workers; equal positions are sorted by host. If it is missing, it is the index in this list, starting at 0.",
				"examples": [0, 10]
			},
			"port": {
				"type": "integer",
				"minimum": 1,
				"maximum": 65535,
				"description": "The SSH port of this worker. If it is missing, `ssh_port` of maand.conf is used.",
				"examples": [2222]
			},
			"user": {
				"type": "string",
				"format": "user",
				"description": "The SSH user of this worker. If it is missing, `ssh_user` of maand.conf is used.",
				"examples": ["deploy"]
			},
			"root": {
				"type": "string",
				"format": "root",
				"description": "The folder on this worker that holds everything. If it is missing, `worker_root` of maand.conf is used.",
				"examples": ["/srv/worker"]
			},
			"host_key": {
				"type": "string",
				"format": "host-key",
				"description": "The public host key of the worker: type and Base64. No other key is then accepted for this worker.",
				"examples": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDYWOCYXsx/YEGKrwzFq1h/QsJXCohAlanozKzQ9lRc"]
			}
		},
		"description": "One worker.",
		"examples": [{ "host": "10.0.0.1" }, {
			"host": "web3.example.org",
			"labels": ["web"],
			"memory": "2 GB",
			"cpu": "4 GHZ",
			"port": 2222,
			"user": "deploy",
			"root": "/srv/worker"
		}]
	},
	"examples": [[{
		"host": "10.0.0.1",
		"labels": ["web"],
		"memory": "16 GB",
		"cpu": "9.6 GHZ",
		"tags": { "zone": "eu-1" }
	}]]
};
const formats10 = CHECKS.host;
const formats14 = CHECKS.user;
const formats16 = CHECKS.root;
const formats18 = CHECKS["host-key"];
function validate14(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
	let vErrors = null;
	let errors = 0;
	if (!Array.isArray(data) && data !== null) {
		const err0 = {
			instancePath,
			schemaPath: "#/type",
			keyword: "type",
			params: { type: schema19.type },
			message: "must be array,null",
			schema: schema19.type,
			parentSchema: schema19,
			data
		};
		if (vErrors === null) vErrors = [err0];
		else vErrors.push(err0);
		errors++;
	}
	if (Array.isArray(data)) {
		const len0 = data.length;
		for (let i0 = 0; i0 < len0; i0++) {
			let data0 = data[i0];
			if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
				if (data0.host === void 0) {
					const err1 = {
						instancePath: instancePath + "/" + i0,
						schemaPath: "#/items/required",
						keyword: "required",
						params: { missingProperty: "host" },
						message: "must have required property 'host'",
						schema: schema19.items.required,
						parentSchema: schema19.items,
						data: data0
					};
					if (vErrors === null) vErrors = [err1];
					else vErrors.push(err1);
					errors++;
				}
				for (const key0 in data0) if (!func2.call(schema19.items.properties, key0)) {
					const err2 = {
						instancePath: instancePath + "/" + i0,
						schemaPath: "#/items/additionalProperties",
						keyword: "additionalProperties",
						params: { additionalProperty: key0 },
						message: "must NOT have additional properties",
						schema: false,
						parentSchema: schema19.items,
						data: data0
					};
					if (vErrors === null) vErrors = [err2];
					else vErrors.push(err2);
					errors++;
				}
				if (data0.host !== void 0) {
					let data1 = data0.host;
					if (typeof data1 === "string") {
						if (!formats10.validate(data1)) {
							const err3 = {
								instancePath: instancePath + "/" + i0 + "/host",
								schemaPath: "#/items/properties/host/format",
								keyword: "format",
								params: { format: "host" },
								message: "must match format \"host\"",
								schema: "host",
								parentSchema: schema19.items.properties.host,
								data: data1
							};
							if (vErrors === null) vErrors = [err3];
							else vErrors.push(err3);
							errors++;
						}
					} else {
						const err4 = {
							instancePath: instancePath + "/" + i0 + "/host",
							schemaPath: "#/items/properties/host/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema19.items.properties.host.type,
							parentSchema: schema19.items.properties.host,
							data: data1
						};
						if (vErrors === null) vErrors = [err4];
						else vErrors.push(err4);
						errors++;
					}
				}
				if (data0.hostname !== void 0) {
					let data2 = data0.hostname;
					if (typeof data2 !== "string") {
						const err5 = {
							instancePath: instancePath + "/" + i0 + "/hostname",
							schemaPath: "#/items/properties/hostname/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema19.items.properties.hostname.type,
							parentSchema: schema19.items.properties.hostname,
							data: data2
						};
						if (vErrors === null) vErrors = [err5];
						else vErrors.push(err5);
						errors++;
					}
				}
				if (data0.labels !== void 0) {
					let data3 = data0.labels;
					if (Array.isArray(data3)) {
						const len1 = data3.length;
						for (let i1 = 0; i1 < len1; i1++) {
							let data4 = data3[i1];
							if (typeof data4 === "string") {
								if (!formats2.validate(data4)) {
									const err6 = {
										instancePath: instancePath + "/" + i0 + "/labels/" + i1,
										schemaPath: "#/items/properties/labels/items/format",
										keyword: "format",
										params: { format: "label" },
										message: "must match format \"label\"",
										schema: "label",
										parentSchema: schema19.items.properties.labels.items,
										data: data4
									};
									if (vErrors === null) vErrors = [err6];
									else vErrors.push(err6);
									errors++;
								}
							} else {
								const err7 = {
									instancePath: instancePath + "/" + i0 + "/labels/" + i1,
									schemaPath: "#/items/properties/labels/items/type",
									keyword: "type",
									params: { type: "string" },
									message: "must be string",
									schema: schema19.items.properties.labels.items.type,
									parentSchema: schema19.items.properties.labels.items,
									data: data4
								};
								if (vErrors === null) vErrors = [err7];
								else vErrors.push(err7);
								errors++;
							}
						}
					} else {
						const err8 = {
							instancePath: instancePath + "/" + i0 + "/labels",
							schemaPath: "#/items/properties/labels/type",
							keyword: "type",
							params: { type: "array" },
							message: "must be array",
							schema: schema19.items.properties.labels.type,
							parentSchema: schema19.items.properties.labels,
							data: data3
						};
						if (vErrors === null) vErrors = [err8];
						else vErrors.push(err8);
						errors++;
					}
				}
				if (data0.memory !== void 0) {
					let data5 = data0.memory;
					if (typeof data5 !== "string" && !(typeof data5 == "number" && isFinite(data5))) {
						const err9 = {
							instancePath: instancePath + "/" + i0 + "/memory",
							schemaPath: "#/items/properties/memory/type",
							keyword: "type",
							params: { type: schema19.items.properties.memory.type },
							message: "must be string,number",
							schema: schema19.items.properties.memory.type,
							parentSchema: schema19.items.properties.memory,
							data: data5
						};
						if (vErrors === null) vErrors = [err9];
						else vErrors.push(err9);
						errors++;
					}
				}
				if (data0.cpu !== void 0) {
					let data6 = data0.cpu;
					if (typeof data6 !== "string" && !(typeof data6 == "number" && isFinite(data6))) {
						const err10 = {
							instancePath: instancePath + "/" + i0 + "/cpu",
							schemaPath: "#/items/properties/cpu/type",
							keyword: "type",
							params: { type: schema19.items.properties.cpu.type },
							message: "must be string,number",
							schema: schema19.items.properties.cpu.type,
							parentSchema: schema19.items.properties.cpu,
							data: data6
						};
						if (vErrors === null) vErrors = [err10];
						else vErrors.push(err10);
						errors++;
					}
				}
				if (data0.tags !== void 0) {
					let data7 = data0.tags;
					if (data7 && typeof data7 == "object" && !Array.isArray(data7)) for (const key1 in data7) {
						let data8 = data7[key1];
						if (typeof data8 !== "string") {
							const err11 = {
								instancePath: instancePath + "/" + i0 + "/tags/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
								schemaPath: "#/items/properties/tags/additionalProperties/type",
								keyword: "type",
								params: { type: "string" },
								message: "must be string",
								schema: schema19.items.properties.tags.additionalProperties.type,
								parentSchema: schema19.items.properties.tags.additionalProperties,
								data: data8
							};
							if (vErrors === null) vErrors = [err11];
							else vErrors.push(err11);
							errors++;
						}
					}
					else {
						const err12 = {
							instancePath: instancePath + "/" + i0 + "/tags",
							schemaPath: "#/items/properties/tags/type",
							keyword: "type",
							params: { type: "object" },
							message: "must be object",
							schema: schema19.items.properties.tags.type,
							parentSchema: schema19.items.properties.tags,
							data: data7
						};
						if (vErrors === null) vErrors = [err12];
						else vErrors.push(err12);
						errors++;
					}
				}
				if (data0.position !== void 0) {
					let data9 = data0.position;
					if (!(typeof data9 == "number" && !(data9 % 1) && !isNaN(data9) && isFinite(data9))) {
						const err13 = {
							instancePath: instancePath + "/" + i0 + "/position",
							schemaPath: "#/items/properties/position/type",
							keyword: "type",
							params: { type: "integer" },
							message: "must be integer",
							schema: schema19.items.properties.position.type,
							parentSchema: schema19.items.properties.position,
							data: data9
						};
						if (vErrors === null) vErrors = [err13];
						else vErrors.push(err13);
						errors++;
					}
				}
				if (data0.port !== void 0) {
					let data10 = data0.port;
					if (!(typeof data10 == "number" && !(data10 % 1) && !isNaN(data10) && isFinite(data10))) {
						const err14 = {
							instancePath: instancePath + "/" + i0 + "/port",
							schemaPath: "#/items/properties/port/type",
							keyword: "type",
							params: { type: "integer" },
							message: "must be integer",
							schema: schema19.items.properties.port.type,
							parentSchema: schema19.items.properties.port,
							data: data10
						};
						if (vErrors === null) vErrors = [err14];
						else vErrors.push(err14);
						errors++;
					}
					if (typeof data10 == "number" && isFinite(data10)) {
						if (data10 > 65535 || isNaN(data10)) {
							const err15 = {
								instancePath: instancePath + "/" + i0 + "/port",
								schemaPath: "#/items/properties/port/maximum",
								keyword: "maximum",
								params: {
									comparison: "<=",
									limit: 65535
								},
								message: "must be <= 65535",
								schema: 65535,
								parentSchema: schema19.items.properties.port,
								data: data10
							};
							if (vErrors === null) vErrors = [err15];
							else vErrors.push(err15);
							errors++;
						}
						if (data10 < 1 || isNaN(data10)) {
							const err16 = {
								instancePath: instancePath + "/" + i0 + "/port",
								schemaPath: "#/items/properties/port/minimum",
								keyword: "minimum",
								params: {
									comparison: ">=",
									limit: 1
								},
								message: "must be >= 1",
								schema: 1,
								parentSchema: schema19.items.properties.port,
								data: data10
							};
							if (vErrors === null) vErrors = [err16];
							else vErrors.push(err16);
							errors++;
						}
					}
				}
				if (data0.user !== void 0) {
					let data11 = data0.user;
					if (typeof data11 === "string") {
						if (!formats14.validate(data11)) {
							const err17 = {
								instancePath: instancePath + "/" + i0 + "/user",
								schemaPath: "#/items/properties/user/format",
								keyword: "format",
								params: { format: "user" },
								message: "must match format \"user\"",
								schema: "user",
								parentSchema: schema19.items.properties.user,
								data: data11
							};
							if (vErrors === null) vErrors = [err17];
							else vErrors.push(err17);
							errors++;
						}
					} else {
						const err18 = {
							instancePath: instancePath + "/" + i0 + "/user",
							schemaPath: "#/items/properties/user/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema19.items.properties.user.type,
							parentSchema: schema19.items.properties.user,
							data: data11
						};
						if (vErrors === null) vErrors = [err18];
						else vErrors.push(err18);
						errors++;
					}
				}
				if (data0.root !== void 0) {
					let data12 = data0.root;
					if (typeof data12 === "string") {
						if (!formats16.validate(data12)) {
							const err19 = {
								instancePath: instancePath + "/" + i0 + "/root",
								schemaPath: "#/items/properties/root/format",
								keyword: "format",
								params: { format: "root" },
								message: "must match format \"root\"",
								schema: "root",
								parentSchema: schema19.items.properties.root,
								data: data12
							};
							if (vErrors === null) vErrors = [err19];
							else vErrors.push(err19);
							errors++;
						}
					} else {
						const err20 = {
							instancePath: instancePath + "/" + i0 + "/root",
							schemaPath: "#/items/properties/root/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema19.items.properties.root.type,
							parentSchema: schema19.items.properties.root,
							data: data12
						};
						if (vErrors === null) vErrors = [err20];
						else vErrors.push(err20);
						errors++;
					}
				}
				if (data0.host_key !== void 0) {
					let data13 = data0.host_key;
					if (typeof data13 === "string") {
						if (!formats18.validate(data13)) {
							const err21 = {
								instancePath: instancePath + "/" + i0 + "/host_key",
								schemaPath: "#/items/properties/host_key/format",
								keyword: "format",
								params: { format: "host-key" },
								message: "must match format \"host-key\"",
								schema: "host-key",
								parentSchema: schema19.items.properties.host_key,
								data: data13
							};
							if (vErrors === null) vErrors = [err21];
							else vErrors.push(err21);
							errors++;
						}
					} else {
						const err22 = {
							instancePath: instancePath + "/" + i0 + "/host_key",
							schemaPath: "#/items/properties/host_key/type",
							keyword: "type",
							params: { type: "string" },
							message: "must be string",
							schema: schema19.items.properties.host_key.type,
							parentSchema: schema19.items.properties.host_key,
							data: data13
						};
						if (vErrors === null) vErrors = [err22];
						else vErrors.push(err22);
						errors++;
					}
				}
			} else {
				const err23 = {
					instancePath: instancePath + "/" + i0,
					schemaPath: "#/items/type",
					keyword: "type",
					params: { type: "object" },
					message: "must be object",
					schema: schema19.items.type,
					parentSchema: schema19.items,
					data: data0
				};
				if (vErrors === null) vErrors = [err23];
				else vErrors.push(err23);
				errors++;
			}
		}
	}
	validate14.errors = vErrors;
	return errors === 0;
}
const VALIDATORS = {
	disabled,
	manifest,
	workers
};
const compileSchema = (name) => VALIDATORS[name];
export { compileSchema };
