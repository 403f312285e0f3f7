#include "base/kinds.h"

#include "base/kindcolumn.h"

const struct kind kind_keys = {
	.name = "keys",
	.version = 2,
	.whole = true,
	.ncolumns = KEYS_NCOLUMNS,
	.columns = {
		[KEYS_PID] = TEXT("pid"),
		[KEYS_PPS] = SECRET("pps"),
		[KEYS_MEBX_NOW] = SECRET("mebx_now"),
		[KEYS_MEBX_NEXT] = SECRET("mebx_next"),
		[KEYS_BATCH] = TEXT("batch"),
		[KEYS_ORIGIN] = TEXT("origin"),
		[KEYS_STATE] = TEXT("state"),
		[KEYS_NOTE] = TEXT("note"),
		[KEYS_FROM] = TEXT("from"),
	},
};

const struct kind kind_map = {
	.name = "map",
	.version = 2,
	.older = { { .version = 1, .ncolumns = MAP_MODEL } },
	.whole = true,
	.ncolumns = MAP_NCOLUMNS,
	.columns = {
		[MAP_UUID] = TEXT("uuid"),
		[MAP_FQDN] = TEXT("fqdn"),
		[MAP_SOURCE] = TEXT("source"),
		[MAP_SEEN] = TEXT("seen"),
		[MAP_TRUST] = NUMBER("trust"),
		[MAP_FROM] = TEXT("from"),
		[MAP_MODEL] = TEXT("model"),
		[MAP_SERIAL] = TEXT("serial"),
	},
};

const struct kind kind_hello = {
	.name = "hello",
	.version = 1,
	.whole = false,
	.ncolumns = HELLO_NCOLUMNS,
	.columns = {
		[HELLO_RECEIVED] = TIME("received"),
		[HELLO_ADDRESS] = TEXT("address"),
		[HELLO_UUID] = TEXT("uuid"),
		[HELLO_VERSION] = NUMBER("version"),
		[HELLO_CREDS_SET] = FLAG("creds_set"),
		[HELLO_RETRIES] = NUMBER("retries"),
		[HELLO_PID] = TEXT("pid"),
		[HELLO_HASHES] = TEXT("hashes"),
		[HELLO_FROM] = TEXT("from"),
	},
};

const struct kind kind_settings = {
	.name = "settings",
	.version = 1,
	.whole = true,
	.ncolumns = SETTINGS_NCOLUMNS,
	.columns = {
		[SETTINGS_PROFILE_NAME] = TEXT("profile"),
		[SETTINGS_SETTING] = TEXT("setting"),
		[SETTINGS_ITEM] = TEXT("item"),
		[SETTINGS_VALUE] = SECRET("value"),
	},
};

const struct kind kind_chains = {
	.name = "chains",
	.version = 1,
	.whole = true,
	.ncolumns = CHAINS_NCOLUMNS,
	.columns = {
		[CHAINS_NAME] = TEXT("name"),
		[CHAINS_CN] = TEXT("cn"),
		[CHAINS_ROOT] = TEXT("root"),
		[CHAINS_CERTS] = TEXT("certs"),
		[CHAINS_KEY] = SECRET("key"),
	},
};

const struct kind kind_jobs = {
	.name = "jobs",
	.version = 7,
	.older = { { .version = 3, .ncolumns = JOBS_CHAINS },
	    { .version = 4, .ncolumns = JOBS_KNOWN },
	    { .version = 5, .ncolumns = JOBS_REPLACE },
	    { .version = 6, .ncolumns = JOBS_COMMIT } },
	.whole = true,
	.ncolumns = JOBS_NCOLUMNS,
	.columns = {
		[JOBS_JOB] = TEXT("job"),
		[JOBS_UUID] = TEXT("uuid"),
		[JOBS_FQDN] = TEXT("fqdn"),
		[JOBS_ADDRESS] = TEXT("address"),
		[JOBS_AUTH] = TEXT("auth"),
		[JOBS_PID] = TEXT("pid"),
		[JOBS_PPS] = SECRET("pps"),
		[JOBS_ADMIN_NOW] = SECRET("admin_now"),
		[JOBS_ADMIN_NEXT] = SECRET("admin_next"),
		[JOBS_MEBX_NEXT] = SECRET("mebx_next"),
		[JOBS_PROFILE] = TEXT("profile"),
		[JOBS_ATTEMPT] = NUMBER("attempt"),
		[JOBS_NOT_AFTER] = TIME("not_after"),
		[JOBS_WISH] = TEXT("wish"),
		[JOBS_REALM] = TEXT("realm"),
		[JOBS_CHAINS] = TEXT("chains"),
		[JOBS_TLS] = TEXT("tls"),
		[JOBS_KNOWN] = TEXT("known"),
		[JOBS_LEAF] = TEXT("leaf"),
		[JOBS_REPLACE] = TEXT("replace"),
		[JOBS_CONSOLE] = TEXT("console"),
		[JOBS_COMMIT] = TEXT("commit"),
	},
};

const struct kind kind_results = {
	.name = "results",
	.version = 4,
	.older = { { .version = 1, .ncolumns = RESULTS_REALM },
	    { .version = 2, .ncolumns = RESULTS_TLS },
	    { .version = 3, .ncolumns = RESULTS_SETTING } },
	.whole = false,
	.ncolumns = RESULTS_NCOLUMNS,
	.columns = {
		[RESULTS_JOB] = TEXT("job"),
		[RESULTS_UUID] = TEXT("uuid"),
		[RESULTS_AT] = TIME("at"),
		[RESULTS_MILESTONE] = TEXT("milestone"),
		[RESULTS_REASON] = TEXT("reason"),
		[RESULTS_DETAIL] = TEXT("detail"),
		[RESULTS_FIRMWARE] = TEXT("firmware"),
		[RESULTS_REALM] = TEXT("realm"),
		[RESULTS_TLS] = TEXT("tls"),
		[RESULTS_CHAIN] = TEXT("chain"),
		[RESULTS_DEVICE_CERT] = TEXT("device_cert"),
		[RESULTS_DEVICE_KIND] = TEXT("device_kind"),
		[RESULTS_ROM] = TEXT("rom"),
		[RESULTS_SETTING] = TEXT("setting"),
		[RESULTS_ITEM] = TEXT("item"),
		[RESULTS_WANTED] = TEXT("wanted"),
		[RESULTS_FOUND] = TEXT("found"),
	},
};

const struct kind kind_devices = {
	.name = "devices",
	.version = 4,
	.older = { { .version = 2, .ncolumns = DEVICES_TLS },
	    { .version = 3, .ncolumns = DEVICES_PROFILE } },
	.whole = true,
	.ncolumns = DEVICES_NCOLUMNS,
	.columns = {
		[DEVICES_UUID] = TEXT("uuid"),
		[DEVICES_FQDN] = TEXT("fqdn"),
		[DEVICES_ADDRESS] = TEXT("address"),
		[DEVICES_BATCH] = TEXT("batch"),
		[DEVICES_PID] = TEXT("pid"),
		[DEVICES_STATE] = TEXT("state"),
		[DEVICES_REASON] = TEXT("reason"),
		[DEVICES_DETAIL] = TEXT("detail"),
		[DEVICES_ATTEMPTS] = NUMBER("attempts"),
		[DEVICES_NOT_BEFORE] = TIME("not_before"),
		[DEVICES_FIRMWARE] = TEXT("firmware"),
		[DEVICES_FIRST_HEARD] = TIME("first_heard"),
		[DEVICES_LAST_HEARD] = TIME("last_heard"),
		[DEVICES_SET_UP] = TIME("set_up"),
		[DEVICES_HELLOS] = NUMBER("hellos"),
		[DEVICES_CLOSES] = TIME("closes"),
		[DEVICES_TLS] = TEXT("tls"),
		[DEVICES_CHAIN] = TEXT("chain"),
		[DEVICES_DEVICE_CERT] = TEXT("device_cert"),
		[DEVICES_DEVICE_KIND] = TEXT("device_kind"),
		[DEVICES_ROOTS] = TEXT("roots"),
		[DEVICES_PROFILE] = TEXT("profile"),
	},
};

const struct kind kind_callers = {
	.name = "callers",
	.version = 1,
	.whole = true,
	.ncolumns = CALLERS_NCOLUMNS,
	.columns = {
		[CALLERS_UUID] = TEXT("uuid"),
		[CALLERS_FQDN] = TEXT("fqdn"),
		[CALLERS_ADDRESS] = TEXT("address"),
		[CALLERS_VERSION] = NUMBER("version"),
		[CALLERS_PID] = TEXT("pid"),
		[CALLERS_REASON] = TEXT("reason"),
		[CALLERS_DETAIL] = TEXT("detail"),
		[CALLERS_FIRST_HEARD] = TIME("first_heard"),
		[CALLERS_LAST_HEARD] = TIME("last_heard"),
		[CALLERS_HELLOS] = NUMBER("hellos"),
		[CALLERS_TRIES] = NUMBER("tries"),
	},
};

const struct kind kind_strangers = {
	.name = "strangers",
	.version = 1,
	.whole = true,
	.ncolumns = STRANGERS_NCOLUMNS,
	.columns = {
		[STRANGERS_CALLERS] = NUMBER("callers"),
		[STRANGERS_DROPPED] = NUMBER("dropped"),
	},
};

const struct kind kind_keystates = {
	.name = "keystates",
	.version = 1,
	.whole = true,
	.ncolumns = KEYSTATES_NCOLUMNS,
	.columns = {
		[KEYSTATES_PID] = TEXT("pid"),
		[KEYSTATES_BATCH] = TEXT("batch"),
		[KEYSTATES_ORIGIN] = TEXT("origin"),
		[KEYSTATES_NOTE] = TEXT("note"),
		[KEYSTATES_STATE] = TEXT("state"),
		[KEYSTATES_SINCE] = TIME("since"),
		[KEYSTATES_CAUSE] = TEXT("cause"),
		[KEYSTATES_USED_BY] = TEXT("used_by"),
	},
};

const struct kind kind_history = {
	.name = "history",
	.version = 1,
	.whole = true,
	.ncolumns = HISTORY_NCOLUMNS,
	.columns = {
		[HISTORY_PID] = TEXT("pid"),
		[HISTORY_AT] = TIME("at"),
		[HISTORY_STATE] = TEXT("state"),
		[HISTORY_CAUSE] = TEXT("cause"),
	},
};

const struct kind kind_batches = {
	.name = "batches",
	.version = 1,
	.whole = true,
	.ncolumns = BATCHES_NCOLUMNS,
	.columns = {
		[BATCHES_BATCH] = TEXT("batch"),
		[BATCHES_NEW] = NUMBER("new"),
		[BATCHES_ISSUED] = NUMBER("issued"),
		[BATCHES_CONSUMED] = NUMBER("consumed"),
		[BATCHES_SEEN] = NUMBER("seen"),
		[BATCHES_USED] = NUMBER("used"),
		[BATCHES_REVOKED] = NUMBER("revoked"),
	},
};

const struct kind kind_listener = {
	.name = "listener",
	.version = 1,
	.whole = true,
	.ncolumns = LISTENER_NCOLUMNS,
	.columns = {
		[LISTENER_PROCESS] = NUMBER("process"),
		[LISTENER_STATE] = TEXT("state"),
		[LISTENER_SINCE] = TIME("since"),
		[LISTENER_AT] = TIME("at"),
		[LISTENER_LAST_HELLO] = TIME("last_hello"),
		[LISTENER_TAKEN] = NUMBER("taken"),
		[LISTENER_REFUSED] = NUMBER("refused"),
		[LISTENER_WAITING] = NUMBER("waiting"),
		[LISTENER_OPEN] = NUMBER("open"),
		[LISTENER_TROUBLE] = TEXT("trouble"),
	},
};

const struct kind kind_records = {
	.name = "records",
	.version = 1,
	.whole = true,
	.ncolumns = RECORDS_NCOLUMNS,
	.columns = {
		[RECORDS_STICK] = TEXT("stick"),
		[RECORDS_RECORD] = NUMBER("record"),
		[RECORDS_PID] = TEXT("pid"),
		[RECORDS_MACHINE] = TEXT("machine"),
		[RECORDS_STATE] = TEXT("state"),
		[RECORDS_FROM] = TEXT("from"),
	},
};

const struct kind kind_findings = {
	.name = "findings",
	.version = 1,
	.whole = false,
	.ncolumns = FINDINGS_NCOLUMNS,
	.columns = {
		[FINDINGS_WHAT] = TEXT("what"),
		[FINDINGS_PLACE] = TEXT("place"),
		[FINDINGS_PID] = TEXT("pid"),
		[FINDINGS_NUMBER] = NUMBER("number"),
		[FINDINGS_TEXT] = TEXT("text"),
	},
};

const struct kind kind_conflicts = {
	.name = "conflicts",
	.version = 1,
	.whole = true,
	.ncolumns = CONFLICTS_NCOLUMNS,
	.columns = {
		[CONFLICTS_NUMBER] = NUMBER("number"),
		[CONFLICTS_REASON] = TEXT("reason"),
		[CONFLICTS_UUID] = TEXT("uuid"),
		[CONFLICTS_FQDN] = TEXT("fqdn"),
		[CONFLICTS_SOURCE] = TEXT("source"),
		[CONFLICTS_SEEN] = TEXT("seen"),
		[CONFLICTS_TRUST] = NUMBER("trust"),
		[CONFLICTS_COUNTS] = FLAG("counts"),
		[CONFLICTS_STATE] = TEXT("state"),
		[CONFLICTS_FROM] = TEXT("from"),
	},
};

const struct kind kind_settlements = {
	.name = "settlements",
	.version = 1,
	.whole = true,
	.ncolumns = SETTLEMENTS_NCOLUMNS,
	.columns = {
		[SETTLEMENTS_NUMBER] = NUMBER("number"),
		[SETTLEMENTS_AT] = TIME("at"),
		[SETTLEMENTS_WHO] = TEXT("who"),
		[SETTLEMENTS_WHY] = TEXT("why"),
		[SETTLEMENTS_UUID] = TEXT("uuid"),
		[SETTLEMENTS_FQDN] = TEXT("fqdn"),
		[SETTLEMENTS_SOURCE] = TEXT("source"),
		[SETTLEMENTS_UNDONE_AT] = TIME("undone_at"),
		[SETTLEMENTS_UNDONE_BY] = TEXT("undone_by"),
	},
};

const struct kind kind_sticks = {
	.name = "sticks",
	.version = 1,
	.whole = true,
	.ncolumns = STICKS_NCOLUMNS,
	.columns = {
		[STICKS_STICK] = TEXT("stick"),
		[STICKS_BATCH] = TEXT("batch"),
		[STICKS_RECORDS] = NUMBER("records"),
		[STICKS_TAKEN] = NUMBER("taken"),
		[STICKS_IMAGE] = TEXT("image"),
		[STICKS_MADE] = TIME("made"),
		[STICKS_COLLECTED] = TIME("collected"),
	},
};

const struct kind kind_unnamed = {
	.name = "unnamed",
	.version = 1,
	.whole = true,
	.ncolumns = UNNAMED_NCOLUMNS,
	.columns = {
		[UNNAMED_UUID] = TEXT("uuid"),
		[UNNAMED_ADDRESS] = TEXT("address"),
		[UNNAMED_VERSION] = NUMBER("version"),
		[UNNAMED_STIRRED] = TIME("stirred"),
		[UNNAMED_ASKED] = TIME("asked"),
	},
};

const struct kind kind_lookups = {
	.name = "lookups",
	.version = 1,
	.whole = true,
	.ncolumns = LOOKUPS_NCOLUMNS,
	.columns = {
		[LOOKUPS_UUID] = TEXT("uuid"),
		[LOOKUPS_AT] = TIME("at"),
		[LOOKUPS_REASON] = TEXT("reason"),
		[LOOKUPS_DETAIL] = TEXT("detail"),
	},
};

const struct kind kind_events = {
	.name = "events",
	.version = 1,
	.whole = true,
	.ncolumns = EVENTS_NCOLUMNS,
	.columns = {
		[EVENTS_AT] = TIME("at"),
		[EVENTS_WHAT] = TEXT("what"),
		[EVENTS_REASON] = TEXT("reason"),
		[EVENTS_TEXT] = TEXT("text"),
	},
};

const struct kind kind_runs = {
	.name = "runs",
	.version = 1,
	.whole = true,
	.ncolumns = RUNS_NCOLUMNS,
	.columns = {
		[RUNS_RUN] = NUMBER("run"),
		[RUNS_BEGAN] = TIME("began"),
		[RUNS_ENDED] = TIME("ended"),
		[RUNS_PLANNED] = NUMBER("planned"),
		[RUNS_DONE] = NUMBER("done"),
		[RUNS_FAILED] = NUMBER("failed"),
		[RUNS_PUT_OFF] = NUMBER("put_off"),
		[RUNS_VISITS] = NUMBER("visits"),
		[RUNS_DRIFT] = NUMBER("drift"),
		[RUNS_STATUS] = NUMBER("status"),
		[RUNS_WHY] = TEXT("why"),
	},
};

const struct kind kind_checks = {
	.name = "checks",
	.version = 1,
	.whole = true,
	.ncolumns = CHECKS_NCOLUMNS,
	.columns = {
		[CHECKS_CHECK] = TEXT("check"),
		[CHECKS_GRADE] = TEXT("grade"),
		[CHECKS_CODE] = TEXT("code"),
		[CHECKS_FOUND] = TEXT("found"),
	},
};

const struct kind kind_drift = {
	.name = "drift",
	.version = 1,
	.whole = true,
	.ncolumns = DRIFT_NCOLUMNS,
	.columns = {
		[DRIFT_UUID] = TEXT("uuid"),
		[DRIFT_FQDN] = TEXT("fqdn"),
		[DRIFT_SETTING] = TEXT("setting"),
		[DRIFT_ITEM] = TEXT("item"),
		[DRIFT_WHAT] = TEXT("what"),
		[DRIFT_WANTED] = TEXT("wanted"),
		[DRIFT_FOUND] = TEXT("found"),
		[DRIFT_SINCE] = TIME("since"),
		[DRIFT_SEEN] = TIME("seen"),
	},
};

const struct kind kind_certificates = {
	.name = "certificates",
	.version = 1,
	.whole = true,
	.ncolumns = CERTIFICATES_NCOLUMNS,
	.columns = {
		[CERTIFICATES_UUID] = TEXT("uuid"),
		[CERTIFICATES_FQDN] = TEXT("fqdn"),
		[CERTIFICATES_SERIAL] = TEXT("serial"),
		[CERTIFICATES_SUBJECT] = TEXT("subject"),
		[CERTIFICATES_ISSUER] = TEXT("issuer"),
		[CERTIFICATES_ISSUED] = TIME("issued_at"),
		[CERTIFICATES_UNTIL] = TIME("until"),
		[CERTIFICATES_FINGERPRINT] = TEXT("fingerprint"),
		[CERTIFICATES_STATE] = TEXT("state"),
		[CERTIFICATES_REVOKED] = TIME("revoked_at"),
	},
};

const struct kind kind_facts = {
	.name = "facts",
	.version = 1,
	.whole = true,
	.ncolumns = FACTS_NCOLUMNS,
	.columns = {
		[FACTS_FACT] = TEXT("fact"),
		[FACTS_VALUE] = TEXT("value"),
	},
};
